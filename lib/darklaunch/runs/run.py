"""Past runs for notebooks: the verdict as tables, the differences, the figures."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from darklaunch.errors import UsageError
from darklaunch.pair.outcome import COMPARED
from darklaunch.publish import formatting
from darklaunch.publish.report.endpoint import EndpointReport
from darklaunch.publish.report.run import RunReport
from darklaunch.runs.differences import listed
from darklaunch.runs.lookup import find
from darklaunch.runs.unknown_endpoint import unknown_endpoint

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from darklaunch.runs.comparing.comparison import Comparison


def open_run(place: str | Path, *, tracking_uri: str | None = None) -> "Run":
    """Opens a finished run.

    Args:
        place: what ``--out`` named, for the newest run; the folder of a run; or an MLflow run id.
        tracking_uri: where an MLflow run id is looked up; None: the environment's ``MLFLOW_TRACKING_URI``.

    Raises:
        UsageError: there is no such run, or it can't be read.
        OutsideError: MLflow could not be reached or refused.

    Examples:
        After ``darklaunch demo --out out``:

        >>> import darklaunch
        >>> run = darklaunch.open_run("out")
        >>> run.verdict
        'block'
    """
    located = find(place, tracking_uri)
    return Run(report=located.report, folder=located.folder, absent=located.absent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One judged look at a launch.

    Attributes:
        report: what ``verdict.json`` holds.
        folder: where its tables lie; None for an MLflow run whose folder is not on this machine.
        absent: why there is no folder, and what to do.
    """

    report: RunReport = field(repr=False)
    folder: Path | None
    absent: str = field(default="", repr=False)

    @property
    def verdict(self) -> str:
        """The fleet's: ``promote``, ``hold`` or ``block``."""
        return self.report.verdict.value

    @property
    def reasons(self) -> tuple[str, ...]:
        """The reasons of the verdict, in sentences."""
        return self.report.reasons

    @property
    def fleet(self) -> EndpointReport:
        """The numbers of the launch as a whole."""
        return self.report.fleet

    @property
    def endpoints(self) -> "pd.DataFrame":
        """One row an endpoint, worst first, with the numbers of ``verdict.json``; a null is ``<NA>``.

        Examples:
            >>> import darklaunch
            >>> worst = darklaunch.open_run("out").endpoints.iloc[0]
            >>> worst["endpoint"], worst["verdict"], int(worst["mismatches"])
            ('GET /geo/countries/{iso}.json', 'block', 142)
        """
        from darklaunch.runs.frames import endpoints_frame

        return endpoints_frame(self.report)

    @property
    def causes(self) -> "pd.DataFrame":
        """One row a cause, the worst first: where, what, how often, and its first slice.

        Raises:
            UsageError: the run was made before causes were looked for.

        Examples:
            >>> import darklaunch
            >>> worst = darklaunch.open_run("out").causes.iloc[0]
            >>> worst["path"], worst["kind"], int(worst["requests"])
            ('$.body.columns', 'missing', 112)
        """
        from darklaunch.runs.frames import causes_frame

        if self.report.window.causes is None:
            raise UsageError("causes: found none in verdict.json, wanted a newer run; run `darklaunch run` again")
        return causes_frame(self.report.window.causes)

    def differences(self, endpoint: str | None = None) -> "pd.DataFrame":
        """The differing paths, one row for each and request, of an endpoint or of all.

        Columns: request_id, endpoint, path, kind, production, shadow, rule (null: counts), baseline_differs.

        Raises:
            UsageError: no such endpoint, or the run's tables are not here.

        Examples:
            >>> import darklaunch
            >>> table = darklaunch.open_run("out").differences(endpoint="GET /-/metadata.json")
            >>> int(table.loc[table["rule"].isna(), "request_id"].nunique())
            96
        """
        return self._table("differences", endpoint)

    def pairs(self, endpoint: str | None = None) -> "pd.DataFrame":
        """The requests, one row each, of an endpoint or of all: outcome, statuses, latencies in ms, no bodies.

        Raises:
            UsageError: no such endpoint, or the run's tables are not here.

        Examples:
            >>> import darklaunch
            >>> pairs = darklaunch.open_run("out").pairs("GET /geo/today.json")
            >>> bool(pairs["shadow_latency_ms"].median() > 2 * pairs["production_latency_ms"].median())
            True
        """
        return self._table("pairs", endpoint, without="differences")

    def differences_spark(self, spark: Any) -> Any:  # noqa: ANN401 - what publishes does not import pyspark
        """All differing paths as a DataFrame of the given SparkSession, for runs that pandas can't hold.

        Raises:
            UsageError: the run's tables are not here.

        Examples:
            A notebook with a session of its own::

                run.differences_spark(spark).where("rule is null").groupBy("path").count()
        """
        return spark.read.parquet(str(self._folder_of("differences")))

    def history(self, endpoint: str | None = None) -> "pd.DataFrame":
        """One row a look at the launch up to this one: how an endpoint, or the fleet, stood then.

        Columns: window_to, look, verdict, confidence, regression_confidence, excess, excess_low, excess_high; an
        undefined number is ``<NA>``.

        Args:
            endpoint: its name; None: the fleet.

        Raises:
            UsageError: no such endpoint, or the run's folder is not here.

        Examples:
            >>> import darklaunch
            >>> darklaunch.open_run("out").history("GET /vega/stocks.json")["verdict"].tolist()
            ['promote']
        """
        from darklaunch.publish.look import look_of
        from darklaunch.runs.history import history, history_frame

        name = None if endpoint is None else self._checked(endpoint)
        if self.folder is None:
            raise UsageError(f"history: {self.absent}")
        present = look_of(self.report)
        launch = self.folder.resolve().parent.parent
        earlier = history(launch, present.end, key=self.report.launch.key, endpoints=name is not None)
        return history_frame([*earlier, present], name)

    def compare(self, other: "Run | str | Path", *, tracking_uri: str | None = None) -> "Comparison":
        """What is new, fixed and persistent in another run, mostly a later one.

        Args:
            other: a run, or what ``open_run`` takes.
            tracking_uri: where an MLflow run id is looked up; None: the environment's ``MLFLOW_TRACKING_URI``.

        Raises:
            UsageError: there is no such run, or it can't be read.
            OutsideError: MLflow could not be reached or refused.

        Examples:
            >>> import darklaunch
            >>> comparison = darklaunch.open_run("out").compare("out")
            >>> int(comparison.endpoints["changed"].sum())
            0
        """
        from darklaunch.runs.comparing.comparison import compare_runs

        after = other if isinstance(other, Run) else open_run(other, tracking_uri=tracking_uri)
        return compare_runs(listed(self.report, self.folder), listed(after.report, after.folder))

    def plot_confidence(self) -> "Figure":
        """Every endpoint's excess with its bounds against the tolerated excess, and its confidence."""
        from darklaunch.runs.figures import confidence_figure

        return confidence_figure(self.report)

    def plot_latency(self, endpoint: str) -> "Figure":
        """Share of an endpoint's compared requests that took longer than a latency in ms, both arms.

        Raises:
            UsageError: no such endpoint, no latencies, or the run's tables are not here.
        """
        from darklaunch.runs.figures import latency_figure

        names = ["production_latency_ms", "shadow_latency_ms"]
        pairs = self._table("pairs", endpoint, [*names, "outcome"])
        latencies = pairs.loc[pairs["outcome"].isin([outcome.value for outcome in COMPARED]), names].dropna()
        if latencies.empty:
            raise UsageError(f"endpoint: found no compared request with latencies at {formatting.visible(endpoint)!r}")
        return latency_figure(endpoint, *(latencies[name].to_numpy(dtype=float) for name in names))

    def _table(
        self, name: str, endpoint: str | None, columns: Sequence[str] | None = None, *, without: str = ""
    ) -> "pd.DataFrame":
        from darklaunch.runs.frames import rows_of

        checked = None if endpoint is None else self._checked(endpoint)
        return rows_of(self._folder_of(name), endpoint=checked, columns=columns, without=without)

    def _folder_of(self, name: str) -> Path:
        if self.folder is None:
            raise UsageError(f"{name}: {self.absent}")
        if not (self.folder / name).is_dir():
            raise UsageError(f"{name}: found none in {self.folder}, wanted a finished run; run `darklaunch run` again")
        return self.folder / name

    def _checked(self, endpoint: str) -> str:
        names = [report.name for report in self.report.endpoints]
        if endpoint in names:
            return endpoint
        raise unknown_endpoint(endpoint, names, option="endpoint", suggestions=1, listed_by="`run.endpoints`")

    def _repr_html_(self) -> str:
        """Verdict, reasons, and the endpoints with a plot of their excess, for a notebook's cell."""
        from darklaunch.publish.notebook.cells import run_cell

        return run_cell(self.report)
