"""What must not reach the disk, by name."""

from dataclasses import dataclass
from typing import Final

from darklaunch.capture.mirror.redaction.json_members import MemberPath, parse_path
from darklaunch.text.credential_headers import CREDENTIAL_HEADERS

CREDENTIAL_PARAMETERS: Final = (
    "access_token",
    "api_key",
    "apikey",
    "client_secret",
    "id_token",
    "key",
    "password",
    "passwd",
    "refresh_token",
    "secret",
    "sig",
    "signature",
    "token",
)
CREDENTIAL_MEMBERS: Final = (
    "$..access_token",
    "$..api_key",
    "$..client_secret",
    "$..id_token",
    "$..passwd",
    "$..password",
    "$..refresh_token",
    "$..secret",
    "$..token",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """What is replaced in everything that is recorded.

    Attributes:
        headers: of requests and answers, names in any case.
        query: parameters of queries, of forms, and of URLs wherever they stand.
        json: paths of members in JSON bodies: ``$.user.email``, ``$.cards[*].number``, ``$..password``.

    Raises:
        ValueError: a name is blank, or a path can't be read.
    """

    headers: tuple[str, ...] = CREDENTIAL_HEADERS
    query: tuple[str, ...] = CREDENTIAL_PARAMETERS
    json: tuple[str, ...] = CREDENTIAL_MEMBERS

    def __post_init__(self) -> None:
        if any(not name.strip() for name in (*self.headers, *self.query)):
            raise ValueError("redaction: found a blank name, wanted names of headers and parameters")
        for path in self.json:
            parse_path(path)

    def hides_header(self, name: str) -> bool:
        """Whether a header is replaced."""
        return name.lower() in {each.lower() for each in self.headers}

    @property
    def members(self) -> tuple[MemberPath, ...]:
        """The paths, read."""
        return tuple(parse_path(path) for path in self.json)
