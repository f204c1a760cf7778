"""The policy of a team: its requirements of a promotion."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Requirements of a promotion.

    Attributes:
        alpha: the chance of a wrong verdict that is accepted, in (0, 1).
        minimum_days: dates (UTC) on which an endpoint has to have traffic, and the launch too.
        require_all_hours: whether every hour of the day has to be covered.
        maximum_noise: the share of requests in which production may differ from the baseline.
        promoted_traffic_share: the share of the traffic that promoted endpoints have to carry.
        critical_endpoints: those that have to be promoted whatever their traffic.
        allow_lost_files: whether files that can't be read, and hours without a row, are put up with.
        groups: names of groups, with the endpoints of each.
    """

    alpha: float
    minimum_days: float
    require_all_hours: bool
    maximum_noise: float
    promoted_traffic_share: float
    critical_endpoints: tuple[str, ...] = ()
    allow_lost_files: bool = False
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
