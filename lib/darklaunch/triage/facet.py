"""The closed set of things that requests are sliced by."""

from enum import Enum


class Facet(str, Enum):
    """What requests are sliced by; of equally telling slices the one that stands first here comes first."""

    ATTRIBUTE = "attribute"
    HOURS = "hours"
    QUERY = "query"
    HEADER = "header"
    STATUS = "status"
