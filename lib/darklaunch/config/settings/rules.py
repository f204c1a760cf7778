"""Settings of ``rules``: one declared rule, and the action that each of its keys makes."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import AfterValidator, ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from darklaunch.config.settings.types import Day, EndpointName, Flag, Frozen, Range, Section, SomeDuration, Text, Wanted
from darklaunch.diff.rules.action import Action
from darklaunch.diff.rules.actions import ANYTHING, Expected, Ignore, Matches, NormalisedText, Tolerance, Within
from darklaunch.diff.rules.array_actions import Key, Unordered
from darklaunch.diff.values.regex import check_regex
from darklaunch.errors import UsageError

ACTIONS: Final = ("ignore", "tolerance", "within", "unordered", "key", "pattern", "text", "expected")
_ACTION_NAMES: Final = f"{', '.join(ACTIONS[:-1])} and {ACTIONS[-1]}"


def _regex(text: str) -> str:
    try:
        check_regex(text)
    except UsageError as error:
        raise _finding(str(error).removeprefix("pattern: ")) from error
    return text


def _some_side(sides: Mapping[str, object]) -> Mapping[str, object]:
    if not sides:
        raise _finding("found neither from nor to, wanted at least one of them")
    return sides


_Scalar: TypeAlias = Annotated[str | bool | int | float | None, Wanted("a text, a number, true, false or null")]
_Side: TypeAlias = Annotated[Literal["from", "to"], Wanted("from or to")]
_Yes: TypeAlias = Annotated[Literal[True] | None, Wanted("true")]


class ToleranceSettings(Section):
    """The distance up to which two numbers count as equal.

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


class TextSettings(Section):
    """The differences that two equal texts may have.

    Attributes:
        case: ``ignore``: in upper and lower case.
        whitespace: ``collapse``: in blanks at the ends, and in how many and which blanks lie between words;
            ``trim``: in blanks at the ends alone.
    """

    case: Annotated[Literal["ignore"] | None, Wanted("ignore")] = None
    whitespace: Annotated[Literal["collapse", "trim"] | None, Wanted("collapse or trim")] = None

    @model_validator(mode="after")
    def _says_something(self) -> "TextSettings":
        if self.case is None and self.whitespace is None:
            raise _finding("found neither case nor whitespace, wanted at least one of them")
        return self


class RuleSettings(Section):
    """A path, one action or a severity or both, and a why.

    Attributes:
        path: where the rule holds, as JSONPath; not read here.
        ignore: the action: differences at the path do not count.
        presence: with ``ignore``: whether presence and type are compared all the same.
        tolerance: the action: numbers this close are equal.
        within: the action: timestamps this close are equal.
        unordered: the action: an array is a multiset.
        key: the action: an array's elements are matched by this member.
        pattern: the action: values that match this regular expression are equal.
        text: the action: texts are normalised before they are compared.
        expected: the action: a wanted change, ``from`` one value ``to`` another; what is left out may be anything.
        severity: how bad differences at the path are; None: as bad as their kind.
        why: the reason, shown in the report.
        endpoint: the only endpoint it holds for; None: all of them.
        owner: who answers for it.
        expires: the first day on which it no longer holds.
    """

    path: Text
    ignore: _Yes = None
    presence: Flag = True
    tolerance: ToleranceSettings | None = None
    within: SomeDuration | None = None
    unordered: _Yes = None
    key: Text | None = None
    pattern: Annotated[Text, AfterValidator(_regex)] | None = None
    text: TextSettings | None = None
    expected: Annotated[Frozen[_Side, _Scalar], AfterValidator(_some_side)] | None = None
    severity: Annotated[Literal["high", "medium", "low"] | None, Wanted("high, medium or low")] = None
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

    def action(self) -> Action | None:
        """The one action of the rule; None where it has a severity alone."""
        match self:
            case RuleSettings(ignore=True):
                return Ignore(presence=self.presence)
            case RuleSettings(tolerance=ToleranceSettings(absolute=absolute, relative=relative)):
                return Tolerance(absolute=absolute or 0.0, relative=relative or 0.0)
            case RuleSettings(within=timedelta() as reach):
                return Within(seconds=reach.total_seconds())
            case RuleSettings(unordered=True):
                return Unordered()
            case RuleSettings(key=str(member)):
                return Key(member=member)
            case RuleSettings(pattern=str(regex)):
                return Matches(regex=regex)
            case RuleSettings(text=TextSettings(case=case, whitespace=whitespace)):
                return NormalisedText(
                    case=case is not None, whitespace=whitespace == "collapse", trim=whitespace == "trim"
                )
            case RuleSettings(expected=Mapping() as sides):
                return Expected(production=sides.get("from", ANYTHING), shadow=sides.get("to", ANYTHING))
            case _:
                return None


def _contradictions(rule: Mapping[str, object]) -> Iterator[PydanticCustomError]:
    actions = [action for action in ACTIONS if rule.get(action) is not None]
    if not actions and rule.get("severity") is None:
        yield _finding(f"found no action, wanted exactly one of {_ACTION_NAMES}, or a severity")
    if len(actions) > 1:
        yield _finding(f"found {' and '.join(actions)}, wanted exactly one action")
    if rule.get("presence") is not None and "ignore" not in actions:
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
