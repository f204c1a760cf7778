"""What a capture log holds, as plain text and as JSON."""

from collections.abc import Iterator
from typing import Any, Final

from darklaunch.capture.arm import Arm
from darklaunch.capture.endpoint import UNMATCHED
from darklaunch.capture.importers.earlier import EarlierImports
from darklaunch.contract.profile import good_profile, quarantined
from darklaunch.dry_runs import DescribedLog
from darklaunch.engine.log_stats import ArmSizes
from darklaunch.pair.funnel import Box
from darklaunch.pair.outcome import Outcome
from darklaunch.text.escape import cut, printable
from darklaunch.text.numbers import rate

_MOST_LINES: Final = 15
_MANY_ENDPOINTS: Final = 1_000
_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"


def stats_json(described: DescribedLog, imports: EarlierImports) -> dict[str, Any]:
    """The members of the JSON."""
    stats = described.stats
    return {
        "window": {"from": described.window.start.strftime(_TIME), "to": described.window.end.strftime(_TIME)},
        "files": described.files,
        "arms": {arm.value: _arm_json(described, arm, sizes) for arm, sizes in stats.sizes.items()},
        "pairing": {
            "requests": {outcome.value: count for outcome, count in stats.outcomes.most_common()},
            "completeness": described.completeness,
            "wanted_completeness": described.wanted_completeness,
        },
        "endpoints": [
            {"endpoint": name, "requests": count, "paired": stats.paired_endpoints[name]}
            for name, count in stats.endpoints.most_common()
        ],
        "passed_over": {
            "files": [{"file": each.file, "reason": each.reason} for each in described.corrupt],
            "rows": [
                {"arm": each.arm, "reason": each.reason, "rows": each.rows} for each in quarantined(stats.profiles)
            ],
            "imports": imports.imports,
            "records_of_imports": dict(imports.passed_over),
        },
        "contract": {"kept": described.judgement.success, "findings": list(described.judgement.findings)},
        "run_would_say": list(_verdicts(described)),
    }


def _arm_json(described: DescribedLog, arm: Arm, sizes: ArmSizes) -> dict[str, Any]:
    profile = good_profile(described.stats.profiles, arm.value)
    return {
        "rows": sizes.rows,
        "releases": [] if profile is None else profile.releases,
        "errors": dict(sizes.errors),
        "truncated": 0 if profile is None else profile.truncated,
        "without_latency": 0 if profile is None else profile.null_latencies,
        "without_unit": 0 if profile is None else profile.null_units,
        "bodies": sizes.bodies,
        "body_bytes": sizes.body_bytes,
        "largest_body_bytes": sizes.largest_body_bytes,
        "least_sample_rate": sizes.least_sample_rate,
        "largest_sample_rate": sizes.largest_sample_rate,
    }


def stats_text(described: DescribedLog, imports: EarlierImports) -> str:
    """The text; words of strangers are made visible."""
    lines = [
        f"{described.files:,} files, {described.window.start:{_TIME}} to {described.window.end:{_TIME}}",
        *_arm_lines(described),
        *_pairing_lines(described),
        *_endpoint_lines(described),
        *_passed_over_lines(described, imports),
        "what a run would say:",
        *(f"  {each}" for each in _verdicts(described)),
    ]
    return "\n".join(lines) + "\n"


def _arm_lines(described: DescribedLog) -> Iterator[str]:
    for arm, sizes in described.stats.sizes.items():
        profile = good_profile(described.stats.profiles, arm.value)
        releases = ", ".join(cut(each) for each in (profile.releases if profile else [])[:3])
        least, largest = sizes.least_sample_rate or 0.0, sizes.largest_sample_rate or 0.0
        sampled = rate(least) if least == largest else f"{rate(least)} to {rate(largest)}"
        yield f"  {arm.value:<10} {sizes.rows:>10,} rows, release {releases}, sampled {sampled}"
        mean = sizes.body_bytes / sizes.bodies if sizes.bodies else 0.0
        yield (
            f"  {'':<10} {sizes.bodies:>10,} bodies of {mean:,.0f} bytes on average, at most "
            f"{sizes.largest_body_bytes:,}"
        )
        if profile is not None:
            lacking = (
                ("cut bodies", profile.truncated),
                ("no latency", profile.null_latencies),
                ("no unit", profile.null_units),
                *((f"no response: {cut(error)}", count) for error, count in sizes.errors.most_common(3)),
            )
            lacks = ", ".join(f"{name} {count:,}" for name, count in lacking if count)
            if lacks:
                yield f"  {'':<10} {'':>10} {lacks}"


def _pairing_lines(described: DescribedLog) -> Iterator[str]:
    share = "none" if described.completeness is None else rate(described.completeness)
    yield f"pairing: {share} of the requests that production answered have an answer of the shadow to compare"
    for outcome, count in described.stats.outcomes.most_common():
        meaning = "has an answer of both" if outcome is Outcome.PAIRED else Box(outcome.value).meaning
        yield f"  {count:>12,}  {outcome.value}: {meaning}"


def _endpoint_lines(described: DescribedLog) -> Iterator[str]:
    endpoints = described.stats.endpoints
    yield f"endpoints: {len(endpoints):,}"
    for name, count in endpoints.most_common(_MOST_LINES):
        yield f"  {count:>12,}  {cut(name)}, {described.stats.paired_endpoints[name]:,} paired"
    if len(endpoints) > _MOST_LINES:
        yield f"  and {len(endpoints) - _MOST_LINES:,} more; --json tells all"


def _passed_over_lines(described: DescribedLog, imports: EarlierImports) -> Iterator[str]:
    rows = quarantined(described.stats.profiles)
    if not (described.corrupt or rows or imports.passed_over):
        return
    yield "passed over:"
    for file in described.corrupt[:_MOST_LINES]:
        yield f"  {printable(file.file)}: {printable(file.reason)}"
    for each in rows[:_MOST_LINES]:
        yield f"  {each.rows:>12,}  rows of {cut(each.arm)} that break the contract: {each.reason}"
    for reason, records in sorted(imports.passed_over.items(), key=lambda item: -item[1])[:_MOST_LINES]:
        yield f"  {records:>12,}  records that imports did not take: {printable(reason)}"


def _verdicts(described: DescribedLog) -> Iterator[str]:
    """What would end or hold a run of this log."""
    if described.judgement.success:
        yield "the contract is kept"
    else:
        yield from described.judgement.findings
    share, wanted = described.completeness, described.wanted_completeness
    if share is None or not described.stats.outcomes[Outcome.PAIRED]:
        yield "nothing can be compared: no request has an answer of production and one of the shadow"
    elif share < wanted:
        yield (
            f"{rate(1 - share)} of the requests were not compared, which counts against a promotion from "
            f"{rate(1 - wanted)} on; policy.minimum_completeness says how lossy the mirror may be"
        )
    if described.corrupt:
        yield f"{len(described.corrupt):,} files are lost, which holds a promotion"
    endpoints = described.stats.endpoints
    unmatched = sum(count for name, count in endpoints.items() if name.endswith(UNMATCHED))
    if unmatched:
        yield (
            f"{unmatched:,} requests match no template and are judged together; "
            "`darklaunch capture endpoints suggest` proposes captures.endpoints"
        )
    if len(endpoints) > _MANY_ENDPOINTS:
        yield f"{len(endpoints):,} endpoints are too many to judge each: name them by templates"
