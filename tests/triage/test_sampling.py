"""The draw of requests: about as many as wanted, and the same whatever else there is."""

from dataclasses import replace

import numpy as np
import pytest

from darklaunch.triage.cause import Cause, Element, Signature
from darklaunch.triage.encoded_pairs import encode_pairs
from darklaunch.triage.reporting import Traffic
from darklaunch.triage.sampling import NO_CAUSE, SAMPLED, draw_requests, label_causes, plan_draw
from tests.triage.windows import difference, pair, pairs_table

ITEMS = "GET /items/{id}"


def cause_of(encoded, requests):
    (key,) = set(encoded.signature[encoded.differs].tolist())
    signature = Signature(
        endpoint=ITEMS,
        keys={key: requests},
        elements={Element("$.body.a", "value_changed", "medium"): requests},
        requests=requests,
        weight=1.0,
        answered=0,
        noisy=0,
        first_hour=0,
        last_hour=0,
    )
    return Cause(members=(signature,))


def drawn(ids, *, requests, compared):
    """The requests drawn of some, of which every fourth differs, in a window that has so many of them in all."""
    pairs = [pair(each, [difference("$.body.a")] if n % 4 == 0 else None) for n, each in enumerate(ids)]
    encoded = encode_pairs(pairs_table([*pairs, pair("other", endpoint="GET /other")]))
    causes = [cause_of(encoded, requests)]
    traffic = {ITEMS: Traffic(compared=compared, compared_weight=1.0, weight=1.0, differing=requests)}
    (labels,) = label_causes(causes)
    cause, _ = labels.of(encoded)
    (rows,) = draw_requests(encoded, [cause], plan_draw(causes, traffic))
    return rows


def test_all_requests_are_drawn_where_there_are_few():
    rows = drawn([f"r{n}" for n in range(100)], requests=25, compared=100)
    assert rows["request_id"].to_pylist() == [f"r{n}" for n in range(100)]
    assert rows["cause"].to_pylist() == [0, NO_CAUSE, NO_CAUSE, NO_CAUSE] * 25
    assert rows["of_cause"].to_pylist() == [1, 0, 0, 0] * 25
    assert set(rows["of_all"].to_pylist()) == {1}


@pytest.mark.parametrize("ids", ["{}", "request-{:08}", "{:064x}", "ü{}-shop-9"])
def test_of_many_requests_about_as_many_are_drawn_as_wanted(ids):
    rows = drawn([ids.format(n) for n in range(20_000)], requests=2 * SAMPLED, compared=8 * SAMPLED)
    of_cause, of_all = (rows[name].to_numpy() for name in ("of_cause", "of_all"))
    # five standard deviations of a binomial
    assert abs(int(of_cause.sum()) - 2500) < 180
    assert abs(int(of_all.sum()) - 2500) < 240
    assert np.all(of_cause + of_all > 0)


def test_whether_a_request_is_drawn_depends_on_its_id_alone():
    ids = [f"r{n}" for n in range(2000)]
    alone = drawn(ids[:400], requests=2 * SAMPLED, compared=8 * SAMPLED)
    together = drawn(ids, requests=2 * SAMPLED, compared=8 * SAMPLED)
    assert together.slice(0, len(alone)).equals(alone)


def test_a_request_of_two_causes_is_drawn_for_both_and_counts_once():
    pairs = [pair(f"r{n}", [difference("$.body.a"), difference("$.body.b")] if n < 4 else None) for n in range(10)]
    encoded = encode_pairs(pairs_table(pairs))
    (whole,) = cause_of(encoded, 4).members
    parts = [
        Cause(members=(replace(whole, elements={Element(f"$.body.{name}", "value_changed", "medium"): 4}),))
        for name in "ab"
    ]
    traffic = {ITEMS: Traffic(compared=10, compared_weight=1.0, weight=1.0, differing=4)}
    labels = [cause for cause, _ in (each.of(encoded) for each in label_causes(parts))]
    first, second = draw_requests(encoded, labels, plan_draw(parts, traffic))
    assert (first["counted"].to_pylist(), second["counted"].to_pylist()) == ([1] * 10, [0] * 4)
    assert (first["cause"].to_pylist(), second["cause"].to_pylist()) == ([0] * 4 + [NO_CAUSE] * 6, [1] * 4)
    assert second["request_id"].to_pylist() == ["r0", "r1", "r2", "r3"]
    systematic = [parts[0], replace(parts[1], systematic=True)]
    assert len(draw_requests(encoded, labels, plan_draw(systematic, traffic))) == 1
