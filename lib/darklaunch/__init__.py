"""darklaunch compares a shadow release with production and says, endpoint by endpoint, whether to promote it.

In a notebook::

    import darklaunch

    run = darklaunch.open_run("out")
    run.endpoints
    darklaunch.diff({"price": 1}, {"price": 2})
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from darklaunch.by_hand import diff
    from darklaunch.publish.reader import open_run

    __version__: str

__all__ = ["__version__", "diff", "open_run"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    """Imports what is asked for only then, so that ``import darklaunch`` costs nothing."""
    found: Any
    match name:
        case "diff":
            from darklaunch.by_hand import diff  # noqa: PLC0415

            found = diff
        case "open_run":
            from darklaunch.publish.reader import open_run  # noqa: PLC0415

            found = open_run
        case "__version__":
            from importlib.metadata import version  # noqa: PLC0415

            found = version("darklaunch")
        case _:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
