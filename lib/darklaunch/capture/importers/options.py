"""What an import is told beside the files, and the making of a row under it."""

import hashlib
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Final, TypeAlias

from darklaunch.capture.arm import Arm
from darklaunch.capture.templates.route import Routes
from darklaunch.capture.writing.exchange import Exchange, Headers
from darklaunch.text.credential_headers import CREDENTIAL_HEADERS

ImportedRow: TypeAlias = tuple[Arm, Exchange]

REDACTED: Final = "(redacted)"


class UnreadableRecordError(ValueError):
    """A record can't be imported; the text says why, in few words of which there are few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """The choices of an import.

    Attributes:
        arm: that the recordings were made of.
        sample_rate: with which the requests were sampled, in (0, 1].
        release: of the arm; None: not known.
        id_header: the request header that holds the correlation id; None: the format's own way.
        unit_header: the request header that names the user, session or tenant, which is hashed; None: no unit.
        routes: templates that name the endpoints; without any they are named when the log is read.

    Raises:
        ValueError: the rate is out of its range.
    """

    arm: Arm
    sample_rate: float = 1.0
    release: str | None = None
    id_header: str | None = None
    unit_header: str | None = None
    routes: Routes = field(default_factory=Routes)

    def __post_init__(self) -> None:
        if not 0 < self.sample_rate <= 1:
            raise ValueError(f"sample_rate: found {self.sample_rate}, wanted a number above 0 and at most 1")

    def unit_id(self, headers: Headers | None) -> str | None:
        """The hashed unit of a request; None where it names none."""
        value = None if self.unit_header is None else header_value(headers, self.unit_header)
        return None if value is None else hash_unit(value)

    def named_id(self, headers: Headers | None) -> str | None:
        """The correlation id that a header holds; None where no header was named.

        Raises:
            UnreadableRecordError: the request has no such header.
        """
        if self.id_header is None:
            return None
        value = header_value(headers, self.id_header)
        if value is None or not value.strip():
            raise UnreadableRecordError(f"the request has no {self.id_header} header")
        return value.strip()


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=timezone.utc)
_FIRST_SECOND: Final = 946_684_800
_DAY_SECONDS: Final = 86_400


def moment_of(microseconds: int) -> datetime:
    """The moment so long after 1970.

    Raises:
        UnreadableRecordError: nobody can have recorded anything then: before 2000, or in the future.
    """
    if not _FIRST_SECOND <= microseconds // 1_000_000 <= time.time() + _DAY_SECONDS:
        raise UnreadableRecordError("its time lies before 2000 or in the future")
    return _EPOCH + timedelta(microseconds=microseconds)


def hash_unit(value: str) -> str:
    """A unit under a name that doesn't tell who it is: the same in every import, so that arms agree."""
    return hashlib.blake2b(value.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def header_value(headers: Headers | None, name: str) -> str | None:
    """The value of the first header of a name, whatever its case; None where there is none."""
    wanted = name.lower()
    return next((value for each, value in headers or () if each.lower() == wanted), None)


def redacted(headers: Headers | None) -> Headers | None:
    """Headers without secrets; of a cookie that is set the value is hashed, so that another one still differs."""
    if headers is None:
        return None
    return tuple((name, _without_secret(name.lower(), value)) for name, value in headers)


def _without_secret(name: str, value: str) -> str:
    if name != "set-cookie":
        return REDACTED if name in CREDENTIAL_HEADERS else value
    cookie, separator, attributes = value.partition(";")
    key, equals, secret = cookie.partition("=")
    return f"{key}{equals}(hashed {hash_unit(secret)}){separator}{attributes}" if equals else REDACTED
