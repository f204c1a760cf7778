"""Windows told by the clock or by a span, instead of by their two ends."""

import re
from datetime import datetime, timedelta, timezone
from typing import Final

from darklaunch.cli.command import Arguments
from darklaunch.errors import UsageError
from darklaunch.window import HOUR, Window, parse_moment

DAY: Final = timedelta(days=1)

NAMED: Final = {"last-hour": HOUR, "yesterday": DAY}
"""The windows that have a name, with their lengths; each ends when the hour or the day began that it is now, in UTC."""

_EVERY: Final = re.compile(r"([1-9][0-9]{0,3})([hd])")
_WANTED_EVERY: Final = "wanted whole hours or days such as 1h, 6h or 1d"


def window_of(arguments: Arguments, now: datetime) -> Window | None:
    """The window that a command line names; None: it names none.

    Args:
        arguments: of the command.
        now: the present moment, UTC.

    Raises:
        UsageError: half a window, one that is none, or two of them.
    """
    start, end = arguments.start, arguments.end
    if arguments.window is not None:
        if start is not None or end is not None:
            raise UsageError("--window: found it beside --from or --to, wanted one window; leave one of the two out")
        return named_window(arguments.window, now)
    if start is None and end is None:
        return None
    if start is None or end is None:
        raise UsageError("--from and --to: found one of them, wanted both, or neither for the whole log")
    return Window(start=parse_moment(start), end=parse_moment(end))


def named_window(name: str, now: datetime) -> Window:
    """The window that a name means.

    Args:
        name: one of ``NAMED``.
        now: the present moment, UTC.

    Raises:
        UsageError: there is no such name.
    """
    if name not in NAMED:
        raise UsageError(f"--window: found {name!r}, wanted {' or '.join(NAMED)}; or give --from and --to")
    length = NAMED[name]
    end = now - (now - datetime.min.replace(tzinfo=timezone.utc)) % length
    return Window(start=end - length, end=end)


def parse_every(text: str) -> timedelta:
    """Reads the length of each of many windows.

    Raises:
        UsageError: it is no number of whole hours or days.
    """
    match = _EVERY.fullmatch(text)
    if match is None:
        raise UsageError(f"--every: found {text!r}, {_WANTED_EVERY}")
    return int(match[1]) * (DAY if match[2] == "d" else HOUR)


def cut(span: Window, every: timedelta, now: datetime) -> tuple[Window, ...]:
    """The windows of equal length that make up a span, the earliest first.

    Args:
        span: of all of them.
        every: the length of each, whole hours.
        now: the present moment, UTC.

    Raises:
        UsageError: the span is no multiple of the length, or is not over yet.
    """
    number, rest = divmod(span.end - span.start, every)
    if rest:
        raise UsageError(
            f"--backfill: found {span.hours:,} hours from {span.start.isoformat()} to {span.end.isoformat()}, wanted a "
            f"multiple of the {every // HOUR} hours of --every; move one of the ends"
        )
    if span.end > now:
        raise UsageError(
            f"--backfill: found an end at {span.end.isoformat()}, wanted one that is past: an hour that is not over "
            f"would be judged by half; give {now.replace(minute=0, second=0, microsecond=0).isoformat()} or earlier"
        )
    return tuple(Window(start=span.start + i * every, end=span.start + (i + 1) * every) for i in range(number))
