"""Benchmark of the comparison of bodies by their members against that of whole bodies.

    python -m tests.benchmarks.members [--pairs 20000] [--runs 5]

Prints microseconds a pair (median of the runs, both ways in turn), for bodies of about 820 bytes of which half are
byte-equal, as ``generate`` makes them, and for larger ones of which one member differs.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable, Sequence

import numpy as np

from darklaunch.diff.compare import compare
from darklaunch.diff.http.response import Response
from darklaunch.diff.members import EndpointComparer
from darklaunch.diff.privacy.masking import Masking
from darklaunch.diff.rule_index import RuleIndexes
from tests.benchmarks.generate import DEFAULT, TRUE_MISMATCHES, bodies
from tests.benchmarks.ours import volatile_rules

HEADERS = (("content-type", "application/json"), ("date", ""), ("server", "shop"))
RULES = 20

Bodies = Sequence[tuple[bytes, bytes]]


def generated(pairs: int) -> Bodies:
    """Pairs of bodies of about 820 bytes, half of them byte-equal."""
    rng = np.random.default_rng(1)
    return [bodies(rng, n % DEFAULT.endpoints, n, DEFAULT, wrong=rng.random() < TRUE_MISMATCHES) for n in range(pairs)]


def respelt(pairs: Bodies) -> Bodies:
    """The same with blanks, as Python's own ``json`` writes them."""
    return [tuple(json.dumps(json.loads(body)).encode() for body in pair) for pair in pairs]  # type: ignore[misc]


def grown(pairs: Bodies, times: int) -> Bodies:
    """Those that are not byte-equal, with so much more beside what differs."""
    more = b'"more": [%s], ' % b", ".join([pairs[0][0]] * times)
    return [tuple(b"{" + more + body[1:] for body in pair) for pair in pairs if pair[0] != pair[1]]  # type: ignore[misc]


def wholly_different(pairs: Bodies) -> Bodies:
    """Pairs of which every member that holds much differs."""
    return [(production, pairs[n - 1][1]) for n, (production, _) in enumerate(pairs)]


def microseconds(action: Callable[[bytes, bytes], object], pairs: Bodies) -> float:
    start = time.process_time()
    for production, other in pairs:
        action(production, other)
    return (time.process_time() - start) / len(pairs) * 1e6


def measure(name: str, pairs: Bodies, runs: int) -> None:
    index = RuleIndexes(volatile_rules(RULES)).at("GET /x")
    comparer = EndpointComparer(index, Masking.SENSITIVE)

    def whole(production: bytes, other: bytes) -> object:
        responses = Response(200, HEADERS, production), Response(200, HEADERS, other)
        return compare(*responses, index, Masking.SENSITIVE)

    def by_members(production: bytes, other: bytes) -> object:
        return comparer.compare_bodies(production, other) or whole(production, other)

    for production, other in pairs[:2_000]:
        assert whole(production, other) == by_members(production, other)
    figures = [(microseconds(whole, pairs), microseconds(by_members, pairs)) for _ in range(runs)]
    medians = [statistics.median(way) for way in zip(*figures, strict=True)]
    share = statistics.mean(comparer.compare_bodies(*pair) is not None for pair in pairs)
    length = statistics.mean(len(production) for production, _ in pairs)
    print(
        f"{name:<32} {length:>7,.0f} bytes  whole {medians[0]:7.2f}  members {medians[1]:7.2f} microseconds a pair,"
        f" ratio {medians[0] / medians[1]:.1f}, {share:.1%} by members alone"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    pairs = generated(options.pairs)
    measure("half byte-equal", pairs, options.runs)
    unequal = [pair for pair in pairs if pair[0] != pair[1]]
    measure("none byte-equal", unequal, options.runs)
    measure("none byte-equal, with blanks", respelt(unequal), options.runs)
    measure("all that is large differs", wholly_different(pairs), options.runs)
    for times, share in ((9, 20), (100, 200)):
        measure("one small member differs", grown(pairs[: options.pairs // share], times), options.runs)


if __name__ == "__main__":
    main()
