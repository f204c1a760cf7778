"""What is said about where a run computes and what it writes."""

from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from darklaunch.config.frozen import Frozen, FrozenMapping
from darklaunch.config.section import Section
from darklaunch.config.values import DISTINCT, SparkKey, Text, Wanted

Formats: TypeAlias = tuple[Literal["html", "json", "csv"], ...]


def _with_json(formats: Formats) -> Formats:
    if "json" not in formats:
        raise PydanticCustomError("finding", "found no json, wanted it in the list: verdict.json is always written")
    return formats


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


class MlflowSettings(Section):
    """Which MLflow a run is logged to.

    Attributes:
        tracking_uri: None: a SQLite file under ``--out``.
        experiment: None: the launch's name.
    """

    tracking_uri: Text | None = None
    experiment: Text | None = None


class PublishSettings(Section):
    """What is written for people and programs.

    Attributes:
        mlflow: where the run is logged.
        formats: files of the report; always with json.
        masking: which values of responses are masked: none, those that look sensitive, or all.
    """

    mlflow: MlflowSettings = MlflowSettings()
    formats: Annotated[Formats, DISTINCT, AfterValidator(_with_json)] = ("html", "json", "csv")
    masking: Literal["none", "sensitive", "all"] = "sensitive"


class SparkSettings(Section):
    """Where Spark computes.

    Attributes:
        master: a Spark master's URL.
        conf: Spark's own settings, each a text.
    """

    master: Text = "local[*]"
    conf: Frozen[SparkKey, SparkValue] = Field(default_factory=FrozenMapping)
