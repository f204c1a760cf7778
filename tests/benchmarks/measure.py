"""Wall seconds, processor seconds and memory of what a benchmark runs, and the table of its rounds."""

import contextlib
import os
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cost:
    """What one execution took, in wall and in processor seconds, and what it came to."""

    wall: float
    processor: float
    result: int


def processor_seconds(root: int | None = None) -> float:
    """Of a process, this one unless another is named, and all that descend from it, those that have ended included."""
    ticks, parents = {}, {}
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            parents[int(entry.name)] = int(fields[1])
            ticks[int(entry.name)] = sum(map(int, fields[11:15]))
    return sum(ticks.get(pid, 0) for pid in _descendants(parents, root)) / os.sysconf("SC_CLK_TCK")


def measured(action: Callable[[], int]) -> Cost:
    """Executes an action once."""
    before, start = processor_seconds(), time.perf_counter()
    result = action()
    return Cost(time.perf_counter() - start, processor_seconds() - before, result)


def rounds_of(contenders: Mapping[str, Callable[[], int]], warm: int) -> dict[str, list[Cost]]:
    """Runs all contenders in turn, a cold round and so many warm ones, and prints each as it ends."""
    costs: dict[str, list[Cost]] = {name: [] for name in contenders}
    for number in range(warm + 1):
        for name, action in contenders.items():
            costs[name].append(measured(action))
        words = ", ".join(f"{name} {each[-1].wall:.2f} s ({each[-1].processor:.2f})" for name, each in costs.items())
        print(f"{'cold' if number == 0 else f'warm {number}'}: {words}", flush=True)
    return costs


def ratio(costs: Mapping[str, Sequence[Cost]], name: str, rival: str, of: str = "wall") -> float:
    """The median over the warm rounds of a contender's cost in parts of a rival's of the same round."""
    pairs = zip(costs[name][1:], costs[rival][1:], strict=True)
    return statistics.median(getattr(ours, of) / getattr(theirs, of) for ours, theirs in pairs)


def table(costs: Mapping[str, Sequence[Cost]], rivals: Sequence[str], pairs: int) -> str:
    """A line for each contender: cold, the medians of the warm rounds, and the ratios to the rivals in wall and cpu."""
    head = f"{'':<18} {'cold s':>8} {'cpu s':>7} {'warm s':>8} {'cpu s':>7} {'us a pair':>9}"
    lines = [head + "".join(f"  {'to ' + rival:>20}" for rival in rivals) + f"  {'mismatches':>10}"]
    for name, (cold, *warm) in costs.items():
        wall, cpu = (statistics.median(getattr(cost, of) for cost in warm) for of in ("wall", "processor"))
        line = f"{name:<18} {cold.wall:8.2f} {cold.processor:7.2f} {wall:8.2f} {cpu:7.2f} {cpu / pairs * 1e6:9.1f}"
        for rival in rivals:
            both = f"{ratio(costs, name, rival):.2f} ({ratio(costs, name, rival, 'processor'):.2f})"
            line += f"  {both:>20}"
        lines.append(f"{line}  {cold.result:10,}")
    return "\n".join(lines)


def peaks() -> list[tuple[str, float]]:
    """Peak memory in MB of this process and of all that it started and that still run (Linux)."""
    processes: dict[int, tuple[int, str, float]] = {}
    for status in Path("/proc").glob("[0-9]*/status"):
        with contextlib.suppress(OSError, KeyError):
            fields = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
            peak_mb = int(fields["VmHWM"].split()[0]) / 1024
            processes[int(fields["Pid"])] = (int(fields["PPid"]), fields["Name"].strip(), peak_mb)
    below = _descendants({pid: parent for pid, (parent, _, _) in processes.items()})
    return sorted((processes[pid][1], processes[pid][2]) for pid in below if pid in processes)


def resident_mb(root: int | None = None) -> float:
    """Memory in MB that a process and all that descend from it hold now; what they share counts once (Linux)."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    total = 0
    for pid in _descendants(parents, root):
        with contextlib.suppress(OSError):
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def _descendants(parents: Mapping[int, int], root: int | None = None) -> set[int]:
    mine = {root or os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in mine} - mine:
        mine |= more
    return mine
