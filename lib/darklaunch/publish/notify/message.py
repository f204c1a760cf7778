"""The message about a run: JSON for programs, and a short text for people that no chat takes for markup."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from darklaunch.decide.verdict import Verdict
from darklaunch.publish.notify.plan import Event
from darklaunch.publish.report.run import RunReport
from darklaunch.text.credentials import without_credentials
from darklaunch.text.escape import printable_ascii
from darklaunch.window import Window

_LISTED: Final = 20
_LONGEST: Final = 500
_MARKUP: Final = "<>@[]&`|"
"""What a chat may take for a mention, a link or an entity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message about a run.

    Attributes:
        events: what it tells, the most important first.
        title: for people, one line.
        lines: for people.
        data: for programs; strings of strangers in it are data.
    """

    events: tuple[Event, ...]
    title: str
    lines: tuple[str, ...]
    data: Mapping[str, Any]

    @property
    def identity(self) -> str:
        """The same whenever the same is reported of the same run, so that a receiver can tell a repetition."""
        identity = "\0".join([self.title, *(event.value for event in self.events), repr(sorted(self.data.items()))])
        return f"msg_{sha256(identity.encode('utf-8', 'backslashreplace')).hexdigest()[:32]}"

    @property
    def text(self) -> str:
        """All lines."""
        return "\n".join(self.lines)

    def payload(self, now: datetime) -> dict[str, Any]:
        """What a webhook gets."""
        events = [event.value for event in self.events]
        return {
            "type": f"darklaunch.{events[0]}",
            "timestamp": now.isoformat(),
            "data": {"events": events, **self.data},
        }


def look_message(report: RunReport, before: RunReport | None, page: Path) -> Message | None:
    """What a look has changed; None: nothing.

    Args:
        report: of the look.
        before: of the launch's look before; None: there was none, and a launch begins with a hold.
        page: the report's file, or the run's folder.
    """
    was = before.verdict if before is not None else Verdict.HOLD
    earlier = dict(_worse_since(before)) if before is not None else {}
    worse = {name: reason for name, reason in _worse_since(report) if name not in earlier}
    events = []
    if report.verdict is not was:
        events.append(Event.VERDICT_CHANGED)
    if worse:
        events.append(Event.WORSE_SINCE)
    if not events:
        return None
    listed = dict(list(worse.items())[:_LISTED])
    change = f"{was.value} to {report.verdict.value}" if report.verdict is not was else report.verdict.value
    return Message(
        events=tuple(events),
        title=_inert(f"darklaunch {report.launch.name}: {change}"),
        lines=tuple(map(_inert, _lines(report, listed, len(worse) - len(listed), page))),
        data={
            **_facts(report),
            "previous_verdict": before.verdict.value if before is not None else None,
            "worse_since": [{"endpoint": name, "reason": reason} for name, reason in listed.items()],
            "worse_since_beyond": len(worse) - len(listed),
            "report": str(page),
        },
    )


def failure_message(launch: str, window: Window | None, stage: str | None, error: str, at: datetime) -> Message:
    """The failure of a run.

    Args:
        launch: its name.
        window: that it was to judge; None: the whole log.
        stage: that began last; None: none did.
        error: what failed, in one line or several.
        at: when.
    """
    text = without_credentials(error)[:_LONGEST]
    run = window.slug if window is not None else None
    return Message(
        events=(Event.RUN_FAILED,),
        title=_inert(f"darklaunch {launch}: a run failed"),
        lines=(f"run {run or '(the whole log)'}, stage {stage or '(none)'}", _inert(text)),
        data={
            "launch": {"name": launch},
            "run": run,
            "window": _window(window) if window is not None else None,
            "stage": stage,
            "error": text,
            "failed_at": at.isoformat(),
        },
    )


def _lines(report: RunReport, worse: Mapping[str, str], beyond: int, page: Path) -> Iterator[str]:
    launch = report.launch
    releases = (release or "an unknown release" for release in (launch.production_release, launch.shadow_release))
    yield f"{' to '.join(releases)}, look {report.look}, until {report.span.end:%Y-%m-%d %H:%M} UTC"
    yield from report.reasons
    yield from (f"{name}: {reason}" for name, reason in worse.items() if reason not in report.reasons)
    if beyond:
        yield f"and {beyond:,} more"
    yield f"report {page}"


def _facts(report: RunReport) -> dict[str, Any]:
    launch = report.launch
    return {
        "launch": {
            "name": launch.name,
            "key": launch.key,
            "production_release": launch.production_release,
            "shadow_release": launch.shadow_release,
        },
        "run": report.span.slug,
        "window": _window(report.span),
        "look": report.look,
        "verdict": report.verdict.value,
        "reasons": list(report.reasons),
    }


def _worse_since(report: RunReport) -> Iterator[tuple[str, str]]:
    """Names that are worse since some hour, with the sentence that says since when."""
    for entry in (report.fleet, *report.groups, *report.endpoints):
        if entry.worse_since is not None:
            yield entry.name, entry.worse_since


def _window(window: Window) -> dict[str, str]:
    return {"from": window.start.isoformat(), "to": window.end.isoformat()}


def _inert(text: str) -> str:
    r"""One short line of ASCII without what a chat takes for a mention, a link or markup: ``\x40channel``."""
    line = "".join(f"\\x{ord(each):02x}" if each in _MARKUP else each for each in printable_ascii(text))
    return line.replace("://", r":\x2f/")[:_LONGEST]
