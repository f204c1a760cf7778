"""Reports as ``verdict.json`` and ``facts.json``, and back: the one module that knows what these files look like."""

from dataclasses import dataclass
from typing import Final

from darklaunch.capture.arm import Arm
from darklaunch.diff.window_summary import StatusCount, TopDifference
from darklaunch.errors import UsageError
from darklaunch.noise.candidate import VolatilePath
from darklaunch.pair.funnel import Box, Funnel
from darklaunch.publish.report.codec import Codec, Form, JsonObject, JsonShapeError
from darklaunch.publish.report.endpoint import ALL_ENDPOINTS, DimensionReport, EndpointReport, Scope
from darklaunch.publish.report.run import RunHead, RunReport
from darklaunch.publish.report.window import ComparedWindow, WindowReport
from darklaunch.window import Window, parse_moment

SCHEMA_VERSION: Final = 1

_FACTS: Final = (
    *("launch", "window", "baseline", "noise", "independent", "incomparable", "collapsed", "levels", "funnel"),
    "quarantine",
    "ids_of_another_case",
    *("conflicting_duplicates", "contract", "rules", "presence_only_headers", "left_out_headers", "unframed"),
    *("settings", "statuses", "differences", "window_pairs", "causes"),
)
_CODEC: Final = Codec(names={WindowReport: {"span": "window"}, RunHead: {"span": "window"}})


class SchemaVersionError(JsonShapeError):
    """A ``verdict.json`` of another version, which it holds."""

    def __init__(self, version: object) -> None:
        """Takes the version as it was value."""
        super().__init__("schema_version is another one")
        self.version = version


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entries:
    endpoints: tuple[EndpointReport, ...]
    groups: tuple[EndpointReport, ...] = ()


def verdict_json(report: RunReport) -> JsonObject:
    """The members of ``verdict.json``, in their order."""
    window = _object(_CODEC.write(report.window))
    return {
        "schema_version": SCHEMA_VERSION,
        "launch": window.pop("launch"),
        "window": window.pop("window"),
        "look": report.look,
        "verdict": report.verdict.value,
        "exploratory": report.exploratory,
        "reasons": list(report.reasons),
        "fleet": endpoint_json(report.fleet),
        "endpoints": [endpoint_json(endpoint) for endpoint in report.endpoints],
        "groups": [endpoint_json(group) for group in report.groups],
        **window,
    }


def endpoint_json(report: EndpointReport) -> JsonObject:
    """The members of one endpoint, group or fleet in ``verdict.json``."""
    return _object(_CODEC.write(report))


def launch_and_window(report: RunReport | RunHead) -> JsonObject:
    """The launch and the window as ``verdict.json`` has them."""
    return {"launch": _CODEC.write(report.launch), "window": _CODEC.write(report.span)}


def read_verdict(value: object) -> RunReport:
    """Reads the JSON value of a ``verdict.json``.

    Raises:
        JsonShapeError: it is none, or of another version; starts with the member that is wrong.
    """
    verdict = _versioned(value)
    head, window = _CODEC.read(RunHead, verdict), _CODEC.read(WindowReport, verdict)
    entries = _CODEC.read(_Entries, verdict)
    return RunReport(
        look=head.look,
        verdict=head.verdict,
        reasons=head.reasons,
        fleet=head.fleet,
        endpoints=entries.endpoints,
        groups=entries.groups,
        window=window,
        exploratory=verdict.get("exploratory") is True,
    )


def read_head(value: object) -> RunHead:
    """Reads launch, window, look, verdict and fleet of a ``verdict.json``; its other members may be missing.

    Raises:
        JsonShapeError: one of these is not there, or the file is of another version.
    """
    return _CODEC.read(RunHead, _versioned(value))


def facts_json(compared: ComparedWindow) -> JsonObject:
    """The members of ``facts.json``, in their order."""
    members = {
        **_object(_CODEC.write(compared.report)),
        "statuses": _CODEC.write(compared.statuses),
        "differences": _CODEC.write(compared.differences),
        "window_pairs": {endpoint: compared.pairs(endpoint) for endpoint in compared.statuses},
    }
    return {name: members[name] for name in _FACTS if name in members}


