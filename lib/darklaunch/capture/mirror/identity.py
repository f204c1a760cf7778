"""Ids of requests and units, as headers of strangers tell them."""

import re
import threading
import uuid
from collections import OrderedDict
from http.cookies import CookieError, SimpleCookie
from typing import Final

from darklaunch.capture.writing.exchange import Headers

REQUEST_ID: Final = "x-request-id"
MARK: Final = "x-dark-launch"
"""The header of a copy; a request that bears it is one, and is not copied again."""

_USABLE: Final = re.compile(r"[!-~]{1,128}")
_REMEMBERED: Final = 8192


def header(headers: Headers, name: str) -> str | None:
    """The first value of a header; names in any case."""
    return next((value for key, value in headers if key.lower() == name), None)


def cookie(headers: Headers, name: str) -> str | None:
    """The value of a cookie."""
    for key, value in headers:
        if key.lower() == "cookie":
            for pair in value.split(";"):
                key_name, _, text = pair.strip().partition("=")
                if key_name == name:
                    return _unquoted(text)
    return None


def _unquoted(text: str) -> str:
    if not text.startswith('"'):
        return text
    try:
        parsed = SimpleCookie(f"a={text}")
    except CookieError:
        return text
    return parsed["a"].value if "a" in parsed else text


class RequestIds:
    """The ids of requests; one that came a short while ago gets an addition, because rows of one id are one request."""

    def __init__(self) -> None:
        self._recent: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()

    def assign(self, requested: str | None) -> str:
        """The id of a request: the requested one where it is usable and new."""
        if requested is None or not _USABLE.fullmatch(requested):
            return uuid.uuid4().hex
        with self._lock:
            if requested in self._recent:
                return f"{requested}-{uuid.uuid4().hex[:12]}"
            self._recent[requested] = None
            if len(self._recent) > _REMEMBERED:
                self._recent.popitem(last=False)
        return requested
