"""Publishing a run: the page and tables beside the verdict, the run in its folder, and the MLflow run."""

from collections.abc import Callable, Sequence, Set
from functools import partial
from pathlib import Path

from darklaunch.publish.html import render_html
from darklaunch.publish.look import Look
from darklaunch.publish.mlflow.client import default_tracking_uri
from darklaunch.publish.mlflow.run import LoggedRun, log_run
from darklaunch.publish.report.json import read_verdict
from darklaunch.publish.report.run import RunReport
from darklaunch.publish.tables import endpoints_csv
from darklaunch.request import Request, Stage
from darklaunch.runs.history import history
from darklaunch.storage.atomic import read_json, write_text
from darklaunch.storage.run_folder import RunFolder


def publish(request: Request, place: RunFolder) -> tuple[RunReport, LoggedRun]:
    """Renders what was decided, moves the run into its place and logs it to MLflow.

    Raises:
        OutsideError: MLflow failed; the run's folder is complete.
    """
    request.stage(Stage.PUBLISH)
    report = read_verdict(read_json(place.work / "verdict.json"))
    earlier = history(place.launch, report.span.end, endpoints=False)
    _render(request.plan.formats, place.work, report, earlier)
    place.finish()
    request.stage(Stage.MLFLOW)
    logged = log_run(
        place.run,
        report,
        tracking_uri=request.plan.tracking_uri or default_tracking_uri(place.out),
        experiment=request.plan.experiment,
    )
    return report, logged


def _render(formats: Set[str], folder: Path, report: RunReport, earlier: Sequence[Look]) -> None:
    rendered: dict[str, tuple[str, Callable[[RunReport], str]]] = {
        "html": ("report.html", partial(render_html, earlier=earlier)),
        "csv": ("endpoints.csv", endpoints_csv),
    }
    for form, (name, render) in rendered.items():
        if form in formats:
            write_text(folder / name, render(report))
        else:
            (folder / name).unlink(missing_ok=True)
