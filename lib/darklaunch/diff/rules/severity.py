"""The closed set of ways in which two responses differ, and what comparing them can come to."""

from enum import Enum


class Severity(str, Enum):
    """How bad a difference is for a client."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
