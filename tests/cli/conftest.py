"""A pipeline that computes nothing, and notes what it was asked for."""

import json
from datetime import timedelta
from types import SimpleNamespace

import pytest

from darklaunch import dry_runs, pipeline
from darklaunch.capture.importers import run as importing
from darklaunch.capture.importers.account import ImportReport
from darklaunch.capture.templates import log_paths
from darklaunch.capture.templates.suggestion import SuggestedRoute, SuggestedRoutes
from darklaunch.cli.causes import accept_command
from darklaunch.config import domain
from darklaunch.diff.difference import Kind
from darklaunch.diff.rules.actions import Expected
from darklaunch.diff.rules.rule import Rule
from darklaunch.diff.rules.severity import Severity
from darklaunch.engine.log_stats import LogStats
from darklaunch.faults.detection import DetectionCount, DetectionReport, EndpointDetection, PathDetection
from darklaunch.faults.kinds import Fault
from darklaunch.noise.proposal import Proposal
from darklaunch.publish.mlflow.run import LoggedRun
from darklaunch.publish.report.json import read_verdict
from darklaunch.runs.acceptance import AcceptedCause
from darklaunch.triage.acceptance.proposing import Acceptance, AcceptingRule
from darklaunch.triage.acceptance.seen import SeenDifference
from darklaunch.window import Window
from tests.publish import sample
from tests.worlds import START


def detection(endpoint="GET /x", path="$.body.at", rule="ignore $.body.*", planted=4, paths=1):
    """What `dry_runs.run_check` returns: a rule that hides one of four faults."""
    total = DetectionCount(injected=planted, without_rules=planted, with_rules=planted - 1)
    hidden = PathDetection(path=path, fault=Fault.NULLED, ruled=True, count=total, hidden_by={rule: 1})
    return DetectionReport(
        rules=(rule,),
        outside=dict.fromkeys(Severity, DetectionCount()),
        presence_and_type=DetectionCount(),
        values=total,
        endpoints=(EndpointDetection(endpoint=endpoint, responses=4, paths=(hidden,) * paths),),
    )


def accepted(why="x"):
    """What `accept_cause` returns: a rule for a header that changed everywhere."""
    seen = SeenDifference(
        endpoint="GET /x",
        path="$.headers.server",
        kind=Kind.VALUE_CHANGED,
        production="a",
        shadow="b",
        requests=7,
    )
    rule = Rule(path=seen.path, action=Expected(production="a", shadow="b"), why=why)
    acceptance = Acceptance(rules=(AcceptingRule(rule=rule, seen=(seen,)),), refused=())
    return AcceptedCause(cause=sample.report(sample.full()).window.causes[0], acceptance=acceptance)


def import_report():
    """What `import_files` returns."""
    rows = {"production": 2, "shadow": 1}
    return ImportReport(
        format="gor", files=("a.gor",), rows=rows, passed_over=(), flaws={}, places=(), size_bytes=10, seconds=1.0
    )


def described_log():
    """What `dry_runs.run_stats` returns: a log without anything in it."""
    window = Window(start=START, end=START + timedelta(hours=1))
    return dry_runs.DescribedLog(
        window=window,
        files=1,
        corrupt=(),
        stats=LogStats(),
        judgement=SimpleNamespace(success=False, findings=("production: found 0 rows",)),
        completeness=None,
        wanted_completeness=0.999,
    )


@pytest.fixture
def requests(monkeypatch, tmp_path):
    """Replaces the pipeline; the requests that it gets, and an error for it to raise."""
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    verdict = sample.full()
    place = SimpleNamespace(work=tmp_path / "work", run=tmp_path / "run")
    place.work.mkdir(parents=True)
    (place.work / "verdict.json").write_text(json.dumps(verdict))
    finished = (place, read_verdict(verdict), LoggedRun(run_id="r", experiment_id="1", tracking_uri="sqlite:///x"))
    profiles = [SimpleNamespace(arm="production", reason=None, rows=1774)]
    results = {
        "run": finished,
        "run_validate": SimpleNamespace(profiles=profiles, folder=place),
        "run_compare": place,
        "run_score": place,
        "run_publish": finished,
        "run_suggest": Proposal(),
        "run_check": detection(),
        "run_plan": [],
        "run_stats": described_log(),
    }
    noted = SimpleNamespace(requests=[], error=None)

    def stand_in(result):
        def act(request):
            noted.requests.append((request.plan, request.out, request.window, request.again))
            if noted.error is not None:
                raise noted.error
            return result

        return act

    for name, result in results.items():
        module = dry_runs if name in {"run_validate", "run_suggest", "run_check", "run_plan", "run_stats"} else pipeline
        monkeypatch.setattr(module, name, stand_in(result))

    def note(result, *told):
        noted.requests.append(told)
        if noted.error is not None:
            raise noted.error
        return result

    def import_files(sources, importer, _account, *, arm, out, **_):
        named = {"_options", "_gor", "_tap", "_mapping"} & set(vars(importer))
        own = {name: vars(importer)[name] for name in named}
        return note(import_report(), [source.name for source in sources], own, arm, out)

    suggested = SuggestedRoute(template="/a/{id}", rows=2, example="/a/1")
    routes = SuggestedRoutes(routes=(suggested,), rows=3, unnamed_rows=2, unreadable_files=0)
    monkeypatch.setattr(importing, "import_files", import_files)
    monkeypatch.setattr(log_paths, "suggest_routes", lambda uri, known: note(routes, uri, known))
    stand_in_for_accept(noted, monkeypatch)
    return noted


def stand_in_for_accept(noted, monkeypatch):
    def plan_of(settings):
        noted.requests.append(settings)
        return domain.plan_of(settings)

    def accept_cause(folder, _report, cause_id, *, written, why):
        noted.requests.append((folder, cause_id, written, why))
        if noted.error is not None:
            raise noted.error
        return accepted(why)

    monkeypatch.setattr(accept_command, "plan_of", plan_of)
    monkeypatch.setattr(accept_command, "accept_cause", accept_cause)
