"""Weeks of hourly windows under faults, beside one run that nothing disturbs; both must end alike to 1e-9.

python -m tests.soak [--hours 336] [--kills 50] [--races 20] [--late 20] [--twice 20] [--outage 6] [--fresh]

With --minutes it ends after so long, and compares what it came to. Commands are forks of a Python that has imported the
libraries, unless --fresh is given.
"""

import argparse
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.soak.commands import KILLED, Commands, MlflowServer
from tests.soak.comparison import differences, evidence_of, mlflow_of, scores_of
from tests.soak.world import World, span

OPTIONS = ["--master", "none", "-o", "launch.name=soak", "-o", "scoring.tolerated_excess=0.01"]
OPTIONS += ["-o", "contract.maximum_duplicate_share=0.5"]
LEARNED = range(21, 27)
"""Rules and thresholds are frozen here: what comes later than that is not taken into them."""

LATE_BY = 2
OUTSIDE = 4


class Soak:
    """A launch that is disturbed, hour by hour."""

    def __init__(self, options: argparse.Namespace, folder: Path) -> None:
        self.options, self.log, self.out = options, folder / "log", folder / "out"
        self.random = random.Random(options.seed)
        self.world = World(seed=options.seed, requests=options.requests)
        self.server = MlflowServer(folder=folder / "mlflow")
        self.commands = Commands(errors=folder / "errors.txt", fresh=options.fresh)
        self.survived: Counter[str] = Counter()
        self.killed_in: Counter[str] = Counter()
        self.seconds: list[float] = []
        self.hours = 0
        self.plan = self._planned()

    def _planned(self) -> dict[str, set[int]]:
        """Which hours have which fault; an hour may have several, but for those of an outage."""
        options, hours = self.options, range(1, self.options.hours)
        first = options.hours // 2
        outage = set(range(first, first + options.outage))
        free = [hour for hour in hours if hour not in outage]
        # rows that came late are there, and their hours judged again, before the outage and before rules are frozen
        timely = [
            hour
            for hour in free
            if not {*range(hour, hour + LATE_BY + 1)} & (outage | {*LEARNED}) and hour + LATE_BY < options.hours
        ]
        races = set(self.random.sample(free, options.races))
        killed = set(self.random.sample([hour for hour in free if hour not in races], options.kills))
        late = set(self.random.sample(timely, min(options.late, len(timely))))
        twice = set(self.random.sample(free, options.twice))
        return {"outage": outage, "race": races, "kill": killed, "late": late, "twice": twice}

    def run(self) -> None:
        """Judges hour after hour, until the last or as long as there is time."""
        until = time.monotonic() + 60 * self.options.minutes
        self.server.start()
        for hour in range(self.options.hours):
            self._deliver(hour)
            if hour == min(self.plan["outage"], default=-1):
                self.server.stop()
            if hour in self.plan["race"]:
                self._race(hour)
            elif hour in self.plan["kill"]:
                self._kill(hour)
            else:
                self._judge(hour, OUTSIDE if hour in self.plan["outage"] else 0)
            if hour == max(self.plan["outage"], default=-1):
                self._recover()
            if hour == 0:
                self.commands.prepare()
            if hour % 24 == 23:
                print(f"day {hour // 24 + 1}: {dict(self.survived)}", flush=True)
            self.hours = hour + 1
            if time.monotonic() > until and hour not in self.plan["outage"]:
                break
        for since in range(self.hours - LATE_BY, self.hours):
            self._complete(since, self.hours)

    def _deliver(self, hour: int) -> None:
        self.world.deliver(self.log, hour, without_late=hour in self.plan["late"])
        if hour in self.plan["twice"]:
            self.world.deliver_twice(self.log, hour)
            self.survived["duplicate deliveries"] += 1
        self._complete(hour - LATE_BY, hour)

    def _complete(self, since: int, until: int) -> None:
        """Delivers what had not come of an hour, and judges it again with those after it."""
        if since in self.plan["late"]:
            self.world.deliver_late(self.log, since)
            for again in range(since, until):
                self._judge(again, 0)
            self.survived["late rows"] += 1

    def _arguments(self, command: str, hour: int) -> list[str]:
        captures = ["--captures", str(self.log)] if command == "run" else []
        mlflow = ["-o", f"publish.mlflow.tracking_uri={self.server.uri}"]
        options = OPTIONS if command == "run" else OPTIONS[2:]
        return [command, "--out", str(self.out), *captures, *options, *mlflow, *span(hour)]

    def _judge(self, hour: int, wanted: int, command: str = "run") -> None:
        began = time.monotonic()
        process = self.commands.begin(self._arguments(command, hour))
        code = process.wait()
        assert code == wanted, f"{command} of hour {hour}: found exit code {code}, wanted {wanted}:\n{process.said}"
        if wanted == 0:
            self.seconds.append(time.monotonic() - began)

    def _kill(self, hour: int) -> None:
        """Kills the window's command once, as late as it takes to hit it, and runs it again."""
        longest = statistics.median(self.seconds[-20:])
        while True:
            process = self.commands.begin(self._arguments("run", hour))
            time.sleep(self.random.uniform(0, longest))
            if process.kill() == KILLED:
                self.killed_in[process.stage] += 1
                break
            longest *= 0.9
        self._judge(hour, 0)
        self.survived["killed"] += 1

    def _race(self, hour: int) -> None:
        racing = [self.commands.begin(self._arguments("run", hour)) for _ in range(2)]
        codes = [process.wait() for process in racing]
        assert codes == [0, 0], f"race in hour {hour}: found exit codes {codes}:\n{racing[0].said}"
        self.survived["races"] += 1

    def _recover(self) -> None:
        self.server.start()
        for hour in sorted(self.plan["outage"]):
            self._judge(hour, 0, "publish")
            self.survived["windows without MLflow"] += 1

    def undisturbed(self, folder: Path) -> Path:
        """The same launch in one go: a backfill of a log that came once and in time."""
        for hour in range(self.hours):
            self.world.deliver(folder / "log", hour)
        whole = span(0, self.hours)
        arguments = ["run", "--out", str(folder / "out"), "--captures", str(folder / "log"), *OPTIONS]
        assert self.commands.run([*arguments, "--backfill", whole[1], whole[3]]) == 0
        return folder / "out"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    counts = {"hours": 336, "requests": 40, "kills": 50, "races": 20, "late": 20, "twice": 20, "outage": 6, "seed": 16}
    counts |= {"minutes": 600}
    for name, number in counts.items():
        parser.add_argument(f"--{name}", type=int, default=number)
    parser.add_argument("--fresh", action="store_true", help="start a new Python for every command, as cron does")
    parser.add_argument("--keep", type=Path, help="work in this folder, and leave it")
    options = parser.parse_args()
    folder = options.keep or Path(tempfile.mkdtemp(prefix="darklaunch-soak-"))
    folder.mkdir(parents=True, exist_ok=True)
    began, soak = time.monotonic(), Soak(options, folder)
    try:
        soak.run()
        calm = soak.undisturbed(folder / "calm")
        compared = {
            "evidence": (evidence_of(soak.out), evidence_of(calm)),
            "scores": (scores_of(soak.out), scores_of(calm)),
            "MLflow": (mlflow_of(soak.server.uri, "soak"), mlflow_of(f"sqlite:///{calm.resolve()}/mlflow.db", "soak")),
        }
    finally:
        soak.server.stop()
    return _report(soak, compared, time.monotonic() - began, folder)


def _report(soak: Soak, compared: dict[str, tuple[dict, dict]], seconds: float, folder: Path) -> int:
    wrong = {name: list(differences(*sides)) for name, sides in compared.items()}
    print(f"{soak.hours} hourly windows in {seconds:,.0f} s, {statistics.median(soak.seconds):.2f} s each")
    for name, count in soak.survived.items():
        print(f"survived  {name:24} {count:4}")
    print("killed in", ", ".join(f"{stage} {count}" for stage, count in soak.killed_in.most_common()))
    for name, found in wrong.items():
        sizes = f"{len(compared[name][0])} of {len(compared[name][1])}"
        print(f"{name:9} {'equal to 1e-9' if not found else 'DIFFERENT'}  ({sizes} compared)")
        print("".join(f"    {each}\n" for each in found[:20]), end="")
    if any(wrong.values()):
        print(f"kept in {folder}")
        return 1
    if not soak.options.keep:
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
