"""The arms of the capture log."""

from enum import Enum
from typing import Final


class Arm(str, Enum):
    """An instance of the service that answers requests; always in this order."""

    PRODUCTION = "production"
    SHADOW = "shadow"
    BASELINE = "baseline"


ARMS: Final = tuple(arm.value for arm in Arm)
"""The names of the arms in the log, in their order."""
