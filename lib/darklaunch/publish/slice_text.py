"""A slice of a cause as people read it."""

from dataclasses import dataclass
from typing import Final

from darklaunch.publish import formatting
from darklaunch.text import numbers
from darklaunch.triage.cause_report import CauseReport, Facet, SliceReport

_HAVE: Final = {
    Facet.ATTRIBUTE: "the attribute",
    Facet.QUERY: "the query parameter",
    Facet.HEADER: "the request header",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceText:
    """A slice as a sentence in pieces: `98 %` of them at `/a` `have the attribute` `region = eu`, `3 %` of the rest.

    The endpoint is empty where the cause has no other.
    """

    inside: str
    endpoint: str
    verb: str
    what: str
    outside: str

    @property
    def text(self) -> str:
        """The whole sentence, without its full stop."""
        where = f" at {self.endpoint}" if self.endpoint else ""
        return f"{self.inside} of them{where} {self.verb} {self.what}, {self.outside} of the rest"


def slice_text(cause: CauseReport, report: SliceReport) -> SliceText:
    """Returns a slice of a cause in words."""
    verb, what = _sentence(report)
    several = len(cause.endpoints) > 1
    return SliceText(
        endpoint=formatting.visible(report.endpoint or cause.endpoint) if several else "",
        verb=verb,
        what=what,
        inside=numbers.rate(report.share_inside),
        outside=numbers.rate(report.share_outside),
    )


def _sentence(report: SliceReport) -> tuple[str, str]:
    match report.facet:
        case Facet.HOURS:
            start, _, end = report.value.partition("/")
            return "came", f"from {formatting.moment(start)} to {formatting.moment(end)}"
        case Facet.STATUS:
            return "were answered by production with", f"{report.value}xx"
        case Facet.ATTRIBUTE | Facet.QUERY | Facet.HEADER:
            return f"have {_HAVE[report.facet]}", formatting.visible(f"{report.name} = {report.value}")
