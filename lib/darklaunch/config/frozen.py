"""Mappings for frozen models."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, TypeAlias, TypeVar

from pydantic import AfterValidator, PlainSerializer

Key = TypeVar("Key", bound=str)
Value = TypeVar("Value")


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
