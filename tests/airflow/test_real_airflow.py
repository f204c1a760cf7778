"""The DAG in a real Airflow 3, on the example log: about five minutes.

python3 -m venv airflow-venv && airflow-venv/bin/pip install apache-airflow==3.3.2
AIRFLOW_VENV=airflow-venv pytest tests/airflow
"""

import datetime as dt
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.whole_runs.runs import QUICK
from tests.worlds import row, write_log

ROOT = Path(__file__).parents[2]
DAGS = ROOT / "jobs" / "dags"
DEMO = ROOT / "lib" / "darklaunch" / "demo"
TODAY = dt.datetime.now(dt.timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
THIRD_DAY = dt.datetime(2026, 11, 23, tzinfo=dt.timezone.utc)
VENV = os.environ.get("AIRFLOW_VENV")
COMMAND = Path(sys.executable).with_name("darklaunch")
STAGES = ["validate", "compare", "score", "publish"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(VENV is None, reason="AIRFLOW_VENV names no virtual environment with Airflow 3"),
]


class Airflow:
    """An Airflow of its own, with a database of its own."""

    def __init__(self, home: Path, database: Path | None = None) -> None:
        self.home, self.bin = home, Path(VENV).absolute() / "bin"
        self.environment = {
            "PATH": f"{self.bin}:{os.environ['PATH']}",
            "HOME": str(home),
            "AIRFLOW_HOME": str(home),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
            "AIRFLOW__CORE__DEFAULT_TASK_RETRY_DELAY": "1",
            "DARK_LAUNCH_SCHEDULE": "@daily",
        }
        if database is None:
            self("airflow", "db", "migrate")
            self("airflow", "dags", "reserialize")
        else:
            shutil.copy(database, home / database.name)

    def __call__(self, *words: str, check: bool = True) -> str:
        done = subprocess.run(
            words, env=self.environment, capture_output=True, text=True, check=False, cwd=self.home, timeout=900
        )
        assert not check or done.returncode == 0, done.stdout[-5000:] + done.stderr[-5000:]
        return done.stdout

    def launch(self, **settings: object) -> None:
        """The Variable of the launch."""
        self.environment["AIRFLOW_VAR_DARK_LAUNCH"] = json.dumps({"command": str(COMMAND), "master": "none"} | settings)

    def test(self, date: dt.datetime, *, check: bool = True) -> dict[str, tuple[str, int]]:
        """`airflow dags test`: the state of each task, and how often it was tried."""
        self("airflow", "dags", "test", "dark_launch", f"{date:%Y-%m-%d}", check=check)
        return self.tasks(f"{date:%Y-%m-%d}")

    def ask(self, question: str, *values: str) -> list[tuple]:
        with closing(sqlite3.connect(self.home / "airflow.db")) as database:
            return database.execute(question, values).fetchall()

    def tasks(self, date: str) -> dict[str, tuple[str, int]]:
        rows = self.ask(
            "select task_id, t.state, try_number from task_instance t join dag_run r on t.run_id = r.run_id "
            "where date(r.logical_date) = ?",
            date,
        )
        return {task: (state, tries) for task, state, tries in rows}

    def events(self) -> list[tuple[str, str]]:
        """Which asset changed, and the verdict that came with it."""
        rows = self.ask("select uri, e.extra from asset_event e join asset a on a.id = e.asset_id order by e.id")
        return [(uri.rpartition("/")[2], json.loads(extra)["verdict"]) for uri, extra in rows]


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    """Airflow's database with the DAG in it, made once."""
    return Airflow(tmp_path_factory.mktemp("airflow")).home / "airflow.db"


@pytest.fixture
def airflow(tmp_path, database):
    made = Airflow(tmp_path, database)
    made.launch(conf=str(DEMO / "demo.yaml"), captures=str(DEMO / "captures"), out=str(tmp_path / "out"))
    return made


def succeeded(tasks, names=STAGES):
    return [tasks[name] for name in names] == [("success", 1)] * len(names)


def test_it_is_imported_in_no_time_and_without_errors(airflow):
    code = (
        "import sys, time, airflow.sdk, airflow.sdk.exceptions\n"
        "from airflow.sdk import DAG, Asset, BaseOperator, CronDataIntervalTimetable, Variable, chain\n"
        f"sys.path.insert(0, {str(DAGS)!r})\n"
        "before = time.perf_counter()\n"
        "import dark_launch\n"
        "print(time.perf_counter() - before, *({'pyspark', 'darklaunch'} & set(sys.modules)))\n"
    )
    seconds, *more = airflow(str(airflow.bin / "python"), "-c", code).split()
    assert float(seconds) < 1
    assert more == []
    assert airflow.ask("select stacktrace from import_error") == []
    assert airflow.ask("select dag_id from dag") == [("dark_launch",)]


def test_another_launch_is_another_file(airflow, tmp_path):
    folder = tmp_path / "dags"
    folder.mkdir()
    shutil.copy(DAGS / "dark_launch.py", folder)
    (folder / "checkout.py").write_text(
        'from dark_launch import dark_launch\n\ndag = dark_launch("checkout")  # airflow\n'
    )
    code = (
        f"import sys; sys.path.insert(0, {str(folder)!r})\n"
        "from airflow.dag_processing.dagbag import DagBag\n"
        f"bag = DagBag({str(folder)!r})\n"
        "print(sorted(bag.dags), bag.import_errors)\n"
    )
    printed = airflow(str(airflow.bin / "python"), "-c", code).splitlines()
    assert "['checkout', 'dark_launch'] {}" in printed


def test_a_day_of_the_example_is_judged_and_its_verdict_told(airflow):
    tasks = airflow.test(THIRD_DAY)
    assert succeeded(tasks)
    assert tasks["gate"][0] == "skipped"
    (told,) = airflow.ask("select value from xcom where task_id = 'publish' and key = 'return_value'")
    told = json.loads(told[0])
    assert told["window"] == {"from": "2026-11-22T00:00:00+00:00", "to": "2026-11-23T00:00:00+00:00"}
    assert airflow.events() == [("judged", told["verdict"])]


def flaky(folder, stage, code):
    """A command that fails once at a stage, and from then on is darklaunch."""
    script = folder / "flaky"
    script.write_text(
        f'#!/bin/sh\nif [ "$1" = {stage} ] && [ ! -e {folder}/failed ]; then touch {folder}/failed; exit {code}; fi\n'
        f'exec {COMMAND} "$@"\n'
    )
    script.chmod(0o755)
    return str(script)


def clean_day(folder, wrong=0):
    """The log of yesterday: 24 hours of 60 requests."""
    rows = [
        row(f"r{n}", arm, body={"n": -n if n < wrong and arm == "shadow" else n}, captured_at=moment)
        for n in range(1440)
        for moment in [TODAY - dt.timedelta(days=1) + n * dt.timedelta(minutes=1)]
        for arm in ("production", "shadow")
    ]
    return str(write_log(folder / "log", rows))


OVERRIDES = [*QUICK[1::2], "scoring.tolerated_excess=0.03"]


def test_a_promotion_of_the_newest_look_opens_the_gate(airflow, tmp_path):
    airflow.launch(captures=clean_day(tmp_path), out=str(tmp_path / "out"), overrides=OVERRIDES)
    assert succeeded(airflow.test(TODAY), [*STAGES, "gate"])
    assert airflow.events() == [("judged", "promote"), ("promoted", "promote")]


@pytest.mark.parametrize(("gate", "state"), [("skip", "skipped"), ("fail", "failed")])
def test_a_block_of_the_newest_look_skips_or_fails_as_it_is_asked_to(airflow, tmp_path, gate, state):
    captures = clean_day(tmp_path, wrong=1000)
    airflow.launch(captures=captures, out=str(tmp_path / "out"), overrides=OVERRIDES, gate=gate)
    tasks = airflow.test(TODAY, check=gate == "skip")
    assert succeeded(tasks)
    assert tasks["gate"] == (state, 1)
    assert airflow.events() == [("judged", "block")]


def test_wrong_settings_are_not_tried_again(airflow, tmp_path):
    airflow.launch(conf=str(tmp_path / "none.yaml"), out=str(tmp_path / "out"))
    tasks = airflow.test(THIRD_DAY, check=False)
    assert tasks["validate"] == ("failed", 1)
    assert tasks["gate"][0] == "upstream_failed"


WRONG = {
    "found str": "x",
    "found output, wanted an object of": {"output": "/out"},
    "found str at overrides, wanted a list of texts": {"out": "/out", "overrides": "a=b"},
    "found int at master, wanted a text": {"out": "/out", "master": 4},
    "found list at out, wanted a text": {"out": ["/out"]},
    "found gate 'open', wanted skip or fail": {"out": "/out", "gate": "open"},
    "found out None, wanted an absolute folder": {},
    "found out 'out', wanted an absolute folder": {"out": "out"},
}


def test_settings_that_nobody_understands_are_refused(airflow):
    code = (
        f"import sys, json; sys.path.insert(0, {str(DAGS)!r})\n"
        "import dark_launch\n"
        f"for said in json.loads({json.dumps(list(WRONG.values()))!r}):\n"
        "    dark_launch.Variable.get = lambda *_, said=said, **__: said\n"
        "    try: print('LINE', dark_launch.LaunchSettings.of('dark_launch'))\n"
        "    except dark_launch.AirflowFailException as error: print('LINE', error)\n"
    )
    printed = airflow(str(airflow.bin / "python"), "-c", code).splitlines()
    lines = [line for line in printed if line.startswith("LINE")]
    assert [wanted in line for wanted, line in zip(WRONG, lines, strict=True)] == [True] * len(WRONG)


def test_a_stage_that_is_ended_ends_all_that_it_has_started(airflow):
    code = (
        f"import sys, threading, time; sys.path.insert(0, {str(DAGS)!r})\n"
        "from dark_launch import StageOperator\n"
        "stage, before = StageOperator(stage='compare'), time.monotonic()\n"
        "threading.Timer(1, stage.on_kill).start()\n"
        "print(stage._run(['/bin/sh', '-c', 'sleep 50 & sleep 50'])[0], time.monotonic() - before < 40)\n"
    )
    assert airflow(str(airflow.bin / "python"), "-c", code).split()[-2:] == ["-15", "True"]


def end(standalone):
    """Ends all that `airflow standalone` has started."""
    os.killpg(standalone.pid, signal.SIGTERM)
    try:
        standalone.wait(30)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(standalone.pid, signal.SIGKILL)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def test_a_backfill_of_two_days_runs_in_order_and_a_stage_that_fails_is_tried_again(airflow, tmp_path):
    out = tmp_path / "out"
    command = flaky(tmp_path, "compare", code=4)
    airflow.launch(command=command, conf=str(DEMO / "demo.yaml"), captures=str(DEMO / "captures"), out=str(out))
    port = free_port()
    airflow.environment |= {"AIRFLOW__API__PORT": port, "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{port}"}
    airflow("airflow", "dags", "unpause", "dark_launch", "--yes")
    span = ["--from-date", "2026-11-21", "--to-date", "2026-11-22"]
    airflow("airflow", "backfill", "create", "--dag-id", "dark_launch", *span, "--max-active-runs", "1")
    with (
        (tmp_path / "standalone.log").open("w") as log,
        subprocess.Popen(
            ["airflow", "standalone"], env=airflow.environment, stdout=log, stderr=log, start_new_session=True
        ) as standalone,
    ):
        try:
            deadline = time.monotonic() + 600
            runs = []
            while time.monotonic() < deadline and sum(state == "success" for _, state in runs) < 2:
                time.sleep(2)
                runs = airflow.ask(
                    "select date(logical_date), state from dag_run where run_type = 'backfill' order by logical_date"
                )
        finally:
            end(standalone)
    assert runs == [("2026-11-21", "success"), ("2026-11-22", "success")]
    first, second = airflow.tasks("2026-11-21"), airflow.tasks("2026-11-22")
    assert {state for name in STAGES for state, _ in (first[name], second[name])} == {"success"}
    # a machine under load may make Airflow itself try once more
    assert first["compare"][1] >= 2
    assert (tmp_path / "failed").exists()
    assert [event for event, _ in airflow.events()] == ["judged", "judged"]
    assert sorted(run.name for run in out.glob("launches/*/runs/2*")) == ["20261122T000000Z", "20261123T000000Z"]
