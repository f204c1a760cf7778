"""A place for packages whose import takes seconds: imported while rows are counted, and called there."""

from collections.abc import Callable
from typing import ParamSpec, Protocol, TypeVar

Given = ParamSpec("Given")
Result = TypeVar("Result")


class Packages(Protocol):
    """A place where packages are imported and called."""

    def prepare(self, *steps: Callable[[], object]) -> None:
        """Asks for imports, and for what else calls need, step by step; nobody waits for them but the next call.

        Whatever goes wrong with a step is raised by the call that needs it.

        Args:
            *steps: functions that import or make something, unless that was done before.
        """

    def call(self, function: Callable[Given, Result], *args: Given.args, **kwargs: Given.kwargs) -> Result:
        """Calls a function of a module that uses such packages; returns or raises what it does."""


class ThisProcess:
    """The process itself, which has no time to prepare anything: calls import what they need."""

    def prepare(self, *steps: Callable[[], object]) -> None:
        """Does nothing."""

    def call(self, function: Callable[Given, Result], *args: Given.args, **kwargs: Given.kwargs) -> Result:
        """Calls the function."""
        return function(*args, **kwargs)
