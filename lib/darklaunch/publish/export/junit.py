"""The verdicts as JUnit XML, which build servers show: one test case an endpoint, and one for all of them together.

Block is a failure. Hold is skipped, as a test that could not be decided: it is no fault of the release. What must not
pass on a hold asks for the exit code of ``--gate``.
"""

from typing import Final
from xml.etree import ElementTree

from darklaunch.decide.verdict import Verdict
from darklaunch.publish import formatting
from darklaunch.publish.export.headline import releases, span
from darklaunch.publish.narrative import narrate
from darklaunch.publish.report.endpoint import EndpointReport, ranked
from darklaunch.publish.report.run import RunReport

_LONGEST: Final = 3_000
_MESSAGE: Final = 400


def junit_xml(report: RunReport) -> bytes:
    """The document, in UTF-8."""
    cases = [report.fleet, *report.groups, *ranked(report.endpoints)]
    counts = {
        "tests": str(len(cases)),
        "failures": str(sum(case.verdict is Verdict.BLOCK for case in cases)),
        "errors": "0",
        "skipped": str(sum(case.verdict is Verdict.HOLD for case in cases)),
    }
    name = _shown(report.launch.name)
    suites = ElementTree.Element("testsuites", {"name": "darklaunch", **counts})
    when = report.span.end.strftime("%Y-%m-%dT%H:%M:%S")
    suite = ElementTree.SubElement(suites, "testsuite", {"name": name, "timestamp": when, "time": "0", **counts})
    properties = ElementTree.SubElement(suite, "properties")
    for key, value in _properties(report).items():
        ElementTree.SubElement(properties, "property", name=key, value=_shown(value))
    for case in cases:
        _case(suite, case, name)
    ElementTree.indent(suites)
    document: bytes = ElementTree.tostring(suites, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _properties(report: RunReport) -> dict[str, str]:
    production, shadow = releases(report)
    return {
        "verdict": report.verdict.value,
        "look": str(report.look),
        "window": span(report),
        "production_release": production,
        "shadow_release": shadow,
        "launch_key": report.launch.key,
    }


def _case(suite: ElementTree.Element, report: EndpointReport, launch: str) -> None:
    case = ElementTree.SubElement(suite, "testcase", classname=launch, name=_shown(report.name), time="0")
    message = _shown(report.reasons[0] if report.reasons else report.verdict.value, longest=_MESSAGE)
    match report.verdict:
        case Verdict.BLOCK:
            found = ElementTree.SubElement(case, "failure", type="block", message=message)
            found.text = _summary(report)
        case Verdict.HOLD:
            ElementTree.SubElement(case, "skipped", message=message)
            ElementTree.SubElement(case, "system-out").text = _summary(report)
        case Verdict.PROMOTE:
            ElementTree.SubElement(case, "system-out").text = _summary(report)


def _summary(report: EndpointReport) -> str:
    sentences = narrate(report)
    return "\n".join(_shown(each) for each in (*sentences.compared, *sentences.found, *sentences.follows))


def _shown(text: str, *, longest: int = _LONGEST) -> str:
    return formatting.visible(text, longest=longest)
