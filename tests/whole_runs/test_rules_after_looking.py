"""Is nothing promoted by rules written on the mismatches that they settle, or by a start chosen by hindsight?"""

from darklaunch.cli.main import main
from tests.whole_runs.runs import newest, run, verdict
from tests.worlds import row, write_log

IGNORE = ["-o", "rules=[{path: $.body.price, ignore: true, why: it is only the price}]"]


def never(_hour, _n):
    return False


def one_in_100(_hour, n):
    return n % 100 == 0


def at_the_start(hour, n):
    return hour < 2 and n % 10 == 0


def log(folder, hours, *, wrong=never, per_hour=1_000):
    rows = [
        row(
            f"r{hour}-{n}",
            arm,
            at=hour * 3600.0 + n,
            body={"price": 11 if arm == "shadow" and wrong(hour, n) else 10},
            unit_id=f"u{n}",
        )
        for hour in range(hours)
        for n in range(per_hour)
        for arm in ("production", "shadow")
    ]
    return write_log(folder / "captures", rows)


def window(first, last):
    return ["--from", f"2026-03-02T{first:02d}:00:00Z", "--to", f"2026-03-02T{last:02d}:00:00Z"]


def test_hours_that_were_seen_under_other_rules_do_not_count_towards_promotion(tmp_path):
    captures, out = log(tmp_path, 24, wrong=one_in_100), tmp_path / "out"
    assert run(captures, out, *window(0, 4)) == 0
    assert verdict(out)["verdict"] == "block"
    # the same hours without what was seen in them
    assert run(captures, out, *window(0, 4), *IGNORE) == 0
    report = verdict(out)
    assert (report["verdict"], report["exploratory"]) == ("hold", False)
    assert any("0 of 4 hours count towards promotion" in why for why in report["reasons"])
    page = (newest(out) / "report.html").read_text()
    assert "0 of 4 hours count towards promotion" in page
    # hours that came after, four times the evidence: 5,000 clean requests are enough for one set of rules, not for two
    assert run(captures, out, *window(4, 8), *IGNORE) == 0
    assert verdict(out)["verdict"] == "hold"
    assert run(captures, out, *window(8, 12), *IGNORE) == 0
    assert verdict(out)["verdict"] == "promote"
    assert any("As set number 2 for these releases" in why for why in verdict(out)["reasons"])


def test_exploring_on_a_fixed_log_is_said_everywhere(tmp_path, capsys):
    captures, out = log(tmp_path, 5, wrong=one_in_100), tmp_path / "out"
    assert run(captures, out) == 0
    assert run(captures, out, *IGNORE, "-o", "policy.reuse_seen_hours=true") == 0
    report = verdict(out)
    assert (report["verdict"], report["exploratory"]) == ("promote", True)
    assert any(why.startswith("Exploratory: ") for why in report["reasons"])
    assert "PROMOTE (exploratory)" in (newest(out) / "report.html").read_text()
    capsys.readouterr()
    assert main(["runs", "show", "--out", str(out)]) == 0
    assert "Exploratory: hours" in capsys.readouterr().out
    import mlflow  # late, as a run does: an early import sets up logging of its own

    mlflow.set_tracking_uri(f"sqlite:///{out}/mlflow.db")
    # of looks, not of the launch above them
    runs = mlflow.search_runs(search_all_experiments=True, filter_string="tags.`darklaunch.look` LIKE '%'")
    assert set(runs["tags.darklaunch.exploratory"]) == {"true", "null"}


def test_the_first_rules_of_a_launch_need_nothing_more(tmp_path):
    captures, out = log(tmp_path, 5), tmp_path / "out"
    assert run(captures, out) == 0
    assert verdict(out)["verdict"] == "promote"
    # the same rules again are the same launch
    assert run(captures, out) == 0
    assert verdict(out)["verdict"] == "promote"


def test_a_declared_restart_leaves_a_bad_start_behind_but_never_what_was_looked_at(tmp_path, capsys):
    captures, out = log(tmp_path, 24, wrong=at_the_start), tmp_path / "out"
    assert run(captures, out, *window(0, 6)) == 0
    assert verdict(out)["verdict"] == "block"
    hindsight = ["-o", "launch.evidence_from={at: 2026-03-02T02, why: cold cache}"]
    assert run(captures, out, *window(0, 6), *hindsight) == 2
    error = capsys.readouterr().err
    assert "launch.evidence_from: found 2026-03-02T02, wanted 2026-03-02T06 or later" in error
    forward = ["-o", "launch.evidence_from={at: 2026-03-02T06, why: cold cache}"]
    assert run(captures, out, *window(6, 23), *forward) == 0
    report = verdict(out)
    assert report["verdict"] == "promote"
    assert any("are not scored" in why and "cold cache" in why for why in report["reasons"])


def test_a_launch_that_begins_with_a_restart_does_not_score_earlier_hours(tmp_path):
    captures, out = log(tmp_path, 12, wrong=at_the_start), tmp_path / "out"
    forward = ["-o", "launch.evidence_from={at: 2026-03-02T02, why: cold cache}"]
    assert run(captures, out, *forward) == 0
    report = verdict(out)
    assert (report["verdict"], report["fleet"]["pairs"]) == ("promote", 10_000)


def test_requests_that_name_no_unit_are_said_to_be_taken_as_independent(tmp_path):
    rows = [row(f"r{n}", arm, at=float(n), body={}) for n in range(50) for arm in ("production", "shadow")]
    assert run(write_log(tmp_path / "captures", rows), tmp_path / "out") == 0
    assert any("requests are counted as independent" in why for why in verdict(tmp_path / "out")["reasons"])
