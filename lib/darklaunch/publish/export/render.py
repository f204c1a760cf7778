"""A run in any of its formats; what a format needs is imported when it is asked for."""

import json
from collections.abc import Sequence

from darklaunch.publish.export.format import Format
from darklaunch.publish.look import Look
from darklaunch.publish.report.json import verdict_json
from darklaunch.publish.report.run import RunReport


def render(report: RunReport, form: Format, earlier: Sequence[Look] = ()) -> bytes:
    """The file of a format; text is UTF-8.

    Args:
        report: the run's.
        form: the format.
        earlier: the looks at the launch before this one, for the chart of the page.
    """
    match form:
        case Format.HTML:
            from darklaunch.publish.html import render_html

            return _encoded(render_html(report, earlier))
        case Format.JSON:
            return _encoded(json.dumps(verdict_json(report), indent=2, ensure_ascii=False, allow_nan=False) + "\n")
        case Format.CSV:
            from darklaunch.publish.tables import endpoints_csv

            return _encoded(endpoints_csv(report))
        case Format.PDF:
            from darklaunch.publish.export.pdf import report_pdf

            return report_pdf(report)
        case Format.XLSX:
            from darklaunch.publish.export.workbook import workbook_xlsx

            return workbook_xlsx(report)
        case Format.MARKDOWN:
            from darklaunch.publish.export.markdown import report_md

            return _encoded(report_md(report))
        case Format.JUNIT:
            from darklaunch.publish.export.junit import junit_xml

            return junit_xml(report)


def _encoded(text: str) -> bytes:
    # half of a surrogate pair becomes its escape, which is JSON too
    return text.encode("utf-8", "backslashreplace")
