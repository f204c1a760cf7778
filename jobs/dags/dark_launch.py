"""An Airflow 3 DAG that judges each hour of a launch: one task a stage, and a gate that opens on *promote*.

The stages run as `darklaunch <stage>` in darklaunch's own virtual environment; nothing of it is imported here. Each
window is the run's data interval. A launch is told by an Airflow Variable with the name of its DAG, as JSON:

    {"command": "/opt/darklaunch/.venv/bin/darklaunch", "conf": "/etc/darklaunch/conf", "env": null,
     "captures": "s3://logs/captures", "out": "/srv/darklaunch", "master": "none", "overrides": [], "gate": "skip"}

`out`, an absolute folder that all workers share, is wanted; what else is left out is the command's own default. On hold
and block `gate` skips what waits for it, or fails the DAG run. Two environment variables say when it runs:
DARK_LAUNCH_SCHEDULE (a cron expression in UTC, default @hourly; `10 * * * *` waits ten minutes for late rows), and
DARK_LAUNCH_START, the launch's first hour, such as 2026-03-02T14: every hour since is judged, those too that came while
Airflow was down; without it only the newest is. Another launch is another file beside this one (Airflow reads only
files that hold the word airflow): `from dark_launch import dark_launch`, `dag = dark_launch("checkout")  # airflow`.
"""

import json
import os
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta, timezone
from pathlib import Path
from subprocess import PIPE, Popen
from tempfile import TemporaryFile
from typing import Any, Final, Literal

from airflow.sdk import DAG, Asset, BaseOperator, CronDataIntervalTimetable, Variable, chain
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException

STAGES: Final = ("validate", "compare", "score", "publish")
DOCS: Final = {
    "validate": "Reads the rows of the window and checks them against the capture log's contract. It keeps nothing.",
    "compare": "Pairs and compares the answers of the window, and stores the evidence of its hours, once and no more.",
    "score": "Judges the launch by all its evidence so far. Its XCom is the verdict.",
    "publish": "Writes the report and the MLflow run. Its XCom is the verdict, and its log says why.",
    "gate": "Succeeds on *promote* at the newest look. Otherwise it is skipped, or fails, and its log says why.",
}
READS_CAPTURES: Final = ("validate", "compare")
TELLS_VERDICT: Final = ("score", "publish")
MOST_REASONS: Final = 20
HOPELESS: Final = 2
"""The exit code of a command line or a configuration that is wrong, and stays so however often it is tried."""

