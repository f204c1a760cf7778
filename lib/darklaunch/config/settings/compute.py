"""Settings of `spark`: the master, and Spark's own settings."""

from typing import Annotated, TypeAlias

from pydantic import BeforeValidator, Field

from darklaunch.config.settings.types import Frozen, FrozenMapping, Section, SparkKey, SparkMaster, Wanted


def _spelt(value: object) -> object:
    """A plain YAML value as Spark spells it, so that nobody has to quote ``8`` or ``true``."""
    match value:
        case bool():
            return str(value).lower()
        case int() | float():
            return str(value)
        case _:
            return value


SparkValue: TypeAlias = Annotated[str, BeforeValidator(_spelt), Wanted("a text, a number, true or false")]


class SparkSettings(Section):
    """The master, memory and cores that Spark computes with.

    Attributes:
        master: a Spark master's URL; ``none`` for processes of this machine.
        conf: Spark's own settings, each a text.
    """

    master: SparkMaster = "local[*]"
    conf: Frozen[SparkKey, SparkValue] = Field(default_factory=FrozenMapping)
