"""Imports that take seconds, made in a thread while other processes are waited for."""

import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


@contextmanager
def imported_beside(*imports: Callable[[], object]) -> Iterator[None]:
    """Imports packages, one after the other, while something else is waited for.

    Whatever goes wrong with one is raised by whoever imports it again.

    Args:
        *imports: functions that import something.
    """
    thread = threading.Thread(target=_import_quietly, args=imports, name="imports")
    thread.start()
    try:
        yield
    finally:
        # the filters of warnings are the process's: they are put back before anybody else changes them
        thread.join()


def _import_quietly(*imports: Callable[[], object]) -> None:
    for each in imports:
        with warnings.catch_warnings(), suppress(Exception):
            warnings.simplefilter("ignore")
            each()
