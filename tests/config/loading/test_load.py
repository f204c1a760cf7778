from datetime import timedelta
from pathlib import Path

import pytest

from darklaunch.config.loading.load import load
from darklaunch.config.settings.model import Settings
from darklaunch.errors import ConfigError, UsageError

BASE = {
    "base/scoring.yaml": "scoring:\n  alpha: 0.01\n  tolerated_excess: 0.002\n",
    "base/spark.yaml": "spark:\n  master: yarn\n  conf: {spark.x: 1, spark.y: 1}\n",
    "base/policy.yaml": "policy:\n  critical_endpoints: [GET /x, GET /y]\n",
    "ci/any.yaml": "scoring: {alpha: 0.02}\nspark: {conf: {spark.y: 2}}\npolicy: {critical_endpoints: [GET /z]}\n",
}


def test_without_anything_the_defaults_hold():
    assert load() == Settings()


def test_base_wins_over_the_defaults_and_leaves_what_it_does_not_name(write):
    settings = load(conf=write(BASE))
    assert (settings.scoring.alpha, settings.scoring.tolerated_stretch) == (0.01, 2)
    assert settings.spark.master == "yarn"
    assert settings.captures == Settings().captures


def test_an_overlay_wins_over_base_key_by_key(write):
    settings = load(conf=write(BASE), env="ci")
    assert (settings.scoring.alpha, settings.scoring.tolerated_excess) == (0.02, 0.002)
    assert settings.spark.conf == {"spark.x": "1", "spark.y": "2"}


def test_an_overlay_replaces_a_list_as_a_whole(write):
    assert load(conf=write(BASE), env="ci").policy.critical_endpoints == ("GET /z",)


def test_an_overlay_that_is_not_asked_for_has_no_effect(write):
    assert load(conf=write(BASE)).scoring.alpha == 0.01


def test_the_command_line_wins_over_all_and_its_last_word_over_its_first(write):
    settings = load(conf=write(BASE), env="ci", overrides=["scoring.alpha=0.03", "scoring.alpha=0.04"])
    assert settings.scoring.alpha == 0.04
    assert settings.scoring.tolerated_excess == 0.002


def test_a_single_file_will_do(write):
    assert load(
        conf=write({"one.yaml": "captures: {max_pair_gap: 2h}"}) / "one.yaml"
    ).captures.max_pair_gap == timedelta(hours=2)


def test_a_folder_with_files_directly_in_it_will_do(write):
    settings = load(conf=write({"a.yaml": "scoring: {alpha: 0.2}", "b.yml": "policy: {minimum_days: 1}"}))
    assert (settings.scoring.alpha, settings.policy.minimum_days) == (0.2, 1)


@pytest.mark.parametrize("text", ["", "# nothing but a comment\n", "---\n", "\ufeff"])
def test_an_empty_file_says_nothing(write, text):
    assert load(conf=write({"a.yaml": text})) == Settings()


def test_what_an_editor_leaves_beside_a_file_is_not_read(write):
    assert load(conf=write({"a.yaml": "", ".a.yaml": "nonsense: 1", "a.yaml~": "nonsense: 1"})) == Settings()


def test_the_same_key_in_two_files_of_a_layer_names_both(write, refused):
    conf = write({"base/a.yaml": "scoring:\n  alpha: 0.1\n", "base/b.yaml": "scoring:\n\n  alpha: 0.1\n"})
    assert refused(conf=conf) == (
        "conf/base/b.yaml:3: scoring.alpha: found a second time, wanted it in one file only; "
        "conf/base/a.yaml:2 says it too",
    )


def test_a_section_may_be_spread_over_files(write):
    settings = load(conf=write({"a.yaml": "scoring: {alpha: 0.2}", "b.yaml": "scoring: {tolerated_excess: 0.1}"}))
    assert (settings.scoring.alpha, settings.scoring.tolerated_excess) == (0.2, 0.1)


def test_unknown_keys_and_wrong_values_of_all_layers_are_told_at_once(write, refused):
    conf = write(
        {
            "base/scoring.yaml": "# how sure\nscoring:\n  alpha: 2\n",
            "base/policy.yaml": "policy:\n  minimum_dais: 7\n",
            "ci/spark.yaml": "spark:\n  conf:\n    a: [",
        }
    )
    assert refused("captures.max_pair_gap=soon", conf=conf, env="ci") == (
        "conf/ci/spark.yaml:3: found broken YAML (expected the node content, but found '<stream end>'), "
        "wanted it mended, or a text put in quotes",
        "-o captures.max_pair_gap: found 'soon', wanted a duration above 0, such as 30s, 10m, 1h or 2d",
        "conf/base/scoring.yaml:3: scoring.alpha: found 2, wanted a number above 0 and below 0.5",
        "conf/base/policy.yaml:2: policy.minimum_dais: unknown key 'minimum_dais', did you mean 'minimum_days'?",
    )


def test_an_error_lies_where_the_value_that_holds_was_written(write, refused):
    conf = write({"base/a.yaml": "scoring: {alpha: 2}", "ci/a.yaml": "\nscoring: {alpha: 3}"})
    (finding,) = refused(conf=conf, env="ci")
    assert finding.startswith("conf/ci/a.yaml:2: scoring.alpha: found 3,")


def test_a_wrong_value_that_a_later_layer_mends_is_no_finding(write):
    assert load(conf=write({"a.yaml": "scoring: {alpha: 2}"}), overrides=["scoring.alpha=0.1"]).scoring.alpha == 0.1


def test_a_file_must_hold_a_mapping(write, refused):
    assert refused(conf=write({"a.yaml": "\n- scoring"})) == (
        "conf/a.yaml:2: found no mapping at the top, wanted keys such as 'scoring:'",
    )


def test_a_file_must_be_utf_8(write, refused):
    conf = write({"a.yaml": ""})
    (conf / "a.yaml").write_bytes(b"launch: {name: caf\xe9}")
    assert refused(conf=conf) == ("conf/a.yaml: found bytes that are not UTF-8 (at 18), wanted UTF-8",)


@pytest.mark.parametrize(
    ("files", "conf", "env", "expected"),
    [
        ({}, "nowhere", None, "--conf nowhere: found nothing there"),
        ({"readme.txt": ""}, "conf", None, r"--conf conf: found no \*.yaml in it"),
        ({"base/readme.txt": ""}, "conf", None, r"--conf conf: found no \*.yaml in base/"),
        ({"base/a.yaml": "", "b.yaml": ""}, "conf", None, "--conf conf: found base/ and b.yaml, wanted one"),
        ({"base/a.yaml": "", "ci/a.yaml": "", "prod/a.yaml": ""}, "conf", "pord", "wanted one of: ci, prod$"),
        ({"base/a.yaml": "", "ci/a.yaml": ""}, "conf/base", "ci", "--env ci: found no base/ in conf/base"),
        ({"base/a.yaml": ""}, "conf", "base", "--env base: found no such folder"),
        ({"base/a.yaml": ""}, "conf", "../conf", r"--env \.\./conf: found no such folder"),
        ({"a.yaml": ""}, "conf/a.yaml", "ci", "--env ci: found the file conf/a.yaml"),
        ({}, None, "ci", "--env ci: found no --conf"),
    ],
)
def test_a_path_or_overlay_that_is_not_there_is_a_usage_error(write, files, conf, env, expected):
    write(files)
    with pytest.raises(UsageError, match=expected) as caught:
        load(conf=None if conf is None else Path(conf), env=env)
    assert not isinstance(caught.value, ConfigError)