# evidence is kept by the hour, while a schedule may start some minutes after it: rows need a while to arrive
_HOUR: Final = ".strftime('%Y-%m-%dT%H:00Z')"
WINDOW: Final = ("{{ data_interval_start" + _HOUR + " }}", "{{ data_interval_end" + _HOUR + " }}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchSettings:
    """What the Airflow Variable of a launch says, each as the head of this file has it."""

    command: str = "darklaunch"
    conf: str | None = None
    env: str | None = None
    captures: str | None = None
    out: str | None = None
    master: str | None = None
    overrides: Sequence[str] = ()
    gate: Literal["skip", "fail"] = "skip"

    @classmethod
    def of(cls, dag_id: str) -> "LaunchSettings":
        """Reads the Variable of a DAG.

        Raises:
            AirflowFailException: it says what nobody understands.
        """
        given = Variable.get(dag_id, default={}, deserialize_json=True)
        known = [field.name for field in fields(cls)]
        if not isinstance(given, dict) or given.keys() - set(known):
            found = ", ".join(sorted(given.keys() - set(known))) if isinstance(given, dict) else type(given).__name__
            raise AirflowFailException(f"Variable {dag_id}: found {found}, wanted an object of {', '.join(known)}")
        for name, value in given.items():
            texts = value if name == "overrides" and isinstance(value, list) else [value or ""]
            if isinstance(value, list) != (name == "overrides") or not all(isinstance(text, str) for text in texts):
                kind = "a list of texts" if name == "overrides" else "a text"
                raise AirflowFailException(f"Variable {dag_id}: found {type(value).__name__} at {name}, wanted {kind}")
        settings = cls(**given)
        if settings.gate not in {"skip", "fail"}:
            raise AirflowFailException(f"Variable {dag_id}: found gate {settings.gate!r}, wanted skip or fail")
        if settings.out is None or not Path(settings.out.removeprefix("file://")).is_absolute():
            raise AirflowFailException(f"Variable {dag_id}: found out {settings.out!r}, wanted an absolute folder")
        return settings

    def words(self, stage: str, window: Sequence[str]) -> list[str]:
        """The command line of a stage."""
        words = [self.command, stage, "--from", window[0], "--to", window[1]]
        options = {"--conf": self.conf, "--env": self.env, "--out": self.out}
        if stage in READS_CAPTURES:
            options |= {"--captures": self.captures, "--master": self.master}
        words += [word for flag, value in options.items() if value is not None for word in (flag, value)]
        words += [word for override in self.overrides for word in ("-o", override)]
        return [*words, "--json"] if stage in TELLS_VERDICT else words


class StageOperator(BaseOperator):  # type: ignore[misc]
    """A stage of darklaunch as a process of its own; its XCom is the verdict, where the stage tells one."""

    template_fields: Sequence[str] = ("window",)

    def __init__(self, *, stage: str, **options: Any) -> None:  # noqa: ANN401 - Airflow's own
        super().__init__(task_id=stage, doc_md=DOCS[stage], **options)
        self.stage = stage
        self.window = WINDOW
        self.process: Popen[str] | None = None

    def execute(self, context: Mapping[str, Any]) -> Any:  # noqa: ANN401 - XCom is JSON
        """Runs the stage to its end.

        Raises:
            AirflowException: it failed; what it left is safe to go on from.
            AirflowFailException: it can't succeed, however often it is tried.
        """
        settings = LaunchSettings.of(self.dag_id)
        # not the overrides: one may hold a password
        self.log.info("%s, %s to %s, by %s", self.stage, *self.window, settings.command)
        code, printed, last_line = self._run(settings.words(self.stage, self.window))
        if code:
            failure = AirflowFailException if code == HOPELESS else AirflowException
            raise failure(f"exit code {code}: {last_line or 'it said nothing'}")
        verdict = summary(json.loads(printed)) if self.stage in TELLS_VERDICT else None
        for line in printed.splitlines() if verdict is None else lines_of(verdict):
            self.log.info("%s", line)
        if self.outlets:
            self.log.info("the reports are listed in %s/index.html", settings.out)
        for outlet in self.outlets:
            context["outlet_events"][outlet].extra = verdict
        return verdict

    def _run(self, words: Sequence[str]) -> tuple[int, str, str]:
        """The exit code, the standard output, and the last line of progress or errors, which all go to the log."""
        last_line = ""
        with TemporaryFile("w+", encoding="utf-8") as printed:
            # a session of its own: the workers and the JVM below a stage end with it
            self.process = Popen(  # noqa: S603 - no shell, and the words are the deployment's
                words, stdout=printed, stderr=PIPE, encoding="utf-8", errors="replace", start_new_session=True
            )
            try:
                for line in self.process.stderr or ():
                    last_line = line.strip()
                    self.log.info("%s", last_line)
                code = self.process.wait()
            finally:
                self.on_kill()
            printed.seek(0)
            return code, printed.read(), last_line

    def on_kill(self) -> None:
        """Ends the stage with all that it has started; what was kept before is whole."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)


class GateOperator(BaseOperator):  # type: ignore[misc]
    """Succeeds where the newest look says promote, with an asset event; else what waits for it is skipped, or it fails.

    A look at the past, of a backfill or while Airflow catches up, opens no gate: a deployment must not follow from it.
    """

    def execute(self, context: Mapping[str, Any]) -> Any:  # noqa: ANN401 - XCom is JSON
        """Judges the verdict of `publish`.

        Raises:
            AirflowSkipException: there is nothing to deploy.
            AirflowFailException: likewise, where the settings want that to fail the DAG run.
        """
        verdict = context["ti"].xcom_pull(task_ids="publish")
        for line in lines_of(verdict):
            self.log.info("%s", line)
        start, end = context["data_interval_start"], context["data_interval_end"]
        past = datetime.now(timezone.utc) >= end + (end - start)
        if past or verdict["verdict"] != "promote":
            # Airflow folds away why a task was skipped
            self.log.info("The gate stays shut%s.", ": others are due after this look" if past else "")
            fails = not past and LaunchSettings.of(self.dag_id).gate == "fail"
            refused = AirflowFailException if fails else AirflowSkipException
            raise refused(f"{verdict['verdict']}: {'; '.join(verdict['reasons'])}")
        for outlet in self.outlets:
            context["outlet_events"][outlet].extra = verdict
        return verdict


def summary(verdict: Mapping[str, Any]) -> dict[str, Any]:
    """What Airflow keeps of a `verdict.json`, which may be megabytes long."""
    fleet = {name: verdict["fleet"][name] for name in ("pairs", "mismatches", "excess_high", "confidence")}
    members = {name: verdict[name] for name in ("verdict", "look", "window", "launch")}
    return {**members, "fleet": fleet, "reasons": verdict["reasons"][:MOST_REASONS]}


def lines_of(verdict: Mapping[str, Any]) -> list[str]:
    """The verdict as a log shows it, one reason a line."""
    production, shadow = (verdict["launch"][f"{arm}_release"] for arm in ("production", "shadow"))
    head = f"{verdict['verdict'].upper()}: look {verdict['look']}, production {production}, shadow {shadow}"
    return [head, *verdict["reasons"]]


def assets(dag_id: str) -> tuple[Asset, Asset]:
    """The assets of a launch: `judged` changes with every look, `promoted` with every newest look that says promote."""
    return Asset(f"darklaunch://{dag_id}/judged"), Asset(f"darklaunch://{dag_id}/promoted")


def dark_launch(dag_id: str, *, schedule: str = "@hourly", start: datetime | None = None) -> DAG:
    """The DAG of a launch.

    Args:
        dag_id: also the name of its Variable.
        schedule: a cron expression in UTC; its period is whole hours.
        start: the launch's first hour; None: nothing is caught up with.
    """
    judged, promoted = assets(dag_id)
    with DAG(
        dag_id,
        description=__doc__.splitlines()[0],
        doc_md=__doc__,
        # a bare cron expression gives intervals without length
        schedule=CronDataIntervalTimetable(schedule, timezone="UTC"),
        start_date=start or datetime(2026, 1, 1, tzinfo=timezone.utc),
        catchup=start is not None,
        # a file that imports this one must not have its DAG as well
        auto_register=False,
        # looks are made in order
        max_active_runs=1,
        default_args={
            "retries": 3,
            "retry_exponential_backoff": 2.0,
            "execution_timeout": timedelta(hours=6),
            "owner": "darklaunch",
        },
        tags=["darklaunch"],
    ) as made:
        stages = [StageOperator(stage=stage, outlets=[judged] if stage == "publish" else []) for stage in STAGES]
        chain(*stages, GateOperator(task_id="gate", doc_md=DOCS["gate"], outlets=[promoted], retries=0))
    return made


def first_hour(text: str | None) -> datetime | None:
    """A moment as the environment has it; one without an offset is UTC."""
    if not text:
        return None
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=timezone.utc)


dag = dark_launch(
    "dark_launch",
    schedule=os.environ.get("DARK_LAUNCH_SCHEDULE", "@hourly"),
    start=first_hour(os.environ.get("DARK_LAUNCH_START")),
)
