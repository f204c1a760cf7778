"""Python's search for reference cycles, paused while very many small values are made."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_cycle_search() -> Iterator[None]:
    """Pauses Python's search for reference cycles.

    Values without cycles are freed by their reference counts; to search hundreds of thousands of them for cycles takes
    about as long as making them.
    """
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()
