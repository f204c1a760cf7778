"""darklaunch compares a shadow release with production and says, endpoint by endpoint, whether to promote it.

In a notebook::

    import darklaunch

    run = darklaunch.open_run("out")
    run.endpoints
    darklaunch.diff({"price": 1}, {"price": 2})
"""

from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from darklaunch.api import Rules, diff
    from darklaunch.diff.difference import Difference
    from darklaunch.runs.run import open_run

    __version__: str
else:
    from darklaunch import diff

__all__ = ["__version__", "diff", "open_run"]


class _CallableStage(ModuleType):
    """The package of the stage diff, which is also the function that compares two bodies by hand."""

    def __call__(
        self, production_body: object, shadow_body: object, rules: "Rules" = (), *, endpoint: str | None = None
    ) -> "tuple[Difference, ...]":
        """Compares two bodies: see ``darklaunch.api.diff``."""
        from darklaunch import api

        return api.diff(production_body, shadow_body, rules, endpoint=endpoint)


if not TYPE_CHECKING:
    # a package and a function of one name: the import system would put the package in the function's place
    diff.__class__ = _CallableStage


def __getattr__(name: str) -> object:
    """Imports the parts of the interface when they are first used, so that ``import darklaunch`` costs nothing."""
    value: object
    match name:
        case "open_run":
            from darklaunch.runs.run import open_run

            value = open_run
        case "__version__":
            from importlib.metadata import version

            value = version("darklaunch")
        case _:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
