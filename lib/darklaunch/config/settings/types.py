"""Types of settings: a frozen section, frozen mappings, and values that say what they want when they are wrong."""

import re
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Annotated, Final, TypeAlias, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, GetCoreSchemaHandler, PlainSerializer
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

Key = TypeVar("Key", bound=str)
Value = TypeVar("Value")
Sequenced = TypeVar("Sequenced", bound=tuple[Hashable, ...])

_DURATION: Final = re.compile(r"([0-9]{1,6})(s|m|h|d)")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HOUR: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2})(?::00(?::00)?)?(?:Z|\+00:00)?")
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class Section(BaseModel):
    """A section of the settings, frozen; unknown keys are refused, and nothing is converted."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


@dataclass(frozen=True, slots=True, eq=False)
class FrozenMapping(Mapping[str, Value]):
    """A mapping that nobody changes; unlike ``MappingProxyType`` it can be hashed and pickled."""

    pairs: tuple[tuple[str, Value], ...] = ()

    def __getitem__(self, key: str) -> Value:
        return dict(self.pairs)[key]

    def __iter__(self) -> Iterator[str]:
        return (key for key, _ in self.pairs)

    def __len__(self) -> int:
        return len(self.pairs)

    def __hash__(self) -> int:
        return hash(frozenset(self.pairs))


def frozen(mapping: Mapping[str, Value]) -> FrozenMapping[Value]:
    """The same keys and values, in the same order, for good."""
    return FrozenMapping(tuple(mapping.items()))


Frozen: TypeAlias = Annotated[Mapping[Key, Value], AfterValidator(frozen), PlainSerializer(dict)]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Replaces every message of the value it annotates by what is wanted, in words."""

    text: str

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return wanting(handler(source), self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Bounds of a number; the same four values check it and say what is wanted."""

    above: float | None = None
    at_least: float | None = None
    below: float | None = None
    at_most: float | None = None

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        kind = "a whole number" if source is int else "a number"
        checked = core_schema.no_info_after_validator_function(self._check, handler(source))
        return wanting(checked, f"{kind} {self._words()}")

    def _check(self, value: float) -> float:
        too_low = (self.above is not None and value <= self.above) or (
            self.at_least is not None and value < self.at_least
        )
        too_high = (self.below is not None and value >= self.below) or (
            self.at_most is not None and value > self.at_most
        )
        if too_low or too_high:
            raise ValueError
        return value

    def _words(self) -> str:
        if self.at_least is not None and self.at_most is not None:
            return f"from {self.at_least:g} to {self.at_most:g}"
        named = {
            "above": self.above,
            "of at least": self.at_least,
            "below": self.below,
            "at most": self.at_most,
        }
        return " and ".join(f"{word} {bound:g}" for word, bound in named.items() if bound is not None)


def wanting(schema: CoreSchema, text: str) -> CoreSchema:
    """A schema that answers any wrong value with what is wanted."""
    return core_schema.custom_error_schema(schema, custom_error_type="wanted", custom_error_message=text)


def _duration(value: object) -> object:
    if not isinstance(value, str):
        return value
    match = _DURATION.fullmatch(value)
    if match is None:
        raise ValueError
    return timedelta(seconds=int(match[1]) * _SECONDS[match[2]])


def _some_duration(value: timedelta) -> timedelta:
    if value <= timedelta(0):
        raise ValueError
    return value


def _date(value: object) -> object:
    return date.fromisoformat(value) if isinstance(value, str) and _DATE.fullmatch(value) else value


def _whole_hour(value: object) -> object:
    if not isinstance(value, str):
        return value
    match = _HOUR.fullmatch(value)
    if match is None:
        raise ValueError
    return datetime.strptime(match[1], "%Y-%m-%dT%H").replace(tzinfo=timezone.utc)


def _text(value: str) -> str:
    if not value.strip() or not value.isprintable():
        raise ValueError
    return value


def _matching(pattern: str) -> AfterValidator:
    def check(value: str) -> str:
        if re.fullmatch(pattern, _text(value)) is None:
            raise ValueError
        return value

    return AfterValidator(check)


def _distinct(values: Sequenced) -> Sequenced:
    if len(set(values)) < len(values):
        raise PydanticCustomError("finding", "found a value twice, wanted each once")
    return values


DISTINCT: Final = AfterValidator(_distinct)
Flag: TypeAlias = Annotated[bool, Wanted("true or false")]
Share: TypeAlias = Annotated[float, Range(at_least=0, at_most=1)]
Duration: TypeAlias = Annotated[timedelta, BeforeValidator(_duration), Wanted("a duration such as 30s, 10m, 1h or 2d")]
SomeDuration: TypeAlias = Annotated[
    Duration, AfterValidator(_some_duration), Wanted("a duration above 0, such as 30s, 10m, 1h or 2d")
]
Day: TypeAlias = Annotated[date, BeforeValidator(_date), Wanted("a day such as 2027-01-31")]
WholeHour: TypeAlias = Annotated[
    datetime, BeforeValidator(_whole_hour), Wanted("a whole hour in UTC such as 2026-03-04T10")
]
Text: TypeAlias = Annotated[
    str, AfterValidator(_text), Wanted("a text on one line, in quotes where it looks like a number")
]
EndpointName: TypeAlias = Annotated[
    str, _matching(r"[A-Z][A-Z0-9_-]* \S.*"), Wanted("an endpoint's name such as 'GET /users/{id}'")
]
GroupName: TypeAlias = Annotated[
    str, _matching(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,39}"), Wanted("a short name such as 'admin'")
]
PathTemplate: TypeAlias = Annotated[
    str,
    _matching(r"/(?:[^{}\s?#]|\{[A-Za-z_][A-Za-z0-9_-]*(?:\.\.\.)?\})*"),
    Wanted("a path template such as '/users/{id}' or '/files/{rest...}'"),
]
SparkMaster: TypeAlias = Annotated[
    str,
    _matching(
        r"none|yarn|local(?:\[(?:\*|[1-9][0-9]*)(?:,[0-9]+)?\])?|local-cluster\[[0-9]+,[0-9]+,[0-9]+\]"
        r"|[A-Za-z][A-Za-z0-9+.-]*://\S+"
    ),
    Wanted("none, local[*], local[4], yarn, or a URL such as spark://host:7077 or sc://host:15002"),
]
SparkKey: TypeAlias = Annotated[
    str,
    _matching(r"spark\.(?!master$)\S+"),
    Wanted("a key that starts with 'spark.' and is not spark.master, which stands above"),
]
