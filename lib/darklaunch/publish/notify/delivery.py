"""Delivery of a message over every channel at once, within its time."""

import json
import os
import subprocess
import sys
import time
from datetime import datetime, timezone
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Final
from urllib.parse import urlsplit

from darklaunch.publish.notify.message import Message
from darklaunch.publish.notify.plan import NotifyPlan, Webhook

_PROXIES: Final = frozenset({"http_proxy", "https_proxy", "all_proxy", "ftp_proxy"})


def deliver(plan: NotifyPlan, message: Message) -> tuple[str, ...]:
    """Sends a message to everybody that a plan names, unless it tells nothing that they asked for.

    Returns:
        One line for each channel that did not take it; no line names a secret.
    """
    if not plan.events.intersection(message.events):
        return ()
    until = time.monotonic() + plan.time_limit.total_seconds()
    started = [(channel, _started(plan, channel, message)) for channel in plan.channels]
    troubles = [(_name(channel), _trouble(process, until, plan)) for channel, process in started]
    return tuple(f"notify: {name}: {trouble}" for name, trouble in troubles if trouble)


def _started(plan: NotifyPlan, channel: Webhook | str, message: Message) -> "subprocess.Popen[str]":
    order: dict[str, Any] = {"attempts": plan.attempts, "allow_private": plan.allow_private}
    match channel:
        case Webhook():
            payload = message.payload(datetime.now(timezone.utc))
            about = {"url": channel.url, "secret_variable": channel.secret_variable, "payload": payload}
            order |= {"variable": None, "identity": message.identity, **about}
        case _:
            order |= {"variable": channel, "title": message.title, "text": message.text}
    # a file and no pipe: a process that does not read must not hold this one up
    with TemporaryFile("w+", encoding="utf-8") as file:
        json.dump(order, file)
        file.seek(0)
        return subprocess.Popen(
            [sys.executable, "-m", "darklaunch.publish.notify.sender"],
            stdin=file,
            stdout=subprocess.PIPE,
            # libraries may name a URL there
            stderr=subprocess.DEVNULL,
            text=True,
            env=_environment(),
        )


def _environment() -> dict[str, str]:
    """This process's, without proxies, behind which nobody knows which address is reached."""
    kept = {name: value for name, value in os.environ.items() if name.lower() not in _PROXIES}
    above = str(Path(__file__).parents[3])
    return kept | {"PYTHONPATH": os.pathsep.join(filter(None, [above, os.environ.get("PYTHONPATH", "")]))}


def _trouble(process: "subprocess.Popen[str]", until: float, plan: NotifyPlan) -> str:
    try:
        answered, _ = process.communicate(timeout=max(0.0, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return f"not delivered within {plan.time_limit.total_seconds():g} seconds"
    try:
        return str(json.loads(answered))
    except ValueError:
        return f"its process ended with {process.returncode}"


def _name(channel: Webhook | str) -> str:
    """A channel without what may be secret."""
    return f"webhook of {urlsplit(channel.url).hostname}" if isinstance(channel, Webhook) else channel
