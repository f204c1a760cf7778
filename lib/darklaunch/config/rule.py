"""One declared rule as the YAML says it; ``darklaunch.core.rules`` reads its path later."""

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Final, Literal

from pydantic import ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from darklaunch.config.section import Section
from darklaunch.config.values import Day, EndpointName, Flag, Range, Text, Wanted

ACTIONS: Final = ("ignore", "tolerance")
LATER_ACTIONS: Final = ("within", "unordered", "key", "pattern", "text", "expected")
_LATER_ACTION: Final = f"it comes with a later version; the known actions are {' and '.join(ACTIONS)}"


class ToleranceSettings(Section):
    """How far apart two numbers may be and still be equal.

    Attributes:
        absolute: in the unit of the numbers.
        relative: a share of the larger of the two.
    """

    absolute: Annotated[float, Range(at_least=0)] | None = None
    relative: Annotated[float, Range(at_least=0)] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "ToleranceSettings":
        if self.absolute is None and self.relative is None:
            raise _finding("found neither absolute nor relative, wanted at least one of them")
        return self


class RuleSettings(Section):
    """A path, one action and a why.

    Attributes:
        path: where the rule holds, as JSONPath; not read here.
        ignore: the action: differences at the path do not count.
        presence: with ``ignore``: whether presence and type are compared all the same.
        tolerance: the action: numbers this close are equal.
        why: the reason, shown in the report.
        endpoint: the only endpoint it holds for; None: all of them.
        owner: who answers for it.
        expires: the first day on which it no longer holds.
    """

    later: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(LATER_ACTIONS, _LATER_ACTION),
        "severity": "it comes with a later version; remove it",
    }

    path: Text
    ignore: Annotated[Literal[True] | None, Wanted("true")] = None
    presence: Flag = True
    tolerance: ToleranceSettings | None = None
    why: Text
    endpoint: EndpointName | None = None
    owner: Text | None = None
    expires: Day | None = None

    @model_validator(mode="wrap")
    @classmethod
    def _without_contradictions(
        cls, data: object, handler: ModelWrapValidatorHandler["RuleSettings"]
    ) -> "RuleSettings":
        contradictions = tuple(_contradictions(data)) if isinstance(data, Mapping) else ()
        try:
            made = handler(data)
        except ValidationError as error:
            raise _joined(contradictions, error.errors(include_url=False)) from None
        if contradictions:
            raise _joined(contradictions, [])
        return made


def _contradictions(rule: Mapping[str, object]) -> Iterator[PydanticCustomError]:
    found = [action for action in ACTIONS if rule.get(action) is not None]
    if not found and not any(action in rule for action in LATER_ACTIONS):
        yield _finding(f"found no action, wanted exactly one of {' and '.join(ACTIONS)}")
    if len(found) > 1:
        yield _finding(f"found {' and '.join(found)}, wanted exactly one action")
    if rule.get("presence") is not None and "ignore" not in found:
        yield _finding("found presence without ignore, wanted it only there; remove it")


def _finding(text: str) -> PydanticCustomError:
    return PydanticCustomError("finding", "{text}", {"text": text})


def _joined(contradictions: tuple[PydanticCustomError, ...], errors: list[ErrorDetails]) -> ValidationError:
    """One error of both kinds; pydantic alone tells of contradictions only once all fields are right."""
    details = [InitErrorDetails(type=contradiction, loc=(), input=None) for contradiction in contradictions]
    for error in errors:
        context = error.get("ctx", {})
        custom = error["type"] in {"finding", "wanted"}
        kind = PydanticCustomError(error["type"], "{text}", {"text": error["msg"]}) if custom else error["type"]
        details.append(InitErrorDetails(type=kind, loc=error["loc"], input=error["input"], ctx=context))
    return ValidationError.from_exception_data("rule", details)
