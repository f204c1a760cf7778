"""Progress of an import: a bar of bytes on a terminal, a line a file elsewhere, on standard error."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.progress import Progress as Bar

from darklaunch.capture.importers.run import Progress
from darklaunch.capture.importers.source import SourceFile
from darklaunch.cli.command import Arguments
from darklaunch.text.escape import cut, printable

_SILENT = Progress(begin=lambda _name: None, advance=lambda _size_bytes: None)


@contextmanager
def bytes_progress(sources: Sequence[SourceFile], arguments: Arguments) -> Iterator[Progress]:
    """Yields the listeners of an import."""
    console = Console(stderr=True)
    if arguments.quiet or arguments.json:
        yield _SILENT
    elif console.is_terminal:
        with _bar(console, sources) as progress:
            yield progress
    else:
        yield Progress(
            begin=lambda name: console.print(
                f"darklaunch: import {printable(name)}", highlight=False, markup=False, soft_wrap=True
            ),
            advance=_SILENT.advance,
        )


@contextmanager
def _bar(console: Console, sources: Sequence[SourceFile]) -> Iterator[Progress]:
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("import", total=sum(source.size_bytes for source in sources))
        yield Progress(
            begin=lambda name: bar.update(task, description=cut(name)),
            advance=lambda size_bytes: bar.advance(task, size_bytes),
        )
