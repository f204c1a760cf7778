"""Settings of `policy`: what promoting asks for beside the confidence."""

from typing import Annotated

from darklaunch.config.settings.types import DISTINCT, EndpointName, Flag, Range, Section, Share


class PolicySettings(Section):
    """The conditions of promoting beside the confidence.

    Attributes:
        minimum_days: dates (UTC) on which an endpoint, or the launch, had traffic.
        require_all_hours: whether every hour of the day must have been seen.
        minimum_completeness: share of the requests production answered that must be judged; None: all but the tolerated
            excess. Below it, what was not seen counts against the release.
        reuse_seen_hours: whether hours that were looked at under other rules count towards a promotion.
        allow_lost_files: whether files that can't be read, and hours without a row, are put up with.
        maximum_noise: share of requests on which the baseline differs from production.
        promoted_traffic_share: share of the traffic whose endpoints must be promoted.
        critical_endpoints: endpoints that must be promoted whatever their traffic.
    """

    minimum_days: Annotated[float, Range(at_least=0)] = 7
    require_all_hours: Flag = True
    minimum_completeness: Share | None = None
    reuse_seen_hours: Flag = False
    allow_lost_files: Flag = False
    maximum_noise: Share = 0.10
    promoted_traffic_share: Share = 0.95
    critical_endpoints: Annotated[tuple[EndpointName, ...], DISTINCT] = ()
