"""C19 to C23: whole verdicts on worlds in which a release is broken in a way that the mean of sessions hides."""

import datetime as dt

import numpy as np

from darklaunch.decide.decision import decide_endpoints
from darklaunch.decide.policy import Policy
from darklaunch.decide.verdict import Verdict
from darklaunch.evidence.by_hour import HourlyUnits
from darklaunch.evidence.coverage import Coverage, Traffic
from darklaunch.evidence.dimension import Dimension
from darklaunch.evidence.patterns import Evidence, UnitPattern
from darklaunch.score.dimension_score import Scoring
from darklaunch.score.endpoint_score import EndpointScore, score_endpoint
from darklaunch.score.precompute import precompute
from darklaunch.stats import PROMOTE, log_threshold
from darklaunch.stats.hourly_table import hourly_rows
from darklaunch.stats.sample import Sample
from tests.calibration.batch import ALPHA, PLAIN, TAU, log_e
from tests.calibration.row import Claim, Row, Size, at_most_alpha
from tests.calibration.worlds import iid

BEGINS = dt.datetime(2026, 3, 2, tzinfo=dt.timezone.utc)
SCORING = Scoring(alpha=ALPHA)
POLICY = Policy(
    alpha=ALPHA, minimum_days=0, require_all_hours=False, maximum_noise=0.1, promoted_traffic_share=0.95
)  # fmt: skip


def units_of(
    units: int, m: int = 0, *, worse: int = 0, missing: int = 0, baseline: bool = False, better: int = 0
) -> UnitPattern:
    """Units that all showed the same: of m requests so many worse in the shadow, or in the baseline."""
    pairs = units * max(m, 0 if missing else 1)
    return UnitPattern(
        sample_rate=1.0, baseline_hour=baseline, m=m, m_baseline=max(m, 1) if baseline else 0,
        k_plus=worse if baseline else 0, k_minus=better, k_unpaired=0 if baseline else worse, missing=missing,
        units=units, pairs=pairs, bodies_equal=0, mismatches=units * worse, baseline_pairs=pairs if baseline else 0,
        baseline_mismatches=0, production_missing=0,
    )  # fmt: skip


def scored(*patterns: UnitPattern, name: str = "GET /x") -> EndpointScore:
    """The score of an endpoint that is judged on its responses."""
    body = {Dimension.BODY: Evidence(endpoint=name, patterns=patterns)}
    return score_endpoint(name, body, TAU, SCORING, {Dimension.BODY: None})


def promoted(score: EndpointScore, largest_share: float = 0.0) -> bool:
    """Whether an endpoint is promoted that has been watched for a week."""
    traffic = Traffic(hours=168, dates=7, largest_share=largest_share)
    coverage = Coverage(hours=168, missing_hours_of_day=(), traffic={score.endpoint: traffic})
    return decide_endpoints([score], POLICY, coverage)[score.endpoint].verdict is Verdict.PROMOTE


