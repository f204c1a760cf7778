"""Limits of the contract: how broken a capture log may be before it can't be judged by."""

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractLimits:
    """The limits that an arm's rows keep to; shares are fractions of its rows, in [0, 1].

    Attributes:
        maximum_quarantined_share: rows quarantined because they break the contract.
        maximum_duplicate_share: rows whose request was already seen in the same arm.
        maximum_error_share: rows without a response.
        minimum_rows: rows, for production and shadow each.
        maximum_null_unit_share: rows without ``unit_id``.
        maximum_truncated_share: rows whose body the recorder cut.
        maximum_other_request_share: rows that name another method or path than production's of the same id.

    Raises:
        ValueError: a limit is out of its range.
    """

    maximum_quarantined_share: float
    maximum_duplicate_share: float
    maximum_error_share: float
    minimum_rows: int
    maximum_null_unit_share: float
    maximum_truncated_share: float
    maximum_other_request_share: float

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name.endswith("_share") and not 0 <= value <= 1:
                raise ValueError(f"{field.name}: found {value}, wanted a number from 0 to 1")
        if self.minimum_rows < 0:
            raise ValueError(f"minimum_rows: found {self.minimum_rows}, wanted a whole number of at least 0")
