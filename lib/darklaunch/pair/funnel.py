"""Where every row of the window went: each in one box, and the boxes add up to the rows that were read."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from darklaunch.capture.log_schema import Arm
from darklaunch.contract.profile import ArmProfile, good, quarantined
from darklaunch.errors import ContractError

COMPARED = frozenset({"equal", "match", "mismatch"})
BOXES = (
    "paired",
    "shadow_missing",
    "production_missing",
    "shadow_error",
    "production_error",
    "truncated",
    "undecodable",
    "late",
    "duplicates",
    "quarantined",
    "other_window",
)
"""``late``: an answer too far in time from production's; ``other_window``: rows that another window counts."""


def funnel(outcomes: Sequence[Mapping[str, Any]], profiles: Iterable[ArmProfile]) -> dict[str, Any]:
    """Puts every row into its box.

    Args:
        outcomes: for each outcome of a request, how many requests, and for each arm how many rows were taken, were
            further copies, and lay in the window.
        profiles: what was counted of each arm before pairing.

    Returns:
        ``verdict.json``'s funnel: requests by box, rows of each arm, and ``rows`` of each box and arm.

    Raises:
        ContractError: the rows that were paired are not those that were profiled.
    """
    profiles = list(profiles)
    rows = {box: dict.fromkeys((arm.value for arm in Arm), 0) for box in BOXES}
    requests = dict.fromkeys(BOXES, 0)
    for outcome in outcomes:
        box = "paired" if outcome["outcome"] in COMPARED else outcome["outcome"]
        requests[box] += outcome["requests"]
        for arm in Arm:
            rows[box][arm.value] += outcome[f"{arm.value}_taken"]
            rows["duplicates"][arm.value] += outcome[f"{arm.value}_duplicates"]
    for apart in quarantined(profiles):
        requests["quarantined"] += apart.rows
        if apart.arm in rows["quarantined"]:
            rows["quarantined"][apart.arm] += apart.rows
    _place_lone_baselines(rows, outcomes, good(profiles, Arm.BASELINE.value))
    requests["duplicates"] = sum(rows["duplicates"].values())
    read = {arm.value: sum(p.rows for p in profiles if p.arm == arm.value) for arm in Arm}
    boxed = {arm.value: sum(row[arm.value] for row in rows.values()) for arm in Arm}
    if read != boxed:
        raise ContractError(
            f"captures: found rows {read} and then {boxed}: the log changed while it was read; run again"
        )
    return {**read, **requests, "rows": rows}


def _place_lone_baselines(
    rows: dict[str, dict[str, int]], outcomes: Sequence[Mapping[str, Any]], profile: ArmProfile | None
) -> None:
    """Baseline rows without a production row are not joined, because that would cost a second shuffle."""
    if profile is None:
        return
    joined = sum(outcome["baseline_taken"] + outcome["baseline_duplicates"] for outcome in outcomes)
    joined_in_window = sum(outcome["baseline_in_window"] for outcome in outcomes)
    lone_in_window = profile.rows_in_window - joined_in_window
    rows["production_missing"]["baseline"] += lone_in_window
    rows["other_window"]["baseline"] += profile.rows - joined - lone_in_window
