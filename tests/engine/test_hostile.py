"""Hostile bodies through the whole way: no run ends, and each pair is compared or counted as incomparable."""

import pickle

import pyarrow.parquet as pq
import pytest

from darklaunch.diff import comparers
from darklaunch.pair.outcome import Outcome
from tests.diff.test_hostile_bodies import fuzzed
from tests.engine.buckets import counted
from tests.engine.test_adding import SELECTION
from tests.whole_runs.runs import newest, run, verdict
from tests.worlds import row, write_log

LENIENT = ["-o", "noise.learn=true", "-o", "noise.learning_hours=1", "-o", "contract.maximum_duplicate_share=1"]
SURROGATES = [
    b'{"t":"\\ud800x"}',
    b'{"t":"\\ud800y","\\udfff":1}',
    b'"\\udc00"',
    b'{"t":"x\\ud83d"}',
    b'{"t":"\xed\xa0\x80"}',
]


def world(pairs):
    """A pair an answer of production and the shadow; the baseline answers as the shadow of the pair before."""
    rows, before = [], None
    for n, (production, shadow) in enumerate(pairs):
        answers = {"production": production, "shadow": shadow, "baseline": before or production}
        for arm, answer in answers.items():
            own = {"body": answer.body, "response_headers": list(answer.headers), "status": answer.status}
            rows.append(row(f"r{n}", arm, at=n % 3000, endpoint=f"/e{n % 5}", **own))
        before = shadow
    return rows


def responses_of(bodies):
    from darklaunch.diff.http.response import Response

    headers = (("content-type", "application/json"),)
    return [(Response(200, headers, body), Response(200, headers, other)) for body in bodies for other in bodies]


@pytest.mark.parametrize("count", [1_000, pytest.param(20_000, marks=pytest.mark.long)])
def test_fuzzed_bodies_go_through_a_run(tmp_path, count):
    log = write_log(tmp_path / "log", world(fuzzed(count, seed=count)))
    assert run(log, tmp_path / "out", *LENIENT) == 0
    funnel = verdict(tmp_path / "out")["funnel"]
    assert funnel["paired"] + funnel["undecodable"] == count
    assert min(funnel["paired"], funnel["undecodable"]) > count / 20


def test_lone_surrogates_are_values_like_any_other(tmp_path):
    log = write_log(tmp_path / "log", world(responses_of(SURROGATES)))
    assert run(log, tmp_path / "out", *LENIENT) == 0
    assert verdict(tmp_path / "out")["funnel"]["paired"] >= 16
    (file,) = (newest(tmp_path / "out") / "differences").glob("*.parquet")
    shown = {value for value in pq.read_table(file)["production"].to_pylist() if value is not None}
    assert '"\\ud800x"' in shown


def test_a_pair_whose_comparison_fails_is_incomparable_and_no_other(tmp_path, monkeypatch):
    def compare(production, *_arguments):
        raise KeyError(production.body)

    monkeypatch.setattr(comparers, "compare", compare)
    rows = world(responses_of([b"[1]", b"[2]"])) + world([])
    pairs, counts = counted(write_log(tmp_path, rows), SELECTION)
    assert counts.window.outcomes[Outcome.UNDECODABLE].requests == 2
    assert {each for each in pairs["incomparable"].to_pylist() if each} == {"failed: KeyError"}
    assert counts.window.outcomes[Outcome.EQUAL].requests == 2


def test_counts_travel_between_processes(tmp_path):
    _, counts = counted(write_log(tmp_path, world(fuzzed(50, seed=3))), SELECTION)
    again = pickle.loads(pickle.dumps(counts))  # noqa: S301 - just written
    assert again.window == counts.window
