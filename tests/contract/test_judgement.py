import json
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import pytest

from darklaunch.config.domain import contract_limits
from darklaunch.config.settings.model import Settings
from darklaunch.contract.checks import Check
from darklaunch.contract.great_expectations import validate
from darklaunch.contract.judgement import Judgement, judge_profile, raise_if_broken
from darklaunch.contract.measures import measure
from darklaunch.contract.profile import ArmProfile
from darklaunch.errors import ContractError
from darklaunch.window import Window
from tests.contract.profiles import START, profile, profile_of

pytestmark = pytest.mark.slow
WINDOW = Window(start=START, end=START + timedelta(hours=1))
LIMITS = contract_limits(Settings())


def judged(*profiles: ArmProfile, **settings: object) -> Judgement:
    return judge_profile(profiles, replace(LIMITS, **settings), window=WINDOW)


def lines_of(*profiles: ArmProfile, **settings: object) -> list[str]:
    with pytest.raises(ContractError) as refusal:
        raise_if_broken(judged(*profiles, **settings))
    return str(refusal.value).splitlines()


BOTH = (profile("production"), profile("shadow"))


def test_a_sound_profile_meets_every_expectation_and_is_not_refused():
    judgement = judged(*BOTH, profile("baseline"))
    assert judgement.success
    assert all(each.success for each in judgement.expectations)
    assert {each.arm for each in judgement.expectations} == {"log", "production", "shadow", "baseline"}
    raise_if_broken(judgement)


def test_a_baseline_without_rows_is_simply_absent():
    judgement = judged(*BOTH)
    assert judgement.success
    assert "baseline" not in {each.arm for each in judgement.expectations}


@pytest.mark.parametrize(
    ("changes", "expectation", "setting"),
    [
        ({"requests": 949}, "duplicate share", "maximum_duplicate_share"),
        ({"errors": 51}, "error share", "maximum_error_share"),
        ({"truncated": 101}, "truncated share", "maximum_truncated_share"),
        ({"other_requests": 11}, "other request share", "maximum_other_request_share"),
    ],
)
def test_a_share_above_its_maximum_is_refused_and_named(changes, expectation, setting):
    (line,) = lines_of(profile("production"), profile("shadow", **changes))
    assert line.startswith(f"shadow: {expectation}: found ")
    assert f"contract.{setting}" in line


def test_a_share_at_its_maximum_passes():
    assert judged(profile("production"), profile("shadow", errors=50, truncated=100, requests=950)).success


def test_units_may_be_null_unless_the_settings_say_otherwise():
    rows = (profile("production", null_units=1000), profile("shadow"))
    assert judged(*rows).success
    (line,) = lines_of(*rows, maximum_null_unit_share=0.5)
    assert line.startswith("production: null unit share: found 100 % of 1,000 rows, wanted at most 50.0 %")


def test_rows_set_apart_are_a_share_of_the_rows_of_the_window():
    production = profile("production", rows=5000, rows_in_window=99)
    lines = lines_of(production, profile_of("production", 2, "bad_status"), profile("shadow"))
    assert any("found 1.98 % (2 rows: bad_status 2), wanted at most 1.00 %" in line for line in lines)


def test_rows_of_an_unknown_arm_count_against_the_log():
    (line,) = lines_of(*BOTH, profile_of("canary", 30, "unknown_arm"), profile_of(None, 30, "unknown_arm"))
    assert line.startswith("capture log: quarantined share: found 2.91 % (60 rows: unknown_arm 60)")


def test_rows_of_a_release_that_the_settings_left_out_break_nothing():
    assert judged(*BOTH, profile_of("production", 5000, "other_release")).success


def test_a_window_without_rows_is_one_line_that_says_which_window():
    (line,) = lines_of()
    assert "holds no rows between 2026-03-02T14:00:00Z and 2026-03-02T15:00:00Z" in line
    assert "check --from, --to" in line


def test_a_log_with_one_arm_only_is_told_which_arm_is_missing():
    (line,) = lines_of(profile("production"))
    assert line.startswith("shadow: the log has no shadow rows between 2026-03-02T14:00:00Z")
    assert "production has 1,000" in line
    (line,) = lines_of(profile("shadow"))
    assert line.startswith("production: the log has no production rows")


def test_an_arm_whose_rows_were_all_set_apart_says_so():
    lines = lines_of(profile("production"), profile_of("shadow", 7, "bad_status"))
    assert any("no good shadow rows" in line and "set apart: bad_status 7" in line for line in lines)


