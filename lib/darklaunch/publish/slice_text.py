"""A slice of a cause as people read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from darklaunch.publish import formatting

_HAVE = {"attribute": "the attribute", "query": "the query parameter", "header": "the request header"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sliced:
    """A slice as a sentence in pieces: `98 %` of them `have the attribute` `region = eu`, `3 %` of the rest."""

    inside: str
    verb: str
    what: str
    outside: str

    @property
    def text(self) -> str:
        """The whole sentence, without its full stop."""
        return f"{self.inside} of them {self.verb} {self.what}, {self.outside} of the rest"


def sliced(entry: Mapping[str, Any]) -> Sliced:
    """Returns a slice of a cause in words."""
    facet, value = entry["facet"], str(entry["value"])
    match facet:
        case "hours":
            start, _, end = value.partition("/")
            verb, what = "came", f"from {formatting.moment(start)} to {formatting.moment(end)}"
        case "status":
            verb, what = "were answered by production with", f"{value}xx"
        case _:
            verb, what = f"have {_HAVE.get(facet, facet)}", formatting.visible(f"{entry['name']} = {value}")
    shares = (formatting.rate(entry[f"share_{side}"]) for side in ("inside", "outside"))
    return Sliced(verb=verb, what=what, **dict(zip(("inside", "outside"), shares, strict=True)))
