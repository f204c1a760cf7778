"""Progress of long work: a bar on a terminal, plain lines elsewhere, on standard error."""

import argparse
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from darklaunch.spark.progress import task_share

_INTERVAL_SECONDS = 0.5


@contextmanager
def telling(asked: argparse.Namespace, stages: Sequence[str]) -> Iterator[Callable[[str], None]]:
    """Yields a listener that shows which stage runs and the share of its Spark tasks that are done."""
    console = Console(stderr=True)
    if asked.quiet or asked.json:
        yield lambda _stage: None
    elif console.is_terminal:
        with _bar(console, stages) as listener:
            yield listener
    else:
        yield lambda stage: console.print(f"darklaunch: {stage} ({_place(stages, stage)})", highlight=False)


def _place(stages: Sequence[str], stage: str) -> str:
    return f"{stages.index(stage) + 1} of {len(stages)}" if stage in stages else "…"


@contextmanager
def _bar(console: Console, stages: Sequence[str]) -> Iterator[Callable[[str], None]]:
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

        def listener(stage: str) -> None:
            current["done"] = stages.index(stage) if stage in stages else current["done"]
            progress.update(task, completed=current["done"], description=f"{stage} ({_place(stages, stage)})", share="")

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
