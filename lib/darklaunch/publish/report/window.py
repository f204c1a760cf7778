"""Report of one window: everything that is known of it before anything is scored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from darklaunch.contract.profile import ContractReport, Quarantined
from darklaunch.diff.window_summary import CollapsedPath, IncomparableCount, StatusCount, TopDifference, VolatileLevel
from darklaunch.noise.learned import NoiseReport
from darklaunch.pair.funnel import Funnel
from darklaunch.triage.cause_report import CauseReport
from darklaunch.window import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchReport:
    """A launch by its name, its key, its releases and the digest of its rules; None: of unknown release."""

    name: str
    key: str
    production_release: str | None
    shadow_release: str | None
    rules_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleReport:
    """A rule and the requests in which it settled something; ``expires`` is a date, ISO 8601.

    Attributes:
        rule: its name.
        why: what the team wrote.
        endpoint: the only one it holds for; None: all.
        owner: who answers for it.
        expires: the first day on which it no longer holds.
        requests: in which it settled something.
        unread: requests in which it met values that it could not read, such as no times for ``within``.
        unused: the likely reason why it settled nothing; None: it did, or the run is of an early version.
    """

    rule: str
    why: str
    endpoint: str | None
    owner: str | None
    expires: str | None
    requests: int
    unread: int = 0
    unused: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowReport:
    """The facts of a window, whatever its verdict.

    Attributes:
        launch: the launch that it belongs to.
        span: its first moment and the first after it.
        baseline: whether a baseline arm took part.
        funnel: what became of every row.
        quarantine: rows that broke the contract, by arm and reason.
        incomparable: requests whose answers could not be compared, by the reason.
        collapsed: volatile paths whose values hardly vary in the shadow.
        levels: volatile paths with numbers, first those at which the shadow's lie most to one side of production's.
        conflicting_duplicates: duplicates that did not agree with the row they repeat.
        contract: what became of the capture log's contract.
        noise: what the baseline taught; None in runs of early versions.
        independent: whether no row of production names the unit that it belongs to.
        ids_of_another_case: rows of the shadow that would pair if the case of ids were ignored.
        causes: differences that occur together, the worst first; None in runs of early versions.
        rules: the written ones, then the learned.
        presence_only_headers: headers of which only the presence is compared.
        left_out_headers: headers that are not compared at all.
        unframed: requests at which a recorder had left the framing of chunks around a body, and it was taken off.
        settings: by dotted key, as YAML spells them.
    """

    launch: LaunchReport
    span: Window
    baseline: bool
    funnel: Funnel
    quarantine: tuple[Quarantined, ...]
    conflicting_duplicates: int
    contract: ContractReport
    noise: NoiseReport | None = None
    independent: bool = False
    ids_of_another_case: int = 0
    incomparable: tuple[IncomparableCount, ...] = ()
    collapsed: tuple[CollapsedPath, ...] = ()
    levels: tuple[VolatileLevel, ...] = ()
    causes: tuple[CauseReport, ...] | None = None
    rules: tuple[RuleReport, ...]
    presence_only_headers: tuple[str, ...]
    left_out_headers: tuple[str, ...] = ()
    unframed: int = 0
    settings: Mapping[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedWindow:
    """A window's report with what its endpoints' reports are made of: ``facts.json``.

    Attributes:
        report: what the run report repeats.
        statuses: compared requests by endpoint (``*``: all) and status classes.
        differences: the most frequent differing paths by endpoint.
    """

    report: WindowReport
    statuses: Mapping[str, Sequence[StatusCount]]
    differences: Mapping[str, Sequence[TopDifference]]

    def pairs(self, endpoint: str) -> int:
        """Compared requests of an endpoint in the window."""
        return sum(count.requests for count in self.statuses.get(endpoint, ()))
