"""The command `darklaunch run --backfill`: one look after the other over a span of time, as if they had been made then.

A look that has a finished run is left as it is, so that the same command goes on where it was stopped.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path

from darklaunch.cli.command import Arguments
from darklaunch.cli.progress import progress_of
from darklaunch.cli.run_commands import ALL_STAGES, GATE, request_of
from darklaunch.cli.schedule.finished import finished_run
from darklaunch.cli.schedule.windows import cut, parse_every
from darklaunch.errors import DarklaunchError, UsageError
from darklaunch.publish.report.run import RunHead, RunReport
from darklaunch.request import Request, silent
from darklaunch.window import Window, parse_moment


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfilledLook:
    """A look of a backfill.

    Attributes:
        window: that it judged.
        look: its number among the launch's looks.
        verdict: promote, hold or block.
        folder: of its run.
        judged: by this command; else it had been finished before, and was left as it was.
    """

    window: Window
    look: int
    verdict: str
    folder: Path
    judged: bool

    def __str__(self) -> str:
        """The line of it."""
        finished = "" if self.judged else " (finished before; --again judges it anew)"
        return f"{_span(self.window)}: {self.verdict}{finished}"

    def as_json(self) -> dict[str, object]:
        """Its members as JSON has them."""
        window = {"from": self.window.start.isoformat(), "to": self.window.end.isoformat()}
        facts = {"look": self.look, "verdict": self.verdict, "judged": self.judged, "run": str(self.folder)}
        return {"window": window, **facts}


def backfill(arguments: Arguments) -> int:
    """Judges each window of a span in order.

    Returns:
        The exit code; with ``--gate`` that of the last look's verdict.
    """
    windows, request = windows_of(arguments), request_of(arguments, silent)
    looks: list[BackfilledLook] = []
    try:
        for number, window in enumerate(windows, 1):
            asked = replace(request, window=window)
            with _telling_how_to_go_on(asked, number, windows):
                looks.append(_finished_look(asked, arguments) or _judged_look(asked, arguments, number, len(windows)))
            if not (arguments.json or arguments.quiet):
                sys.stdout.write(f"{looks[-1]}\n")
                sys.stdout.flush()
    finally:
        if arguments.json:
            sys.stdout.write(json.dumps([look.as_json() for look in looks], indent=2) + "\n")
    return GATE[looks[-1].verdict] if arguments.gate else 0


def windows_of(arguments: Arguments) -> tuple[Window, ...]:
    """The windows that ``--backfill`` and ``--every`` name.

    Raises:
        UsageError: they can't be used, or stand beside another window.
    """
    if arguments.start is not None or arguments.end is not None or arguments.window is not None:
        raise UsageError(
            "--backfill: found it beside --from, --to or --window, wanted it alone: it names the windows itself"
        )
    if arguments.summary is not None:
        raise UsageError(
            "--summary: found it beside --backfill, wanted it for one run; `darklaunch export` tells of each"
        )
    start, end = (parse_moment(text) for text in arguments.backfill)
    return cut(Window(start=start, end=end), parse_every(arguments.every or "1h"), datetime.now(timezone.utc))


def _finished_look(request: Request, arguments: Arguments) -> BackfilledLook | None:
    if arguments.again or request.window is None:
        return None
    found = finished_run(request.out, request.plan, request.window)
    return None if found is None else _look(request.window, found.folder, found.head, judged=False)


def _judged_look(request: Request, arguments: Arguments, number: int, total: int) -> BackfilledLook:
    from darklaunch import pipeline

    if not (arguments.json or arguments.quiet) and request.window is not None:
        sys.stderr.write(f"darklaunch: look {number:,} of {total:,}, {_span(request.window)}\n")
    with progress_of(ALL_STAGES, arguments) as stage:
        place, report, _ = pipeline.run(replace(request, stage=stage))
    return _look(report.span, place.run, report, judged=True)


def _look(window: Window, folder: Path, report: RunHead | RunReport, *, judged: bool) -> BackfilledLook:
    return BackfilledLook(window=window, look=report.look, verdict=report.verdict.value, folder=folder, judged=judged)


@contextmanager
def _telling_how_to_go_on(request: Request, number: int, windows: tuple[Window, ...]) -> Iterator[None]:
    """Whatever stops a backfill, the line before it says at which look, and what to do."""
    try:
        yield
    except BaseException:
        window = windows[number - 1]
        hints = ["the same command goes on here"]
        finished = None
        # what stopped it may stop this too, and must not be hidden by it
        with suppress(DarklaunchError, OSError):
            finished = finished_run(request.out, request.plan, window)
        if finished is not None:
            ends = f"--from {_moment(window.start)} --to {_moment(window.end)}"
            hints = [f"its run is finished, `darklaunch publish {ends}` completes it", "the same command goes on"]
        elif number < len(windows):
            hints.append(f"--backfill {_moment(window.end)} {_moment(windows[-1].end)} leaves it out")
        where = f"stopped at look {number:,} of {len(windows):,}, {_span(window)}"
        sys.stderr.write(f"darklaunch: --backfill: {where}; {'; '.join(hints)}\n")
        raise


def _span(window: Window) -> str:
    return f"{_moment(window.start)} to {_moment(window.end)}"


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M}Z"
