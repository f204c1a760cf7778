"""Severity of a difference."""

from enum import Enum


class Severity(str, Enum):
    """How bad a difference is for a client."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
