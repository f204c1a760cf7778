"""Settings of `captures`: the capture log, and how it is read."""

from datetime import timedelta
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from darklaunch.config.settings.types import PathTemplate, Section, SomeDuration, Text
from darklaunch.text.escape import quoted


class EndpointTemplate(Section):
    """A shape of paths that is one endpoint.

    Attributes:
        template: a path with its variable segments in braces: ``{id}`` is one segment, ``{rest...}`` one or more.
        name: what the report calls it, after the method and a space; the template unless given.
    """

    template: PathTemplate
    name: Text = Field(default_factory=lambda fields: fields.get("template", ""))


def _one_meaning(templates: tuple[EndpointTemplate, ...]) -> tuple[EndpointTemplate, ...]:
    seen: set[str] = set()
    for template in templates:
        if template.template in seen:
            text = f"found the template {quoted(template.template)} twice, wanted each once"
            raise PydanticCustomError("finding", "{text}", {"text": text})
        seen.add(template.template)
    return templates


Templates: TypeAlias = Annotated[tuple[EndpointTemplate, ...], AfterValidator(_one_meaning)]


class CapturesSettings(Section):
    """The place of the capture log and the way it is read.

    Attributes:
        uri: folder or URI that Spark can read.
        endpoints: templates for rows that name no endpoint.
        max_pair_gap: how far apart the arms of one request may be captured.
        on_corrupt_file: set it apart and count it, or stop the run.
    """

    uri: Text = "captures"
    endpoints: Templates = ()
    max_pair_gap: SomeDuration = timedelta(minutes=10)
    on_corrupt_file: Literal["quarantine", "fail"] = "quarantine"
