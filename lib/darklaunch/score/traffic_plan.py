"""The plan of a launch: from production's traffic alone, when a clean release could be promoted."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np
import pyarrow as pa

from darklaunch.stats import UnitTable
from darklaunch.window import HOURS_OF_DAY

FAR_DAYS: Final = 30
"""An endpoint that would take longer alone is better judged in a group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointPlan:
    """What an endpoint's traffic comes to.

    Attributes:
        endpoint: its name.
        requests: captured ones of production, a day.
        effective_pairs: units by their sampling weights, a day.
        least_sample_rate: of its requests.
        days: of such traffic until a release without a mismatch could be promoted; the policy's days at least.
        promotion: the day on which that would be, from the end of what was captured on.
        days_sampled_whole: the same if every request were captured.
        needs_group: whether it takes so long that it is better judged together with others.
    """

    endpoint: str
    requests: float
    effective_pairs: float
    least_sample_rate: float
    days: float
    promotion: date
    days_sampled_whole: float
    needs_group: bool


def plan_launch(
    traffic: pa.Table,
    *,
    begins: datetime,
    tolerated_excess_at: Callable[[str], float],
    alpha: float,
    minimum_days: float,
) -> list[EndpointPlan]:
    """Plans a launch.

    Args:
        traffic: what ``hourly_traffic`` returns; at least one row.
        begins: the moment at which the launch would begin.
        tolerated_excess_at: of each endpoint.
        alpha: the chance of a wrong promotion that is accepted.
        minimum_days: dates on which an endpoint has to have traffic.

    Returns:
        The endpoints, that with the most effective pairs first.
    """
    hours = traffic["hour"].to_numpy()
    # a day of which some hours were captured stands for as much of a day
    days = len(np.unique(hours)) / HOURS_OF_DAY
    ordered = traffic.sort_by([("endpoint", "ascending")])
    names = np.asarray(ordered["endpoint"].to_pylist(), object)
    columns = {name: ordered[name].to_numpy() for name in ("hour", "sample_rate", "units", "requests")}
    plans = []
    for name in dict.fromkeys(names.tolist()):
        own = {column: values[names == name] for column, values in columns.items()}
        earliest = own["sample_rate"][own["hour"] == own["hour"].min()].min()
        effective = float((own["units"] * earliest / own["sample_rate"]).sum()) / days
        whole = float((own["units"] / own["sample_rate"]).sum()) / days
        needed = UnitTable([]).units_needed(tolerated_excess_at(name), alpha) or 0.0
        days_needed, whole_days_needed = (max(needed / each, minimum_days) for each in (effective, whole))
        plans.append(
            EndpointPlan(
                endpoint=name,
                requests=float(own["requests"].sum()) / days,
                effective_pairs=effective,
                least_sample_rate=float(own["sample_rate"].min()),
                days=days_needed,
                promotion=(begins + timedelta(days=min(math.ceil(days_needed), _MOST_DAYS))).date(),
                days_sampled_whole=whole_days_needed,
                needs_group=days_needed > FAR_DAYS,
            )
        )
    return sorted(plans, key=lambda plan: (-plan.effective_pairs, plan.endpoint))


_MOST_DAYS: Final = 365_000
"""No calendar goes on for ever."""
