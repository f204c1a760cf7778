"""Frozen dataclasses to JSON values and back, by their annotations.

A field is a member of the same name. An ``Undefined`` becomes null with ``<name>_reason`` beside it, an enum its value,
a tuple a list, a moment ISO 8601. A field whose default is None is left out where it is None; a field with a default
may be missing when read.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Generic, TypeAlias, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from darklaunch.errors import UsageError
from darklaunch.text.undefined import Undefined
from darklaunch.window import parse_moment

JsonObject: TypeAlias = dict[str, object]
Reader: TypeAlias = Callable[[object], object]
Value = TypeVar("Value")


class JsonShapeError(ValueError):
    """A JSON value is not of the shape that was wanted; says where."""


@dataclass(frozen=True, slots=True)
class Form(Generic[Value]):
    """The JSON of one type, where it is not member for field."""

    write: Callable[[Value], object]
    read: Callable[[object], Value]


class Codec:
    """Writes and reads values of some dataclasses."""

    def __init__(self, names: Mapping[type, Mapping[str, str]]) -> None:
        """Makes a codec.

        Args:
            names: by type and field the member's name, where it is not the field's.
        """
        self._names = names
        self._forms: dict[type, Form[object]] = {}
        self._readers: dict[object, Reader] = {}

    def use(self, kind: type[Value], form: Form[Value]) -> None:
        """Gives one type a JSON of its own."""
        self._forms[kind] = cast("Form[object]", form)

    def write(self, value: object) -> object:
        """The JSON value of a value."""
        form = self._forms.get(type(value))
        return self.write_plain(value) if form is None else form.write(value)

    def write_plain(self, value: object) -> object:
        """The JSON value of a value, member for field at its top."""
        match value:
            case Enum():
                return value.value
            case datetime():
                return value.isoformat(timespec="minutes")
            case tuple() | list():
                return [self.write(item) for item in value]
            case Mapping():
                return {key.value if isinstance(key, Enum) else key: self.write(item) for key, item in value.items()}
            case _ if is_dataclass(value):
                return self._members(value)
            case _:
                return value

    def _members(self, value: object) -> JsonObject:
        names = self._names.get(type(value), {})
        members: JsonObject = {}
        for field in fields(value):  # type: ignore[arg-type]
            name, item = names.get(field.name, field.name), getattr(value, field.name)
            if isinstance(item, Undefined):
                members |= {name: None, f"{name}_reason": item.reason} if item.reason else {name: None}
            elif item is not None or field.default is not None:
                members[name] = self.write(item)
        return members

    def read(self, kind: type[Value], value: object) -> Value:
        """A value of a type from its JSON value.

        Raises:
            JsonShapeError: the JSON value is not of that type.
        """
        return cast("Value", self._reader(kind)(value))

    def read_plain(self, kind: type[Value], value: object) -> Value:
        """A value of a dataclass, member for field at its top.

        Raises:
            JsonShapeError: the JSON value is not of that type.
        """
        return cast("Value", self._dataclass_reader(kind)(value))

    def _reader(self, kind: object) -> Reader:
        if kind not in self._readers:
            self._readers[kind] = self._made(kind)
        return self._readers[kind]

    def _made(self, kind: object) -> Reader:
        origin = get_origin(kind)
        if origin in {Union, UnionType}:
            return self._union_reader(get_args(kind))
        if origin is tuple:
            item = self._reader(get_args(kind)[0])
            return lambda value: tuple(item(each) for each in _of(list, value))
        if isinstance(origin, type) and issubclass(origin, Mapping):
            key, item = map(self._reader, get_args(kind))
            return lambda value: {key(name): item(each) for name, each in _of(dict, value).items()}
        return self._class_reader(cast("type[object]", kind))

    def _class_reader(self, kind: type[object]) -> Reader:
        if kind in self._forms:
            return self._forms[kind].read
        if issubclass(kind, Enum):
            return lambda value: _member(kind, value)
        return self._dataclass_reader(kind) if is_dataclass(kind) else _SCALARS[kind]

    def _union_reader(self, kinds: tuple[object, ...]) -> Reader:
        readers = [self._reader(kind) for kind in kinds if kind not in {NoneType, Undefined}]
        nullable = NoneType in kinds

        def read(value: object) -> object:
            if value is None and nullable:
                return None
            (reader,) = readers
            return reader(value)

        return read

    def _dataclass_reader(self, kind: type[object]) -> Reader:
        key = ("members of", kind)
        if key not in self._readers:
            hints, names = get_type_hints(kind), self._names.get(kind, {})
            members = [
                _Member(names.get(field.name, field.name), field, Undefined in get_args(hints[field.name]), reader)
                for field in fields(kind)  # type: ignore[arg-type]
                for reader in [self._reader(hints[field.name])]
            ]
            self._readers[key] = lambda value: kind(**_values(members, _of(dict, value)))
        return self._readers[key]


@dataclass(frozen=True, slots=True)
class _Member:
    name: str
    field: "Field[object]"
    undefinable: bool
    reader: Reader

    @property
    def may_be_missing(self) -> bool:
        return self.field.default is not MISSING or self.field.default_factory is not MISSING


def _values(members: list[_Member], members_read: JsonObject) -> JsonObject:
    values: JsonObject = {}
    for member in members:
        if member.name not in members_read:
            if not member.may_be_missing:
                raise JsonShapeError(f"{member.name} is missing")
        elif member.undefinable and members_read[member.name] is None:
            values[member.field.name] = Undefined(str(members_read.get(f"{member.name}_reason") or ""))
        else:
            try:
                values[member.field.name] = member.reader(members_read[member.name])
            except JsonShapeError as error:
                raise JsonShapeError(f"{member.name}: {error}") from error
    return values


Kind = TypeVar("Kind", list[object], dict[str, object], str, bool)


def _of(kind: type[Kind], value: object) -> Kind:
    if not isinstance(value, kind):
        raise JsonShapeError(f"is {_ENGLISH[type(value)]}, not {_ENGLISH[kind]}")
    return value


def _number(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise JsonShapeError(f"is {_ENGLISH[type(value)]}, not a number")
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise JsonShapeError(f"is {_ENGLISH[type(value)]}, not a whole number")
    return value


def _member(kind: type[Enum], value: object) -> Enum:
    text = _of(str, value)
    try:
        return kind(text)
    except ValueError as error:
        raise JsonShapeError(f"is none of {', '.join(str(each.value) for each in kind)}") from error


def _moment(value: object) -> datetime:
    text = _of(str, value)
    try:
        return parse_moment(text)
    except UsageError as error:
        raise JsonShapeError("is no time in ISO 8601") from error


_SCALARS: Mapping[type, Reader] = {
    str: lambda value: _of(str, value),
    bool: lambda value: _of(bool, value),
    int: _whole,
    float: _number,
    datetime: _moment,
}
_ENGLISH: Mapping[type, str] = {
    NoneType: "null",
    str: "a text",
    bool: "a truth value",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "an object",
}
