"""The report as PDF, set by Typst: two pages for a director, then the tables.

The template gets data, never source: a text from traffic is a string in JSON, which Typst does not read as markup.
"""

import json
from functools import cache
from importlib.resources import files
from typing import Final

from darklaunch.publish.export.document import printed
from darklaunch.publish.report.codec import Codec
from darklaunch.publish.report.run import RunReport

_CODEC: Final = Codec(names={})


def report_pdf(report: RunReport) -> bytes:
    """The document; dated by the end of the window, so that the same report gives the same text."""
    import typst

    made = typst.compile(template(), format="pdf", sys_inputs=inputs(report), timestamp=report.span.end)
    if not isinstance(made, bytes):
        raise TypeError("typst made several files where one was wanted")
    return made


def inputs(report: RunReport) -> dict[str, str]:
    """What the template gets: the printed report as JSON."""
    return {"report": json.dumps(_CODEC.write(printed(report)), ensure_ascii=False)}


@cache
def template() -> bytes:
    """The source of the document."""
    return (files("darklaunch.publish") / "templates" / "report.typ").read_bytes()
