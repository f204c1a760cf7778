"""What every section of the settings is: frozen, strict, and closed to keys it does not know."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A group of settings.

    Attributes:
        later: keys that a later version will know, each with what to do until then.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    later: ClassVar[Mapping[str, str]] = {}
