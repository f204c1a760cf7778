"""Does a change that is meant hide a bug, and is only the bug left once the change is accepted?"""

import json

import pytest
import yaml

from darklaunch.cli.main import main
from tests.whole_runs.runs import newest, run, verdict
from tests.worlds import HEADERS, row, write_log

ENDPOINTS = [f"/things/{n}" for n in range(18)] + ["/search"]
PLAIN = "/plain"
HEADER = "$.headers['x-powered-by']"
CONF = """\
# what we expect
launch:
  name: shop   # as in the wiki
rules:
  # written long ago
  - path: $.body.took_ms
    ignore: true
    why: a clock   # of each host
policy: {minimum_days: 0}
"""


def exchange(endpoint, n, arm, *, losing):
    """One response: a header that the release changes where the service sets one, and results that it loses."""
    headers = [] if endpoint == PLAIN else [("x-powered-by", "Express 5" if arm == "shadow" else "Express")]
    items = [{"id": n + each, "name": f"thing {n + each}"} for each in range(4)]
    if arm == "shadow" and endpoint == "/search" and losing and n % 3 == 0:
        items = items[:1]
    body = {"items": items, "took_ms": n % 7 + (arm == "shadow")}
    common = {"at": float(n), "endpoint": endpoint, "path": endpoint, "response_headers": [*HEADERS, *headers]}
    return row(f"{endpoint}-{n}", arm, body=body, unit_id=f"u{n}", **common)


def world(folder, endpoints=ENDPOINTS, *, losing=True, pairs=60):
    rows = [
        exchange(endpoint, n, arm, losing=losing)
        for endpoint in endpoints
        for n in range(pairs)
        for arm in ("production", "shadow")
    ]
    return write_log(folder / "log", rows)


def conf_file(folder):
    file = folder / "darklaunch.yaml"
    file.write_text(CONF)
    return file


def causes(out):
    return [
        ([path["path"] for path in cause["paths"]], cause["endpoint"], len(cause["endpoints"]), cause["requests"])
        for cause in verdict(out)["causes"]
    ]


LOST = (["$.body.items[*]"], "GET /search", 1, 20)


def test_the_lost_results_stand_first_and_the_header_once_and_only_the_former_is_left_once_it_is_accepted(
    tmp_path, capsys
):
    log, out, conf = world(tmp_path), tmp_path / "out", conf_file(tmp_path)
    assert run(log, out, "--conf", str(conf)) == 0
    assert causes(out) == [LOST, ([HEADER], "GET /search", 19, 1140)]
    lost, header = verdict(out)["causes"]
    assert (header["systematic"], header["probably_meant"], header["everywhere"]) == (True, True, True)
    assert {each["share"] for each in header["endpoints"]} == {1.0}
    assert (lost["systematic"], lost["severity"]) == (False, "high")
    first_launch, page = newest(out).parents[1], (newest(out) / "report.html").read_text()
    assert page.index("$.body.items[*]") < page.index("systematic, probably meant")
    capsys.readouterr()

    accept = [
        "rules",
        "accept",
        header["id"],
        "--why",
        "Express 5 names itself",
        "--conf",
        str(conf),
        "--out",
        str(out),
    ]
    assert main([*accept, "--write"]) == 0
    printed = capsys.readouterr()
    rule = {"path": HEADER, "expected": {"from": "Express", "to": "Express 5"}, "why": "Express 5 names itself"}
    assert yaml.safe_load(printed.out) == {"rules": [rule]}
    assert f"added 1 rule to {conf}" in printed.err
    written = conf.read_text()
    assert yaml.safe_load(written)["rules"] == [*yaml.safe_load(CONF)["rules"], rule]
    assert [line for line in written.splitlines() if line in CONF.splitlines()] == CONF.splitlines()

    assert run(log, out, "--conf", str(conf)) == 0
    assert newest(out).parents[1] != first_launch
    assert causes(out) == [LOST]
    assert verdict(out)["causes"][0]["id"] == lost["id"]
    capsys.readouterr()
    assert (
        main(["runs", "diff", str(next((first_launch / "runs").iterdir())), "latest", "--out", str(out), "--json"]) == 0
    )
    turnover = json.loads(capsys.readouterr().out)["causes"]
    assert [[each["id"] for each in turnover[name]] for name in ("new", "gone", "persistent")] == [
        [],
        [header["id"]],
        [lost["id"]],
    ]


