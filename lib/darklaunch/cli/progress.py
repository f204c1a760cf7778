"""Progress of long work on standard error: a bar on a terminal, plain lines elsewhere, or lines of JSON."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from darklaunch.cli.command import Arguments
from darklaunch.request import Stage, silent
from darklaunch.spark.progress import task_share

_INTERVAL_SECONDS = 0.5


@contextmanager
def progress_of(stages: Sequence[Stage], arguments: Arguments) -> Iterator[Callable[[Stage], None]]:
    """Yields a listener that shows which stage runs and the share of its Spark tasks that are done."""
    console = Console(stderr=True)
    if arguments.log.is_json:
        yield partial(_write_line, stages, arguments)
    elif arguments.quiet or arguments.json:
        yield silent
    elif console.is_terminal:
        with _bar(console, stages) as listener:
            yield listener
    else:
        yield lambda stage: console.print(f"darklaunch: {_words(stages, stage)}", highlight=False)


def _write_line(stages: Sequence[Stage], arguments: Arguments, stage: Stage) -> None:
    if stage is not Stage.WAITING:
        arguments.log.stage = stage.value
    if not arguments.quiet:
        arguments.log.write("info", _words(stages, stage))


def _words(stages: Sequence[Stage], stage: Stage) -> str:
    return f"{stage.value} ({stages.index(stage) + 1} of {len(stages)})" if stage in stages else stage.value


@contextmanager
def _bar(console: Console, stages: Sequence[Stage]) -> Iterator[Callable[[Stage], None]]:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description:<22}"),
        BarColumn(),
        TextColumn("{task.fields[share]}"),
        TimeElapsedColumn(),
    )
    over = threading.Event()
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("starting", total=len(stages), share="")
        current = {"done": 0}

        def listener(stage: Stage) -> None:
            current["done"] = stages.index(stage) if stage in stages else current["done"]
            progress.update(task, completed=current["done"], description=_words(stages, stage), share="")

        def watch() -> None:
            while not over.wait(_INTERVAL_SECONDS):
                share = task_share()
                if share is not None:
                    progress.update(task, completed=current["done"] + share, share=f"{share:4.0%} of its tasks")

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            yield listener
        finally:
            over.set()
            watcher.join()
