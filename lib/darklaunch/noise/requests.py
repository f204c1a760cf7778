"""The A/A counts of a bucket: of the requests that all three arms answered."""

from collections import Counter

import numpy as np

from darklaunch.capture.arm import Arm
from darklaunch.diff.http.response import Response
from darklaunch.diff.pairs_table import endpoints_of
from darklaunch.diff.responses import response_pairs
from darklaunch.garbage import no_cycle_search
from darklaunch.noise.counting import NoiseCounter
from darklaunch.noise.counts import NoiseCounts
from darklaunch.pair.requests import Requests


def count_noise(requests: Requests, counter: NoiseCounter) -> NoiseCounts:
    """Counts at which paths baseline and shadow differ from production.

    Args:
        requests: what ``pair_requests`` returns.
        counter: one that has counted nothing.
    """
    places = np.flatnonzero(requests.baseline_answers & requests.paired)
    if not len(places):
        return counter.counts()
    endpoints = endpoints_of(requests)
    names, codes = endpoints.dictionary.to_pylist(), endpoints.indices.to_numpy()[places]
    production: dict[int, Response] = {}
    differing: dict[Arm, dict[int, Response]] = {}
    for arm in (Arm.SHADOW, Arm.BASELINE):
        responses = response_pairs(requests, arm, places)
        differing[arm] = {}
        for place, reference, other in zip(
            responses.differing.tolist(), *responses.read(responses.differing), strict=True
        ):
            production[place], differing[arm][place] = reference, other
    equal = Counter(np.delete(codes, list(production)).tolist())
    for code, number in equal.items():
        counter.add_equal(names[code], number)
    with no_cycle_search():
        for place, reference in production.items():
            shadow, baseline = differing[Arm.SHADOW].get(place), differing[Arm.BASELINE].get(place)
            counter.add(names[codes[place]], reference, shadow, baseline)
    return counter.counts()