def test_what_is_not_everywhere_is_accepted_at_its_endpoints_only(tmp_path, capsys):
    log, out, conf = world(tmp_path, [*ENDPOINTS, PLAIN]), tmp_path / "out", conf_file(tmp_path)
    assert run(log, out, "--conf", str(conf)) == 0
    header = verdict(out)["causes"][1]
    capsys.readouterr()
    accept = ["rules", "accept", header["id"][:6], "--why", "meant", "--conf", str(conf), "--out", str(out)]
    assert main([*accept, "--json"]) == 0
    proposed = json.loads(capsys.readouterr().out)
    assert (proposed["cause"], proposed["written"], proposed["left"]) == (header["id"], None, [])
    assert sorted(rule["endpoint"] for rule in proposed["rules"]) == sorted(f"GET {each}" for each in ENDPOINTS)
    assert conf.read_text() == CONF


def test_a_cause_keeps_its_id_from_look_to_look_while_it_grows(tmp_path):
    rows = []
    for n in range(120):
        hour = n // 60
        shadow = {"price": 11, **({"tax": 2, "sum": 13} if hour else {})}
        common = {"at": 3600.0 * hour + n, "unit_id": f"u{n}"}
        rows.append(row(f"r{n}", "production", body={"price": 10, "tax": 1, "sum": 11}, **common))
        rows.append(row(f"r{n}", "shadow", body={"price": 10, "tax": 1, "sum": 11} | shadow, **common))
    log, out = write_log(tmp_path / "log", rows), tmp_path / "out"
    told = []
    for hour in (0, 1):
        window = ["--from", f"2026-03-02T{hour:02d}:00:00Z", "--to", f"2026-03-02T{hour + 1:02d}:00:00Z"]
        assert run(log, out, *window) == 0
        (cause,) = verdict(out)["causes"]
        told.append((cause["id"], len(cause["paths"])))
    (first, one), (second, three) = told
    assert (one, three) == (1, 3)
    assert first == second


def test_systematic_changes_are_suggested_also_where_there_is_no_baseline(tmp_path, capsys):
    log, out, conf = world(tmp_path, pairs=20), tmp_path / "out", conf_file(tmp_path)
    suggest = ["rules", "suggest", "--captures", str(log), "--conf", str(conf), "--out", str(out), "--master", "none"]
    assert main(suggest) == 2
    assert "found no baseline arm" in capsys.readouterr().err
    assert run(log, out, "--conf", str(conf)) == 0
    capsys.readouterr()
    assert main(suggest) == 0
    printed = capsys.readouterr()
    (rule,) = yaml.safe_load(printed.out)["rules"]
    assert (rule["path"], rule["expected"]) == (HEADER, {"from": "Express", "to": "Express 5"})
    assert "systematic" in rule["why"]
    assert "found no baseline arm" in printed.err


def test_accepting_the_bug_asks_for_a_wide_rule_and_a_second_time_is_refused(tmp_path, capsys):
    log, out, conf = world(tmp_path, pairs=20), tmp_path / "out", conf_file(tmp_path)
    assert run(log, out, "--conf", str(conf)) == 0
    lost = verdict(out)["causes"][0]
    accept = ["rules", "accept", lost["id"], "--why", "fewer", "--conf", str(conf), "--out", str(out), "--write"]
    capsys.readouterr()
    assert main(accept) == 0
    (rule,) = yaml.safe_load(capsys.readouterr().out)["rules"]
    assert rule == {
        "path": "$.body.items[*]",
        "ignore": True,
        "presence": False,
        "why": "fewer",
        "endpoint": "GET /search",
    }
    written = conf.read_text()
    assert main(accept) == 2
    assert "holds there; change that one" in capsys.readouterr().err
    assert conf.read_text() == written


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["0" * 12, "--why", "x"], "wanted the id of a cause of the newest run; it has"),
        (["{id}", "--why", " "], "--why: found ''"),
        (["{id}"], "--why: found ''"),
        (["{id}", "--why", "x", "--write", "-o", "rules=[]"], "found -o rules=..."),
        (["{id}", "--why", "x", "--write"], "found no --conf"),
    ],
)
def test_what_can_not_be_accepted_is_refused_clearly(tmp_path, capsys, words, said):
    log, out = world(tmp_path, ENDPOINTS[-3:], pairs=10), tmp_path / "out"
    assert run(log, out) == 0
    header = verdict(out)["causes"][-1]
    assert main(["rules", "accept", *(word.format(id=header["id"]) for word in words), "--out", str(out)]) == 2
    assert said in capsys.readouterr().err
