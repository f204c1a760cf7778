"""Settings of `contract`: how broken the capture log may be."""

from typing import Annotated

from darklaunch.config.settings.types import Range, Section, Share


class ContractSettings(Section):
    """From where on the capture log as a whole is too broken to judge by; shares are of an arm's rows.

    Attributes:
        maximum_quarantined_share: rows set apart because they break the contract.
        maximum_duplicate_share: rows whose request was already seen in the same arm.
        maximum_error_share: rows without a response.
        minimum_rows: rows, for production and shadow each.
        maximum_null_unit_share: rows without ``unit_id``.
        maximum_truncated_share: rows whose body the recorder cut.
        maximum_other_request_share: rows that name another method or path than production's of the same id.
        minimum_sample_rate: a row sampled more rarely is quarantined.
    """

    maximum_quarantined_share: Share = 0.01
    maximum_duplicate_share: Share = 0.05
    maximum_error_share: Share = 0.05
    minimum_rows: Annotated[int, Range(at_least=0)] = 1
    maximum_null_unit_share: Share = 1.0
    maximum_truncated_share: Share = 0.10
    maximum_other_request_share: Share = 0.01
    minimum_sample_rate: Annotated[float, Range(above=0, at_most=1)] = 0.0001
