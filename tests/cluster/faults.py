"""The table of faults on a cluster: what was killed, how often, and whether the result was the same afterwards.

    python -m tests.cluster.faults --kills 50 --driver-kills 5

One driver makes all runs on a standalone cluster of two workers, with speculative execution on. Each run meets one
fault; the verdict, the evidence and the tables are then compared with those of a run without Spark. ``again`` counts
the runs in which a task was seen to run twice, after its first attempt died or beside it. Where memory ends each time,
the run has to fail and keep nothing, and the same command must come to the same result afterwards. Drivers die in
processes of their own: before or after one of their writes, or at any moment.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from darklaunch import counting
from darklaunch.engine import opening
from darklaunch.engine.run import Feeder
from darklaunch.engine.work import CompareWork
from tests.cluster.clusters import EXECUTORS, PACKAGES, ROOT, Standalone, environment, standalone
from tests.cluster.dying import counting_writes
from tests.cluster.results import LENIENT, differing, everything
from tests.cluster.striking import Strike, StrikingWork
from tests.engine.test_feeders import world
from tests.whole_runs.runs import QUICK, run
from tests.worlds import write_log

CONF = EXECUTORS | {
    "spark.cores.max": "2",
    "spark.executorEnv.PYTHONPATH": f"{PACKAGES}{os.pathsep}{ROOT}",
    "spark.speculation": "true",
    "spark.speculation.interval": "100ms",
    "spark.speculation.minTaskRuntime": "1s",
    "spark.speculation.quantile": "0.25",
    "spark.speculation.multiplier": "1.2",
    "spark.log.level": "ERROR",
    "spark.ui.showConsoleProgress": "false",
}
FAILING = "memory, each time"
STRIKES = [
    ("scan", "executor"),
    ("shuffle", "executor"),
    ("compare", "executor"),
    ("write", "executor"),
    ("written", "executor"),
    ("compare", "worker"),
    ("compare", "memory"),
    ("write", "stall"),
    ("written", "stall"),
    ("write", "slow disk"),
    ("compare", FAILING),
]
RANDOM = [
    ("any moment", "executor"),
    ("any moment", "Python worker"),
    ("any moment", "worker JVM, for good"),
    ("any moment", "machine, for good"),
]
FAILED = 4
WORKERS = 2
DRIVER_SECONDS = 20.0


@dataclass(slots=True)
class Line:
    """What became of one kind of fault."""

    runs: int = 0
    struck: int = 0
    again: int = 0
    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


class Faults:
    """A cluster, a log, and what an undisturbed run of it comes to."""

    def __init__(self, folder: Path, cluster: Standalone, seed: int, only: str = "") -> None:
        self.kinds = [kind for kind in (*STRIKES, *RANDOM) if only in " ".join(kind)]
        self.folder, self.cluster, self.chance = folder, cluster, random.Random(seed)
        self.log = write_log(folder / "log", world())
        # to make a database for each run would take a third of its time
        self.options = [*LENIENT, "-o", f"publish.mlflow.tracking_uri=sqlite:///{folder / 'mlflow.db'}"]
        self.table: dict[tuple[str, str, str], Line] = defaultdict(Line)
        assert run(self.log, folder / "undisturbed", *self.options) == 0
        self.wanted = everything(folder / "undisturbed")
        self.seconds = 5.0
        self.writes = 0

    def on_cluster(self, out: Path) -> int:
        return run(self.log, out, *self.options, *spark_options(self.cluster.url))

    def warm(self) -> None:
        """Starts the session, and sees how long a run takes and how often its driver writes."""
        for name in ("first", "second"):
            began = time.monotonic()
            with counting_writes() as writes:
                assert self.on_cluster(self.folder / name) == 0
            self.seconds, self.writes = time.monotonic() - began, len(writes)
            assert differing(everything(self.folder / name), self.wanted) == []
        print(f"a run takes {self.seconds:.1f} s, in which its driver writes {self.writes} times", flush=True)

    def meet(self, number: int) -> None:
        """One run with one fault, which is noted."""
        step, what = self.kinds[number % len(self.kinds)]
        feeder = Feeder.SHUFFLE if step == "shuffle" else self.chance.choice([Feeder.HOURS, Feeder.SHUFFLE])
        line, out = self.table[step, what, feeder.value], self.folder / f"out-{number}"
        mark = self.folder / f"struck-{number}"
        strike = Strike(step=step, what=what, mark=mark)
        opening.choose_feeder = lambda _files, _master: feeder
        counting.CompareWork = lambda **given: StrikingWork(work=CompareWork(**given), strike=strike)
        began = time.monotonic()
        killer = threading.Thread(target=self._kill, args=(what, mark)) if (step, what) in RANDOM else None
        if killer is not None:
            killer.start()
        code = self.on_cluster(out)
        if killer is not None:
            killer.join()
        while len(self.cluster.workers) < WORKERS:
            self.cluster.add_worker()
        line.runs += 1
        line.struck += mark.exists()
        line.again += strike.again.exists()
        line.seconds.append(time.monotonic() - began)
        if what == FAILING:
            line.wrong += [] if code == FAILED and not kept(out) else [f"exit code {code}, and kept {kept(out)}"]
            code = self._undisturbed(out, feeder)
        line.wrong += [f"exit code {code}"] if code else differing(everything(out), self.wanted)
        self._say(step, what, line)

    def kill_driver(self, number: int) -> None:
        """A driver killed beside one of its writes, or, below 0, at any moment, and the same command once more."""
        when = "between two writes" if number >= 0 else "any moment"
        line, out = self.table[when, "driver", "hours"], self.folder / f"driver-{number}"
        words = ["run", "--captures", str(self.log), "--out", str(out), "--quiet", *QUICK, *self.options]
        began = time.monotonic()
        with subprocess.Popen(  # noqa: S603 - this very interpreter
            [sys.executable, "-m", "tests.cluster.dying", *words, *spark_options(self.cluster.url)],
            env=environment(self.folder) | {"DYING_AT": str(number), "PYTHONPATH": f"{ROOT / 'lib'}:{ROOT}"},
            cwd=ROOT,
        ) as driver:
            if number < 0:
                with suppress(subprocess.TimeoutExpired):
                    driver.wait(self.chance.uniform(1, DRIVER_SECONDS))
                driver.kill()
        line.runs += 1
        line.struck += driver.returncode == -signal.SIGKILL
        code = self._undisturbed(out, Feeder.HOURS)
        line.seconds.append(time.monotonic() - began)
        line.wrong += [f"exit code {code}"] if code else differing(everything(out), self.wanted)
        self._say(when, f"driver, {number}", line)

    def driver_kills(self, count: int) -> list[int]:
        """Places of so many kills: spread over all writes, before them and after them; and a third at any moment."""
        between = min(2 * self.writes, count - count // 3)
        return [*(2 * self.writes * n // max(between, 1) for n in range(between)), *range(-(count // 3), 0)]

    def _undisturbed(self, out: Path, feeder: Feeder) -> int:
        counting.CompareWork, opening.choose_feeder = CompareWork, lambda _files, _master: feeder
        return self.on_cluster(out)

    def _say(self, when: str, what: str, line: Line) -> None:
        print(f"{when}, {what}: {line.seconds[-1]:.1f} s {line.wrong or ''}", flush=True)

    def _kill(self, what: str, mark: Path) -> None:
        time.sleep(self.chance.uniform(0, self.seconds))
        with suppress(ProcessLookupError, IndexError):
            if what.endswith("for good"):
                self.cluster.kill_worker(0, alone=what.startswith("worker JVM"))
                mark.touch()
                return
            pids = self.cluster.executors() if what == "executor" else self.cluster.python_workers()
            os.kill(self.chance.choice(pids), signal.SIGKILL)
            mark.touch()

    def print_table(self) -> None:
        counts = f"{'runs':>4} {'struck':>6} {'again':>6} {'equal':>6} {'seconds':>8}"
        print(f"{'when':<20} {'what':<22} {'feeder':<9} {counts}")
        for (step, what, feeder), line in sorted(self.table.items()):
            equal = line.runs - len(line.wrong)
            counts = f"{line.runs:>4} {line.struck:>6} {line.again:>6} {equal:>6} {max(line.seconds):>8.1f}"
            print(f"{step:<20} {what:<22} {feeder:<9} {counts}")
        every = list(self.table.values())
        wrong = [f"{step} {what}: {line.wrong}" for (step, what, _), line in self.table.items() if line.wrong]
        struck = sum(line.struck for line in every)
        print(f"{sum(line.runs for line in every)} runs, {struck} struck, {len(wrong)} kinds differ", *wrong, sep="\n")


def kept(out: Path) -> list[str]:
    """The launches that a folder of results holds."""
    return [folder.name for folder in (out / "launches").glob("*") if not folder.name.startswith(".")]


def spark_options(master: str) -> list[str]:
    conf = ", ".join(f'{key}: "{value}"' for key, value in CONF.items())
    return ["--master", master, "-o", f"spark.conf={{{conf}}}"]


def main(words: list[str] | None = None, folder: Path | None = None) -> bool:
    """Prints the table; says whether all results were the same."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--driver-kills", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=60.0, help="begin no further run after so long")
    parser.add_argument("--only", default="", help="faults whose time or victim has this in its name")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(words)
    folder = folder or Path(tempfile.mkdtemp(prefix="darklaunch-faults-"))
    until = time.monotonic() + given.minutes * 60
    os.environ |= {key: environment(folder)[key] for key in ("PYSPARK_PYTHON", "SPARK_LOCAL_DIRS", "SPARK_LOCAL_IP")}
    with standalone(folder / "cluster") as cluster:
        faults = Faults(folder, cluster, given.seed, given.only)
        faults.warm()
        numbers = [(faults.meet, number) for number in range(given.kills)]
        numbers += [(faults.kill_driver, number) for number in faults.driver_kills(given.driver_kills)]
        _do(numbers, until)
        faults.print_table()
    return not any(line.wrong for line in faults.table.values())


def _do(steps: list[tuple[Callable[[int], None], int]], until: float) -> None:
    for act, number in steps:
        if time.monotonic() > until:
            return
        act(number)


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
