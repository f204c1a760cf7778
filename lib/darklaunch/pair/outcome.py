"""The outcome of a request: whether its answers were compared, and if not, why."""

from enum import Enum
from typing import Final


class Outcome(str, Enum):
    """The outcome of pairing a request.

    ``EQUAL`` is byte for byte, ``MATCH`` differs only where rules allow it, ``LATE`` means captured further from
    production's row than ``max_pair_gap``, before it or after, ``BODY_LOST`` that the recorder kept less of a body than
    its ``content-length`` says, ``OTHER_REQUEST`` that the shadow's row names another method or path. ``PAIRED`` holds
    until the answers are compared, and stands in no table on disk.
    """

    PAIRED = "paired"
    EQUAL = "equal"
    MATCH = "match"
    MISMATCH = "mismatch"
    SHADOW_MISSING = "shadow_missing"
    PRODUCTION_MISSING = "production_missing"
    SHADOW_ERROR = "shadow_error"
    PRODUCTION_ERROR = "production_error"
    OTHER_REQUEST = "other_request"
    TRUNCATED = "truncated"
    BODY_LOST = "body_lost"
    UNDECODABLE = "undecodable"
    LATE = "late"
    OTHER_WINDOW = "other_window"


COMPARED: Final = (Outcome.EQUAL, Outcome.MATCH, Outcome.MISMATCH)
"""Requests whose answers were compared: without a difference, with settled ones only, with one that counts."""

FAILED: Final = (Outcome.SHADOW_ERROR, Outcome.LATE)
"""Requests that production answered and the shadow did not, or not in time: as bad as any wrong answer."""

UNSEEN: Final = (
    Outcome.SHADOW_MISSING,
    Outcome.OTHER_REQUEST,
    Outcome.TRUNCATED,
    Outcome.BODY_LOST,
    Outcome.UNDECODABLE,
)
"""Requests that production answered and of which nobody saw whether the shadow's answer is right."""
