"""The checks as a Great Expectations suite on a frame of one row an arm."""

import os
import warnings
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from darklaunch.contract.checks import Check
from darklaunch.contract.measures import Measures

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import ColumnMapExpectation

_NAME: Final = "capture log"
_KEPT_META: Final = ("great_expectations_version",)


def import_great_expectations() -> ModuleType:
    """Imports the package, which takes seconds, with its analytics off."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations

    return great_expectations


def validate(measures: Sequence[Measures], asked: Sequence[Check]) -> tuple[list[bool], dict[str, Any]]:
    """Lets Great Expectations judge the measures.

    Args:
        measures: of each arm.
        asked: what to judge; each names an arm of the measures and one of their columns.

    Returns:
        Whether each check was met, in the same order; and the validation result without ids and clock times.
    """
    # its import and its use of pandas warn of things that a user of darklaunch can't change
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        gx = import_great_expectations()
        import pandas as pd
        from great_expectations.data_context.types.base import ProgressBarsConfig

        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
        asset = context.data_sources.add_pandas(_NAME).add_dataframe_asset("profile")
        frame = pd.DataFrame([_row(each) for each in measures])
        batch = asset.add_batch_definition_whole_dataframe("window").get_batch({"dataframe": frame})
        suite = gx.ExpectationSuite(
            name=_NAME, expectations=[_expectation(check, number) for number, check in enumerate(asked)]
        )
        untyped: Any = batch.validate(suite)
    result = _timeless(untyped.to_json_dict())
    return [_success(each) for each in result["results"]], result


def _row(measures: Measures) -> dict[str, object]:
    first, last = measures.first_captured_at, measures.last_captured_at
    return {
        "arm": measures.arm,
        "rows": measures.rows,
        "set_apart_share": measures.quarantined_share,
        "duplicate_share": measures.duplicate_share,
        "error_share": measures.error_share,
        "truncated_share": measures.truncated_share,
        "null_unit_share": measures.null_unit_share,
        "other_request_share": measures.other_request_share,
        "minimum_status": measures.minimum_status,
        "maximum_status": measures.maximum_status,
        "first_captured_at": first and first.isoformat(),
        "last_captured_at": last and last.isoformat(),
        "releases": len(measures.distinct_releases),
    }


def _expectation(check: Check, number: int) -> "ColumnMapExpectation":
    from great_expectations.expectations.core import (
        expect_column_values_to_be_between as between,
    )
    from great_expectations.expectations.core import (
        expect_column_values_to_not_be_null as not_null,
    )
    from great_expectations.expectations.row_conditions import Column

    own, meta = Column("arm") == check.arm, {"number": number}
    if check.minimum is None and check.maximum is None:
        return not_null.ExpectColumnValuesToNotBeNull(column=check.column, row_condition=own, meta=meta)
    return between.ExpectColumnValuesToBeBetween(
        column=check.column, min_value=check.minimum, max_value=check.maximum, row_condition=own, meta=meta
    )


def _timeless(result: dict[str, Any]) -> dict[str, Any]:
    """The result in the order of the checks, without what differs from one run to the next."""
    meta = {key: result["meta"][key] for key in _KEPT_META}
    results = sorted(result["results"], key=lambda each: int(each["expectation_config"]["meta"]["number"]))
    return {key: value for key, value in result.items() if key != "id"} | {"meta": meta, "results": results}


def _success(result: Mapping[str, Any]) -> bool:
    if result["exception_info"].get("raised_exception", True):
        raise RuntimeError(f"Great Expectations failed: {result['exception_info']}")
    return bool(result["success"])
