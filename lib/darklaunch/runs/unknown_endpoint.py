"""Refusal of an endpoint that a run does not have, with those that were probably meant."""

from collections.abc import Collection
from difflib import get_close_matches

from darklaunch.errors import UsageError
from darklaunch.publish import formatting


def unknown_endpoint(
    endpoint: str, endpoints: Collection[str], *, option: str, suggestions: int, listed_by: str
) -> UsageError:
    """Makes the error.

    Args:
        endpoint: the name that was given.
        endpoints: the names that there are.
        option: where it was given.
        suggestions: how many close names to offer at most.
        listed_by: the end of the sentence where none is close.
    """
    near = get_close_matches(endpoint, endpoints, n=suggestions, cutoff=0.4)
    named = ", ".join(repr(formatting.visible(name)) for name in near)
    hint = f"did you mean {named}?" if near else f"{listed_by} lists them"
    found = formatting.visible(endpoint, longest=200)
    return UsageError(f"{option}: found {found!r}, wanted one of {len(endpoints)} endpoints; {hint}")