def c19(size: Size, rng: np.random.Generator) -> Row:
    """One client makes half of the requests, and all of them differ."""
    runs = size.runs(full=1_000, short=100)
    wrong = 0
    for each in rng.integers(5_000, 200_000, runs).tolist():
        heavy = [units_of(1, each // 168, worse=each // 168)] * 168
        wrong += promoted(scored(units_of(each), *heavy), largest_share=0.5)
    return Row(
        id="C19", setup="a client with half of the requests, all wrong", claims=(_never("promoted", wrong, runs),)
    )


def c20(size: Size, rng: np.random.Generator) -> Row:
    """A path that was learned at 3 %, at which the shadow is then always wrong."""
    runs = size.runs(full=300, short=40)
    needed = [_units_until_block(rng) for _ in range(runs)]
    claim = Claim(
        name="units until blocked, 95th percentile",
        measured=float(np.quantile(needed, 0.95)),
        wanted="at most 100",
        high=100.0,
    )
    return Row(id="C20", setup="a path learned at 3 %, wrong in the shadow in 100 % afterwards", claims=(claim,))


def _units_until_block(rng: np.random.Generator) -> float:
    for units in range(10, 210, 10):
        broken, clean = int(rng.binomial(units, 0.97)), 24 * 100
        plus, minus = (int(each) for each in rng.binomial(clean, 0.03 * 0.97, 2))
        hours = np.concatenate([rng.integers(0, 24, plus + minus), np.full(broken, 24)])
        excesses = np.concatenate([np.ones(plus), -np.ones(minus), np.ones(broken)])
        ones = np.ones(excesses.size)
        place = ("GET /x", Dimension.VOLATILE)
        quiet = np.asarray([(clean - plus - minus) // 24] * 24 + [units - broken])
        by_hour = HourlyUnits(
            begins=BEGINS, hours=25, clean={place: [(1.0, quiet)]},
            differing={place: hourly_rows(Sample(units=ones, weights=ones.copy(), excesses=excesses), hours)},
        )  # fmt: skip
        before = (units_of(plus, 1, worse=1, baseline=True), units_of(minus, 1, better=1, baseline=True))
        calm = units_of(int(quiet[:24].sum()), baseline=True)
        volatile = Evidence(
            endpoint="GET /x",
            patterns=(calm, *before, units_of(broken, 1, worse=1, baseline=True)),
            dimension=Dimension.VOLATILE,
        )
        body = {
            dimension: Evidence(endpoint="GET /x", patterns=(units_of(clean + units),), dimension=dimension)
            for dimension in (Dimension.BODY, Dimension.STATUS)
        }
        days = body | {
            Dimension.VOLATILE: Evidence(endpoint="GET /x", patterns=(calm, *before), dimension=Dimension.VOLATILE)
        }
        score = score_endpoint("GET /x", body | {Dimension.VOLATILE: volatile}, TAU, SCORING, whole_days=days)
        (score,) = precompute([score], by_hour)
        if score.log_e_block >= log_threshold(ALPHA):
            return float(units)
    return float("inf")


def c21(size: Size, rng: np.random.Generator) -> Row:
    """A hundred clean endpoints that fail a guard beside a hundred at the limit."""
    runs = size.runs(full=400, short=40)
    failing = [units_of(20_000, baseline=True), units_of(9_000, 1, better=1, baseline=True)]
    clean = [scored(*failing, name=f"GET /clean{n}") for n in range(100)]
    clean = precompute([_noisy(score) for score in clean])
    false = 0
    for _ in range(runs):
        wrong = rng.binomial(20_000, TAU, 100).tolist()
        at_limit = precompute(
            [
                scored(units_of(20_000 - k), *([units_of(k, 1, worse=1)] if k else []), name=f"GET /{n}")
                for n, k in enumerate(wrong)
            ]
        )
        names = [score.endpoint for score in (*clean, *at_limit)]
        traffic = dict.fromkeys(names, Traffic(hours=168, dates=7))
        coverage = Coverage(hours=168, missing_hours_of_day=(), traffic=traffic)
        decisions = decide_endpoints([*clean, *at_limit], POLICY, coverage)
        false += any(decision.verdict is Verdict.PROMOTE for decision in decisions.values())
    return Row(
        id="C21",
        setup="100 clean endpoints that fail a guard, 100 at the limit",
        claims=(at_most_alpha("false discovery rate of promotions", false / runs, runs),),
    )


def _noisy(score: EndpointScore) -> EndpointScore:
    from dataclasses import replace

    return replace(score, noise=0.3)


def c22(size: Size, rng: np.random.Generator) -> Row:
    """Bodies that can't be decoded, answers that never came, errors."""
    runs = size.runs(full=1_000, short=100)
    claims = []
    for name, share, seen in (
        ("40 % undecodable", 0.4, True),
        ("0.9 % unanswered", 0.009, False),
        ("0.9 % errors", 0.009, True),
    ):
        wrong = 0
        for units in rng.integers(10_000, 1_000_000, runs).tolist():
            bad = max(int(units * share), 1)
            rest = units_of(bad, 1, worse=1) if seen else units_of(bad, missing=1)
            wrong += promoted(scored(units_of(units - bad), rest))
        claims.append(_never(f"promoted, {name}", wrong, runs))
    return Row(id="C22", setup="what was not seen, or failed", claims=(*claims,))


def c23(size: Size, rng: np.random.Generator) -> Row:
    """Rules rewritten ten times on the mismatches just seen, in a launch that is at the limit."""
    runs, keys, looks = size.runs(full=20_000, short=3_000), 10, 24
    ever = np.zeros(runs, bool)
    for number in range(1, keys + 1):
        # each set of rules is scored on hours that came after it was written
        k = iid(rng, runs, looks, 1_000, TAU).cumsum(axis=1)
        n = np.arange(1, looks + 1) * 1_000.0
        logs = log_e(PROMOTE, TAU, PLAIN, np.stack([n - k, k], axis=-1).astype(float))
        ever |= (logs >= log_threshold(ALPHA / number**2)).any(axis=1)
    return Row(
        id="C23",
        setup="ten sets of rules on the same releases at the limit, 24 looks each",
        claims=(at_most_alpha("ever promoted", float(ever.mean()), runs),),
    )


def _never(name: str, count: int, runs: int) -> Claim:
    return Claim(name=name, measured=count / runs, wanted="never", high=0.0)
