"""publish: the report and the tables beside the verdict, the run in its place, and the MLflow run."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from darklaunch.config.settings.model import Settings
from darklaunch.publish.html import render_html
from darklaunch.publish.look import Look
from darklaunch.publish.mlflow.client import default_tracking_uri
from darklaunch.publish.mlflow.run import LoggedRun, log_run
from darklaunch.publish.tables import endpoints_csv
from darklaunch.request import Request, Stage
from darklaunch.runs.history import history
from darklaunch.storage.atomic import read_json, write_text
from darklaunch.storage.run_folder import RunFolder
from darklaunch.window import parse_moment


def publish(request: Request, place: RunFolder) -> tuple[dict[str, Any], LoggedRun]:
    """Renders what was decided, moves the run into its place and logs it to MLflow.

    Raises:
        OutsideError: MLflow failed; the run's folder is complete.
    """
    request.stage(Stage.PUBLISH)
    verdict = read_json(place.work / "verdict.json")
    earlier = history(place.launch, parse_moment(verdict["window"]["to"]), endpoints=False)
    _render(request.settings, place.work, verdict, earlier)
    place.finish()
    request.stage(Stage.MLFLOW)
    mlflow = request.settings.publish.mlflow
    logged = log_run(
        place.run,
        verdict,
        tracking_uri=mlflow.tracking_uri or default_tracking_uri(place.out),
        experiment=mlflow.experiment or request.settings.launch.name,
    )
    return verdict, logged


def _render(settings: Settings, folder: Path, verdict: dict[str, Any], earlier: Sequence[Look]) -> None:
    rendered: dict[str, tuple[str, Callable[[dict[str, Any]], str]]] = {
        "html": ("report.html", partial(render_html, earlier=earlier)),
        "csv": ("endpoints.csv", endpoints_csv),
    }
    for form, (name, render) in rendered.items():
        if form in settings.publish.formats:
            write_text(folder / name, render(verdict))
        else:
            (folder / name).unlink(missing_ok=True)
