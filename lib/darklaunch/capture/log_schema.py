"""One arm's answer to one request, as the pure core sees it."""

from enum import Enum


class Arm(str, Enum):
    """Who answered, always in this order."""

    PRODUCTION = "production"
    SHADOW = "shadow"
    BASELINE = "baseline"


ARMS = ("production", "shadow", "baseline")
