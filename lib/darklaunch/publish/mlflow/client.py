"""A quiet MLflow client that gives up in seconds, and its failures as one line."""

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from darklaunch.errors import OutsideError
from darklaunch.publish import formatting
from darklaunch.publish.mlflow.sqlite import make_whole, sqlite_file, sqlite_uri
from darklaunch.text.credentials import without_credentials

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

_TIMEOUT: Final = "MLFLOW_HTTP_REQUEST_TIMEOUT"
_ENVIRONMENT: Final = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    _TIMEOUT: "5",
    "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "1",
    "MLFLOW_LOGGING_LEVEL": "WARNING",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
}
"""Used where the user has not said otherwise; MLflow's own defaults retry an unreachable server for minutes."""

_LONGEST: Final = 240


def default_tracking_uri(out: Path) -> str:
    """The tracking URI of the SQLite file ``mlflow.db`` under ``--out``."""
    return sqlite_uri(out / "mlflow.db")


def default_artifacts(tracking_uri: str) -> str | None:
    """The folder of artifacts logged to a SQLite file: ``mlartifacts`` beside it; None: the server names it.

    MLflow itself would put them into the working directory of whoever logs first.
    """
    file = sqlite_file(tracking_uri)
    return None if file is None else (file.resolve().parent / "mlartifacts").as_uri()


@contextmanager
def outside(tracking_uri: str, hint: str) -> Iterator[None]:
    """Turns whatever MLflow, its database or the network raises into one line.

    Args:
        tracking_uri: of the MLflow in question.
        hint: what is safe and what to do.

    Raises:
        OutsideError: something was raised.
    """
    try:
        yield
    except Exception as error:  # MLflow lets through what requests, SQLAlchemy and the artifact stores raise
        where = formatting.visible(without_credentials(tracking_uri), longest=_LONGEST)
        short = formatting.visible(without_credentials(_cause(error)), longest=_LONGEST)
        raise OutsideError(f"MLflow: {where} could not be reached or refused: {short}; {hint}") from error


def _cause(error: BaseException) -> str:
    """The word of the operating system, or of the server, where there is one; else the first line."""
    from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ReadTimeoutError, ResponseError

    for inner in _chain(error):
        if isinstance(inner, OSError) and inner.strerror:
            return inner.strerror
        if isinstance(inner, ResponseError):
            return str(inner)
        # urllib3 derives a refused connection from one that took too long
        if isinstance(inner, ReadTimeoutError | ConnectTimeoutError) and not isinstance(inner, NewConnectionError):
            return f"no answer within {os.environ.get(_TIMEOUT, 'some')} seconds, several times"
        # SQLAlchemy may begin with what it was about to do; the database says what is wrong
        if isinstance(orig := getattr(inner, "orig", None), Exception):
            error = orig
            break
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """What led to an error; urllib3 and requests hand on the reason as a member or as an argument."""
    while error is not None:
        yield error
        given = [getattr(error, "reason", None), *error.args]
        handed_on = next((each for each in given if isinstance(each, BaseException)), None)
        error = handed_on or error.__cause__ or error.__context__


def import_mlflow(tracking_uri: str) -> None:
    """Imports what a client of this tracking URI needs, which takes seconds, with its chatter off."""
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    # each migration of a fresh database would be a line on stderr
    logging.getLogger("alembic").setLevel(logging.WARNING)
    import mlflow

    if sqlite_file(tracking_uri) is not None:
        import mlflow.store.tracking.sqlalchemy_store  # noqa: F401 - a client imports it when it is first used


def is_ready(tracking_uri: str) -> bool:
    """Says whether there is a server to ask, or a SQLite file with its tables."""
    file = sqlite_file(tracking_uri)
    return file is None or file.exists()


def make_ready(tracking_uri: str) -> None:
    """Imports what a client needs, and makes a SQLite file that is not there yet, which takes a second more."""
    import_mlflow(tracking_uri)
    make_whole(tracking_uri)


def client_of(tracking_uri: str) -> "MlflowClient":
    """A client that neither chatters nor waits for long."""
    make_ready(tracking_uri)
    from mlflow import MlflowClient

    return MlflowClient(tracking_uri=tracking_uri, registry_uri=tracking_uri)


def ping(tracking_uri: str) -> str:
    """Asks MLflow for an answer and says what came.

    Raises:
        OutsideError: it could not be reached or refused.
    """
    where = formatting.visible(without_credentials(tracking_uri), longest=_LONGEST)
    if not is_ready(tracking_uri):
        return f"{where} does not exist yet; the first run makes it"
    with outside(tracking_uri, "set publish.mlflow.tracking_uri, or null for a file under --out"):
        client_of(tracking_uri).search_experiments(max_results=1)
    return f"{where} answers"


def experiment_of(client: "MlflowClient", name: str, tracking_uri: str) -> str:
    """The id of an experiment, which is made where there is none."""
    from mlflow.exceptions import MlflowException

    experiment = client.get_experiment_by_name(name)
    if experiment is None:
        try:
            return client.create_experiment(name, artifact_location=default_artifacts(tracking_uri))
        except MlflowException:
            # another process may have made it in between
            experiment = client.get_experiment_by_name(name)
            if experiment is None:
                raise
    return str(experiment.experiment_id)


def first_run(client: "MlflowClient", experiment_id: str, tags: Mapping[str, str]) -> "Run | None":
    """The first run of an experiment that has some tags; None: there is none."""
    wanted = " and ".join(f"tags.`{name}` = '{value}'" for name, value in tags.items())
    runs = client.search_runs([experiment_id], filter_string=wanted, max_results=1)
    return runs[0] if runs else None


def milliseconds(moment: datetime) -> int:
    """A moment as MLflow has it, in milliseconds since 1970."""
    return round(moment.timestamp() * 1000)