def read_facts(value: object) -> ComparedWindow:
    """Reads the JSON value of a ``facts.json``.

    Raises:
        JsonShapeError: it is none.
    """
    facts = _object(value)
    return ComparedWindow(
        report=_CODEC.read(WindowReport, facts),
        statuses=_CODEC.read(dict[str, tuple[StatusCount, ...]], facts.get("statuses")),
        differences=_CODEC.read(dict[str, tuple[TopDifference, ...]], facts.get("differences")),
    )


def _versioned(value: object) -> JsonObject:
    verdict = _object(value)
    version = verdict.get("schema_version")
    if version != SCHEMA_VERSION:
        raise SchemaVersionError(version)
    return verdict


def _object(value: object) -> JsonObject:
    if not isinstance(value, dict):
        raise JsonShapeError("is no object")
    return value


def _endpoint(report: EndpointReport) -> JsonObject:
    members = _object(_CODEC.write_plain(report))
    scope, name = members.pop("scope"), members.pop("name")
    return members if report.scope is Scope.FLEET else {str(scope): name, **members}


def _read_endpoint(value: object) -> EndpointReport:
    members = _object(value)
    scope = next((scope for scope in (Scope.GROUP, Scope.ENDPOINT) if scope.value in members), Scope.FLEET)
    name = ALL_ENDPOINTS if scope is Scope.FLEET else members[scope.value]
    return _CODEC.read_plain(EndpointReport, {**members, "scope": scope.value, "name": name})


def _dimension(report: DimensionReport) -> JsonObject:
    """Bounds that are undefined share one reason."""
    written = _object(_CODEC.write_plain(report))
    members: JsonObject = {}
    for name, value in written.items():
        if name not in {"excess_low_reason", "excess_high_reason"}:
            members[name] = value
        elif name == "excess_high_reason":
            members["excess_bounds_reason"] = value
    return members


def _read_dimension(value: object) -> DimensionReport:
    members = _object(value)
    reason = members.get("excess_bounds_reason")
    return _CODEC.read_plain(DimensionReport, {**members, "excess_low_reason": reason, "excess_high_reason": reason})


def _funnel(funnel: Funnel) -> JsonObject:
    read, requests, rows = (_object(_CODEC.write(counts)) for counts in (funnel.read, funnel.requests, funnel.rows))
    return {**read, **requests, "rows": rows}


def _read_funnel(value: object) -> Funnel:
    members = _object(value)
    # runs of earlier versions lack these boxes
    none: JsonObject = {arm.value: 0 for arm in Arm}
    lacking = (Box.BODY_LOST.value, Box.OTHER_REQUEST.value)
    earlier: JsonObject = dict.fromkeys(lacking, none)
    return Funnel(
        read=_CODEC.read(dict[Arm, int], {arm.value: members.get(arm.value) for arm in Arm}),
        requests=_CODEC.read(
            dict[Box, int],
            dict.fromkeys(lacking, 0) | {box.value: members[box.value] for box in Box if box.value in members},
        ),
        rows=_CODEC.read(dict[Box, dict[Arm, int]], earlier | _object(members.get("rows"))),
    )


def _window(window: Window) -> JsonObject:
    return {"from": window.start.isoformat(), "to": window.end.isoformat()}


def _read_window(value: object) -> Window:
    members = _object(value)
    try:
        return Window(start=parse_moment(str(members.get("from"))), end=parse_moment(str(members.get("to"))))
    except UsageError as error:
        raise JsonShapeError("is no window of whole hours") from error


def _read_noise(value: object) -> VolatilePath:
    try:
        return VolatilePath.from_dict(_object(value))
    except (KeyError, TypeError, ValueError) as error:
        raise JsonShapeError("is no noise as it was learned") from error


_CODEC.use(EndpointReport, Form(write=_endpoint, read=_read_endpoint))
_CODEC.use(DimensionReport, Form(write=_dimension, read=_read_dimension))
_CODEC.use(Funnel, Form(write=_funnel, read=_read_funnel))
_CODEC.use(Window, Form(write=_window, read=_read_window))
_CODEC.use(VolatilePath, Form(write=VolatilePath.as_dict, read=_read_noise))