def test_where_all_rows_were_set_apart_each_arm_says_so_and_the_log_adds_nothing():
    lines = lines_of(profile_of("production", 5, "bad_status"), profile_of("shadow", 7, "bad_status"))
    assert [line.split(":")[0] for line in lines] == ["capture log", "production", "production", "shadow", "shadow"]
    assert [line for line in lines if "wanted at least" in line] == [
        f"{arm}: the log has no good {arm} rows between 2026-03-02T14:00:00Z and 2026-03-02T15:00:00Z "
        f"(set apart: bad_status {count}), wanted at least 1; mend the recorder"
        for arm, count in (("production", 5), ("shadow", 7))
    ]


def test_a_check_that_can_not_be_made_is_neither_met_nor_failed():
    wrong = Check(arm="log", column="no_such_measure", expectation="", found="", wanted="", do="", minimum=0)
    with pytest.raises(RuntimeError, match=r"Great Expectations failed: .*no_such_measure"):
        validate(measure(BOTH), [wrong])


def test_production_rows_around_the_window_are_not_in_it():
    (line,) = lines_of(profile("production", rows_in_window=0), profile("shadow"))
    assert line.startswith("production: the log has no production rows between")


def test_shadow_rows_may_come_after_the_window():
    assert judged(profile("production"), profile("shadow", rows_in_window=0)).success


def test_too_few_rows_are_refused_with_both_numbers():
    lines = lines_of(*BOTH, minimum_rows=1001)
    assert "production: rows: found 1,000 rows, wanted at least 1,001" in lines[0]
    assert len(lines) == 2


def test_no_rows_at_all_pass_where_the_settings_ask_for_none():
    assert judged(minimum_rows=0).success


@pytest.mark.parametrize("arm", ["production", "shadow"])
def test_several_releases_in_an_arm_are_refused_with_the_setting_that_chooses(arm):
    rows = [profile(each, releases=["1.0", "1.1"] if each == arm else ["3"]) for each in ("production", "shadow")]
    (line,) = lines_of(*rows)
    assert f"{arm}: releases: found 2: 1.0 ({arm}), 1.1 ({arm}), wanted exactly one" in line
    assert f"launch.{arm}_release" in line


def test_a_baseline_of_another_release_than_production_is_refused():
    (line,) = lines_of(*BOTH, profile("baseline", releases=["0.9"]))
    assert "0.9 (baseline), 1.0 (production)" in line


def test_what_strangers_named_a_release_reaches_no_terminal_raw():
    (line,) = lines_of(profile("production", releases=["1\x1b[31m", "x" * 500]), profile("shadow"))
    assert "\x1b" not in line
    assert len(line) < 300


def test_statuses_outside_of_http_are_refused():
    (line,) = lines_of(profile("production", maximum_status=700), profile("shadow"))
    assert "maximum status: found 700, wanted 100 to 599" in line


def test_an_arm_of_errors_only_has_no_status_to_judge():
    dead = profile("shadow", errors=1000, minimum_status=None, maximum_status=None)
    assert judged(profile("production"), dead, maximum_error_share=1.0).success


def test_rows_without_a_time_are_refused():
    (line,) = lines_of(profile("production", first_captured_at=None), profile("shadow"))
    assert line.startswith("production: first captured_at: found none")


def test_the_result_is_great_expectations_own_and_json():
    judgement = judged(*BOTH)
    assert judgement.result["statistics"]["evaluated_expectations"] == len(judgement.expectations)
    assert judgement.result["meta"]["great_expectations_version"]
    json.dumps(judgement.result, allow_nan=False)


def test_a_judgement_contradicting_itself_cannot_be_built():
    with pytest.raises(ValueError, match="findings"):
        Judgement(success=True, expectations=(), findings=("production: ...",), result={})


QUIET = """
import json, sys
from test_judgement import BOTH, judged, profile
json.dump(judged(*BOTH, profile("baseline", errors=900)).result, sys.stdout)
"""


def test_judging_writes_no_file_and_nothing_to_stderr_and_the_same_bytes_every_time(tmp_path, request):
    outputs = []
    for seed in ("1", "2"):
        paths = [str(request.path.parent), *sys.path]
        code = f"import sys; sys.path[:0] = {paths!r}\n{QUIET}"
        home = tmp_path / seed
        home.mkdir()
        done = subprocess.run(  # noqa: S603 - this very interpreter
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            cwd=home,
            env={"PYTHONHASHSEED": seed, "HOME": str(home), "PATH": ""},
        )
        assert not done.stderr
        assert not list(home.rglob("*"))
        outputs.append(done.stdout)
    assert outputs[0] == outputs[1]
