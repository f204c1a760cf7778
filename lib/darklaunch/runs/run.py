"""Past runs for notebooks: the verdict as tables, the differences, the figures."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from darklaunch.errors import UsageError
from darklaunch.pair.outcome import COMPARED
from darklaunch.publish import formatting
from darklaunch.publish.report.endpoint import EndpointReport
from darklaunch.publish.report.run import RunReport
from darklaunch.runs.lookup import find
from darklaunch.runs.unknown_endpoint import unknown_endpoint

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

_SHOWN: Final = 20


def open_run(place: str | Path, *, tracking_uri: str | None = None) -> "Run":
    """Opens a finished run.

    Args:
        place: what ``--out`` named, for the newest run; the folder of a run; or an MLflow run id.
        tracking_uri: where an MLflow run id is looked up; None: the environment's ``MLFLOW_TRACKING_URI``.

    Raises:
        UsageError: there is no such run, or it can't be read.
        OutsideError: MLflow could not be reached or refused.
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
        """One row an endpoint, worst first, with the numbers of ``verdict.json``; a null is ``<NA>``."""
        from darklaunch.runs.frames import endpoints_frame

        return endpoints_frame(self.report)

    @property
    def causes(self) -> "pd.DataFrame":
        """One row a cause, the worst first: where, what, how often, and its first slice.

        Raises:
            UsageError: the run was made before causes were looked for.
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
        """
        return self._table("differences", endpoint)

    def pairs(self, endpoint: str | None = None) -> "pd.DataFrame":
        """The requests, one row each, of an endpoint or of all: outcome, statuses, latencies in ms, no bodies.

        Raises:
            UsageError: no such endpoint, or the run's tables are not here.
        """
        return self._table("pairs", endpoint, [name for name in self._columns("pairs") if name != "differences"])

    def differences_spark(self, spark: Any) -> Any:  # noqa: ANN401 - what publishes does not import pyspark
        """All differing paths as a DataFrame of the given SparkSession, for runs that pandas can't hold.

        Raises:
            UsageError: the run's tables are not here.
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

    def _table(self, name: str, endpoint: str | None, columns: Sequence[str] | None = None) -> "pd.DataFrame":
        import pyarrow.dataset as ds

        wanted = None if endpoint is None else ds.field("endpoint") == self._checked(endpoint)
        table: pd.DataFrame = ds.dataset(self._folder_of(name)).to_table(columns=columns, filter=wanted).to_pandas()
        return table

    def _columns(self, name: str) -> list[str]:
        import pyarrow.dataset as ds

        return list(ds.dataset(self._folder_of(name)).schema.names)

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
        """The verdict and its reasons, for a notebook's cell."""
        report = self.report
        title = f"{report.launch.name}: {self.verdict}"
        start, end = formatting.moment(report.span.start), formatting.moment(report.span.end)
        when = f"{start} to {end}, look {report.look}"
        lines = "".join(f"<li>{escape(formatting.visible(reason))}</li>" for reason in self.reasons[:_SHOWN])
        return (
            f"<p><b>{escape(formatting.visible(title))}</b><br>{escape(formatting.visible(when))}</p><ul>{lines}</ul>"
        )
