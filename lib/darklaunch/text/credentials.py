"""Credentials in URIs: users, passwords and queries, taken out before a URI is named anywhere."""

import re
from typing import Final

# up to the last @ before the path, because passwords may hold one
_USER: Final = re.compile(r"(?<=://)[^/]*@")
_USER_IN_TEXT: Final = re.compile(r"(?<=://)[^/\s]*@")
_PASSWORD: Final = re.compile(r"(://[^/@:\s]*:)[^/\s]+@")
_QUERY: Final = re.compile(r"(://[^\s?]*)\?[^\s)'\"]*")


def without_user(uri: str) -> str:
    """A URI without its user and password."""
    return _USER.sub("", uri)


def without_credentials(text: str) -> str:
    """A text with user, password and query taken out of every URI."""
    return _QUERY.sub(r"\1", _USER_IN_TEXT.sub("", text))


def mask_passwords(text: str, mask: str) -> str:
    """A text with the password of every URI replaced: ``postgresql://me:(masked)@db/mlflow``."""
    return _PASSWORD.sub(lambda match: f"{match[1]}{mask}@", text)
