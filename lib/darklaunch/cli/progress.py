"""Progress of long work on standard error: a bar on a terminal, plain lines elsewhere, or lines of JSON."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from darklaunch.cli.command import Arguments
from darklaunch.request import Stage, silent
from darklaunch.spark.progress import task_share

_INTERVAL_SECONDS = 0.5

_LEAST_SHARE = 0.05
"""Of the tasks that must be done before their pace says anything; likewise seconds."""

_LEAST_SECONDS = 3.0


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


@dataclass(slots=True)
class _Pace:
    """How fast the tasks of Spark's present stages go; another stage begins anew."""

    clock: Callable[[], float] = monotonic
    began: float = 0.0
    share: float = 1.0

    def left(self, share: float) -> str:
        """The time that the tasks still take at this pace, as text; nothing while it can't be told."""
        now = self.clock()
        if share < self.share:
            self.began = now
        self.share = share
        seconds = now - self.began
        if share < _LEAST_SHARE or seconds < _LEAST_SECONDS:
            return ""
        minutes, rest = divmod(round(seconds * (1 - share) / share), 60)
        return f", about {minutes}:{rest:02} left"


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
        pace = _Pace()

        def listener(stage: Stage) -> None:
            current["done"] = stages.index(stage) if stage in stages else current["done"]
            progress.update(task, completed=current["done"], description=_words(stages, stage), share="")

        def watch() -> None:
            while not over.wait(_INTERVAL_SECONDS):
                share = task_share()
                if share is not None:
                    progress.update(
                        task, completed=current["done"] + share, share=f"{share:4.0%} of its tasks{pace.left(share)}"
                    )

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            yield listener
        finally:
            over.set()
            watcher.join()
