"""pair, diff and evidence: from the rows of a window to what is known of it, on disk."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from pyspark.sql import SparkSession

from darklaunch.config.flat import flat
from darklaunch.contract.profile import quarantined
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.rules.rule_set import RuleSet
from darklaunch.evidence import panel_store, store
from darklaunch.pair.funnel import funnel
from darklaunch.pair.headers import PRESENCE_ONLY_HEADERS
from darklaunch.request import Request, Stage
from darklaunch.stages.again import causes_taken, compare_again, compare_taken, evidence_again
from darklaunch.stages.noise import Known, freeze, learn
from darklaunch.stages.validate import Apart, Taken, validate
from darklaunch.stages.window import Compared
from darklaunch.storage.atomic import write_json
from darklaunch.storage.run_folder import FACTS, RunFolder


def compare(request: Request, rules: RuleSet, spark: Callable[[], SparkSession], apart: Apart = ()) -> RunFolder:
    """Compares a window and replaces the evidence of its hours.

    Returns:
        Where the run is made: it now holds ``pairs/``, ``differences/``, ``contract.json`` and ``facts.json``.
    """
    taken = validate(request, rules, spark, apart)
    known = learn(request, rules, taken, spark)
    compared = compare_taken(request, known.rules, taken, spark)
    if known.fresh is not None:
        again = partial(evidence_again, known=known, taken=taken, spark=spark, apart=apart)
        lost_hours = compare_again(request, taken, compared.evidence.slice(0, 0), again)
        known = replace(known, told={**known.told, "lost_hours": lost_hours})
    store.upsert(taken.place.launch, taken.window, compared.evidence)
    panel_store.upsert(taken.place.launch, taken.window, compared.panel)
    freeze(taken.place, known)
    request.stage(Stage.CAUSES)
    found = causes_taken(request, taken, spark)
    write_json(taken.place.work / FACTS, {**_facts(request, known, taken, compared), "causes": found})
    return taken.place


def _facts(request: Request, known: Known, taken: Taken, compared: Compared) -> dict[str, Any]:
    launch = taken.launch
    names = ("name", "key", "production_release", "shadow_release", "rules_digest")
    return {
        "launch": {name: getattr(launch, name) for name in names},
        "window": {"from": taken.window.start.isoformat(), "to": taken.window.end.isoformat()},
        "baseline": taken.baseline,
        "noise": known.told,
        "funnel": funnel(compared.outcomes, taken.profiles),
        "quarantine": [asdict(apart) for apart in quarantined(taken.profiles)],
        "conflicting_duplicates": sum(outcome["conflicting"] for outcome in compared.outcomes),
        "contract": {
            "success": True,
            "expectations": [asdict(expectation) for expectation in taken.expectations],
            "corrupt_files": [asdict(file) for file in taken.files.corrupt],
        },
        "rules": [_rule(rule, compared.settled.get(rule.name, 0)) for rule in known.rules.rules],
        "presence_only_headers": list(PRESENCE_ONLY_HEADERS),
        "settings": flat(request.settings),
        "statuses": _by_endpoint(compared.statuses),
        "differences": _by_endpoint(compared.top_differences),
        "window_pairs": _pairs(compared.statuses),
    }


def _rule(rule: Rule, requests: int) -> dict[str, Any]:
    return {
        "rule": rule.name,
        "why": rule.why,
        "endpoint": rule.endpoint,
        "owner": rule.owner,
        "expires": rule.expires.isoformat() if rule.expires else None,
        "requests": requests,
    }


def _by_endpoint(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    grouped: dict[str, list[Mapping[str, Any]]] = {}
    for row in sorted(rows, key=lambda row: json.dumps(row, sort_keys=True)):
        grouped.setdefault(row["endpoint"], []).append(row)
    return dict(sorted(grouped.items()))


def _pairs(statuses: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    pairs: dict[str, int] = {}
    for row in statuses:
        pairs[row["endpoint"]] = pairs.get(row["endpoint"], 0) + row["requests"]
    return dict(sorted(pairs.items()))
