"""A report with every value of requests and responses masked, as a run with ``masking: all`` would have made it."""

import re
from dataclasses import replace
from typing import Final

from darklaunch.diff.privacy.masking import Masking, masked_value
from darklaunch.diff.privacy.secrets import MASKED
from darklaunch.diff.values.json_types import JsonType
from darklaunch.diff.window_summary import Example
from darklaunch.noise.candidate import VolatilePath, path_steps
from darklaunch.noise.learned import NoiseReport
from darklaunch.noise.shown_value import value_of
from darklaunch.publish.look import Look
from darklaunch.publish.report.endpoint import DifferenceReport, EndpointReport
from darklaunch.publish.report.run import RunReport
from darklaunch.publish.report.window import WindowReport
from darklaunch.triage.cause_report import CauseExample, CausePath, CauseReport, ExampleDifference, Facet, SliceReport
from darklaunch.triage.curl import CapturedRequest, curl_command

_ALREADY: Final = re.compile(f"masked (?:text|{'|'.join(kind.value for kind in JsonType)})")
_SIZE: Final = re.compile(r"(\{\d+ members\})|\[\d+ elements\]")
_TEXT: Final = "masked text"


def mask_report(report: RunReport) -> RunReport:
    """The report without a value of a request or response; counts, paths and names of endpoints stay."""
    return replace(
        report,
        fleet=_endpoint(report.fleet),
        endpoints=tuple(_endpoint(each) for each in report.endpoints),
        groups=tuple(_endpoint(each) for each in report.groups),
        window=_window(report.window),
    )


def mask_look(look: Look) -> Look:
    """An earlier look without a value of a request or response."""
    return replace(look, causes=None if look.causes is None else tuple(_cause(each) for each in look.causes))


def _endpoint(report: EndpointReport) -> EndpointReport:
    return replace(report, differences=tuple(_difference(each) for each in report.differences))


def _difference(report: DifferenceReport) -> DifferenceReport:
    example = report.example
    masked = example and Example(
        request_id=example.request_id, production=_value(example.production), shadow=_value(example.shadow)
    )
    return replace(report, path=_path(report.path), example=masked)


def _window(report: WindowReport) -> WindowReport:
    return replace(
        report,
        causes=None if report.causes is None else tuple(_cause(each) for each in report.causes),
        noise=None if report.noise is None else _noise(report.noise),
        collapsed=tuple(replace(each, path=_path(each.path)) for each in report.collapsed),
        levels=tuple(replace(each, path=_path(each.path)) for each in report.levels),
    )


def _noise(report: NoiseReport) -> NoiseReport:
    def masked(paths: tuple[VolatilePath, ...]) -> tuple[VolatilePath, ...]:
        return tuple(replace(each, path=_path(each.path)) for each in paths)

    return replace(report, learned=masked(report.learned), refused=masked(report.refused))


def _cause(report: CauseReport) -> CauseReport:
    """Transitions are pairs of values, so that nothing of them is left."""
    return replace(
        report,
        paths=tuple(CausePath(path=_path(each.path), kind=each.kind, requests=each.requests) for each in report.paths),
        slices=tuple(_slice(each) for each in report.slices),
        transitions=(),
        examples=tuple(_example(each, report.endpoint) for each in report.examples),
    )


def _slice(report: SliceReport) -> SliceReport:
    match report.facet:
        case Facet.HOURS | Facet.STATUS:
            return report
        case Facet.ATTRIBUTE | Facet.QUERY | Facet.HEADER:
            return replace(report, value=_TEXT)


def _example(example: CauseExample, endpoint: str) -> CauseExample:
    method, _, template = endpoint.partition(" ")
    sent = CapturedRequest(method=method, path=template, template=template)
    differences = tuple(
        ExampleDifference(path=_path(each.path), kind=each.kind, production=None, shadow=None)
        for each in example.differences
    )
    return replace(example, differences=differences, curl=curl_command(sent, Masking.ALL))


def _path(path: str) -> str:
    steps = path_steps(path)
    if steps:
        return Masking.ALL.mask_path(steps).text
    return path if path == "$" else MASKED


def _value(shown: str | None) -> str | None:
    """A value as the comparison shows it where all are masked: by its type alone."""
    if shown is None or _ALREADY.fullmatch(shown):
        return shown
    size = _SIZE.fullmatch(shown)
    if size is not None:
        return masked_value({} if size[1] else [], Masking.ALL, secret=False)
    try:
        return masked_value(value_of(shown), Masking.ALL, secret=False)
    except (TypeError, ValueError):
        return _TEXT
