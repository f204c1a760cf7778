"""The quick comparison of JSON objects: member by member as text, of which only what differs is read."""

from typing import Final

from darklaunch.diff.collector import DifferenceCollector
from darklaunch.diff.compare import compare
from darklaunch.diff.difference import MAXIMUM_PATHS, Compared, Comparison
from darklaunch.diff.http.body import is_plain_json
from darklaunch.diff.http.response import Response
from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.rule_index import PathIndex
from darklaunch.diff.values.json_text import BodyTooLargeError, NeedsExactParserError
from darklaunch.diff.values.member_text import (
    MemberTexts,
    may_have_huge_integer,
    read_member,
    split_both,
    surely_differ,
)
from darklaunch.diff.walk import walk

MAXIMUM_REMEMBERED: Final = 200
"""Results of an endpoint that are kept for the next pair; names of members may be data. Chosen by hand."""

_NO_DIFFERENCE: Final = Compared(mismatch=False, differences=())
_GRAPHQL_ERRORS: Final = "errors"


class EndpointComparer:
    """Compares the responses of one endpoint as ``compare`` does, only faster.

    Bodies of JSON objects are split into the text of their members; what is spelt alike is equal and not read any
    further. One case is compared that ``compare`` calls incomparable: a number with an exponent beyond all bounds, or
    too deep a nesting among texts full of brackets, lies in a member that both arms spell alike.

    Args:
        index: the rules of the endpoint.
        masking: what must not leave the comparison in the clear.
    """

    def __init__(self, index: PathIndex, masking: Masking) -> None:
        self._index = index
        self._masking = masking
        self._ignored: dict[tuple[str, ...], Compared] = {}

    def compare(self, production: Response, other: Response) -> Comparison:
        """Compares what two arms answered to one request.

        Args:
            production: the reference.
            other: the shadow, or the baseline.
        """
        if (
            production.body
            and other.body
            and production.status == other.status
            and production.headers == other.headers
            and not (production.truncated or other.truncated)
            and production.error is other.error is None
            and is_plain_json(production.headers)
        ):
            compared = self.compare_bodies(production.body, other.body)
            if compared is not None:
                return compared
        return compare(production, other, self._index, self._masking)

    def compare_bodies(self, production: bytes, other: bytes) -> Compared | None:
        """Compares two bodies of complete responses with the same status and the same headers, for plain JSON.

        Args:
            production: the reference.
            other: the other arm's.

        Returns:
            None where the whole responses have to be compared.
        """
        if production == other:
            return _NO_DIFFERENCE
        if self._index.body.ignores:
            return None
        split = split_both(production, other)
        if split is None:
            return None
        texts, other_texts, changed = split
        if len(texts) == len(other_texts) and self._are_ignored(changed, texts, other_texts):
            return self._of_ignored(tuple(changed))
        if _GRAPHQL_ERRORS in other_texts and other_texts[_GRAPHQL_ERRORS] != texts.get(_GRAPHQL_ERRORS):
            # new errors of GraphQL are rated by status and whole body
            return None
        if may_have_huge_integer(production) or may_have_huge_integer(other):
            return None
        return self._walked(texts, other_texts, changed)

    def _are_ignored(self, changed: list[str], texts: MemberTexts, other_texts: MemberTexts) -> bool:
        """Whether members that are spelt otherwise differ in nothing but values that a rule ignores."""
        node = self._index.body
        for name in changed:
            counterpart = other_texts.get(name)
            child = node.children.get(name) or node.child(name)
            if counterpart is None or not child.ignores or not surely_differ(texts[name], counterpart):
                return False
        return True

    def _of_ignored(self, names: tuple[str, ...]) -> Compared:
        """Where only members differ whose values are ignored: no value is shown, so one result serves many pairs."""
        compared = self._ignored.get(names)
        if compared is None:
            # of two differing scalars of one type, which is all that is known of these
            compared = self._collected(dict.fromkeys(names, False), dict.fromkeys(names, True))
            if len(names) <= MAXIMUM_PATHS and len(self._ignored) < MAXIMUM_REMEMBERED:
                self._ignored[names] = compared
        return compared

    def _walked(self, texts: MemberTexts, other_texts: MemberTexts, changed: list[str]) -> Compared | None:
        try:
            values = {name: read_member(texts[name]) for name in changed}
            other_values = {name: read_member(text) for name, text in other_texts.items() if text != texts.get(name)}
            return self._collected(values, other_values)
        except (NeedsExactParserError, BodyTooLargeError, ValueError, RecursionError):
            return None

    def _collected(self, values: dict[str, object], other_values: dict[str, object]) -> Compared:
        collector = DifferenceCollector(self._masking)
        walk(self._index.body, values, other_values, collector)
        return collector.compared()
