"""A log of some hours whose rows can be changed, and what a run makes of it."""

from tests.whole_runs.runs import run, verdict
from tests.worlds import row

COUNT = 4200
HOURS = (7, 8, 9)
OTHER = {"method": "POST", "path": "/orders/1", "body": {"n": 0}}


def rows_of(shadow=None, every=7):
    """4,200 requests in three hours, each of its own unit; in one of so many the shadow's row is changed."""
    return [
        row(
            f"r{n}",
            arm,
            at=HOURS[n % 3] * 3600.0 + n * 0.8,
            unit_id=f"u{n}",
            **({"body": {"n": n}} | ((shadow or {}) if arm == "shadow" and n % every == 0 else {})),
        )
        for n in range(COUNT)
        for arm in ("production", "shadow")
    ]


def judged(log, out, *more):
    assert run(log, out, *more) == 0
    return verdict(out)
