"""Report of one run: the verdict of one look at a launch, with everything it rests on."""

from dataclasses import dataclass

from darklaunch.decide.verdict import Verdict
from darklaunch.publish.report.endpoint import EndpointReport
from darklaunch.publish.report.window import LaunchReport, WindowReport
from darklaunch.window import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """A run as ``verdict.json``, the page, the tables and MLflow show it.

    Attributes:
        look: how often the launch had been looked at, this time included.
        verdict: the fleet's.
        reasons: why, in sentences.
        fleet: all endpoints together.
        endpoints: by name.
        groups: groups of endpoints, as the settings name them.
        window: what is known of the window, whatever its verdict.
        exploratory: whether hours count that had been looked at before the rules were written.
    """

    look: int
    verdict: Verdict
    reasons: tuple[str, ...]
    fleet: EndpointReport
    endpoints: tuple[EndpointReport, ...]
    groups: tuple[EndpointReport, ...]
    window: WindowReport
    exploratory: bool = False

    @property
    def launch(self) -> LaunchReport:
        """The launch that was looked at."""
        return self.window.launch

    @property
    def span(self) -> Window:
        """The window of the look."""
        return self.window.span


@dataclass(frozen=True, slots=True, kw_only=True)
class RunHead:
    """The launch, window and fleet of a run: all that a list of runs needs."""

    launch: LaunchReport
    span: Window
    look: int
    verdict: Verdict
    reasons: tuple[str, ...]
    fleet: EndpointReport
