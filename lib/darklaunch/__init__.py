"""darklaunch compares a shadow release with production and says, endpoint by endpoint, whether to promote it.

In a notebook::

    import darklaunch

    run = darklaunch.open_run("out")                            # what `darklaunch run --out out` wrote last
    run.endpoints; run.causes; run.differences()                # pandas tables
    run.compare("yesterday")                                    # new, fixed and persistent
    rules = darklaunch.Rules([{"path": "$.body.at", "within": "2s"}])
    darklaunch.diff({"price": 1}, {"price": 2}, rules)          # two bodies by hand
    darklaunch.UnitTable([(3000, 1.0, 0.0)]).bounds(0.9)        # the mathematics of the bounds
"""

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from darklaunch.api.by_hand import diff
    from darklaunch.api.differences import Differences
    from darklaunch.api.rules import GivenRule, Rules
    from darklaunch.runs.run import open_run
    from darklaunch.stats.unit_table import UnitTable

    __version__: str
else:
    from darklaunch import diff

__all__ = ["Rules", "UnitTable", "__version__", "diff", "open_run"]

_PLACES: Final = {
    "open_run": "darklaunch.runs.run",
    "Rules": "darklaunch.api.rules",
    "UnitTable": "darklaunch.stats.unit_table",
}


class _CallableStage(ModuleType):
    """The package of the stage diff, which is also the function that compares two bodies by hand."""

    def __call__(
        self,
        production_body: object,
        shadow_body: object,
        rules: "Rules | Iterable[GivenRule]" = (),
        *,
        endpoint: str | None = None,
    ) -> "Differences":
        """Compares two bodies: see ``darklaunch.api.by_hand.diff``."""
        from darklaunch.api import by_hand

        return by_hand.diff(production_body, shadow_body, rules, endpoint=endpoint)


if not TYPE_CHECKING:
    # a package and a function of one name: the import system would put the package in the function's place
    diff.__class__ = _CallableStage


def __getattr__(name: str) -> object:
    """Imports the parts of the interface when they are first used, so that ``import darklaunch`` costs nothing."""
    value: object
    match name:
        case _ if name in _PLACES:
            value = getattr(import_module(_PLACES[name]), name)
        case "__version__":
            from importlib.metadata import version

            value = version("darklaunch")
        case _:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
