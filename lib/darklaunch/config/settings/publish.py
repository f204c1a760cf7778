"""Settings of `publish`: MLflow, the files of a report, and masking."""

from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, model_validator
from pydantic_core import PydanticCustomError

from darklaunch.config.settings.notify import NotifySettings
from darklaunch.config.settings.types import DISTINCT, Section, Text
from darklaunch.diff.privacy.masking import Masking, MaskingLevel
from darklaunch.diff.values.json_path import parse_pattern
from darklaunch.errors import UsageError

Formats: TypeAlias = tuple[Literal["html", "json", "csv", "pdf", "xlsx", "md", "junit"], ...]


def _with_json(formats: Formats) -> Formats:
    if "json" not in formats:
        raise PydanticCustomError("finding", "found no json, wanted it in the list: verdict.json is always written")
    return formats


def _readable(path: str) -> str:
    try:
        parse_pattern(path)
    except UsageError as error:
        raise PydanticCustomError("finding", "{text}", {"text": str(error)}) from None
    return path


class MlflowSettings(Section):
    """The MLflow server, or database, that a run is logged to.

    Attributes:
        tracking_uri: None: a SQLite file under ``--out``.
        experiment: None: the launch's name.
    """

    tracking_uri: Text | None = None
    experiment: Text | None = None


class PublishSettings(Section):
    """The files that are written for people and programs.

    Attributes:
        mlflow: where the run is logged.
        formats: files of the report; always with json.
        masking: which values of requests and responses are masked: none, those that look sensitive, or all.
        masked_paths: JSONPath of values that are always masked, with all below them.
        notify: who is told of a changed verdict or a failure.
    """

    mlflow: MlflowSettings = MlflowSettings()
    formats: Annotated[Formats, DISTINCT, AfterValidator(_with_json)] = ("html", "json", "csv")
    masking: Literal["none", "sensitive", "all"] = "sensitive"
    masked_paths: Annotated[tuple[Annotated[Text, AfterValidator(_readable)], ...], DISTINCT] = ()
    notify: NotifySettings = NotifySettings()

    @model_validator(mode="after")
    def _masks_what_it_names(self) -> "PublishSettings":
        if self.masking == "none" and self.masked_paths:
            raise PydanticCustomError(
                "finding", "found masked_paths with masking none, which masks nothing; wanted sensitive or all"
            )
        return self

    @property
    def masks(self) -> Masking:
        """The masking that the comparison obeys."""
        return Masking(MaskingLevel(self.masking), self.masked_paths)
