import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from darklaunch.config.flat import flat
from darklaunch.config.loading.findings import section_at
from darklaunch.config.loading.load import load
from darklaunch.config.settings.model import Settings
from darklaunch.errors import ConfigError


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("scoring.tolerted_excess=1", "unknown key 'tolerted_excess', did you mean 'tolerated_excess'?"),
        ("scorring={}", "unknown key 'scorring', did you mean 'scoring'?"),
        ("noise.zebra=1", "unknown key 'zebra', wanted one of: learn, learning_hours, tolerated_excess"),
        ("scoring.alpha=x", "found 'x', wanted a number above 0 and below 0.5"),
        ("scoring.alpha='0.1'", "found '0.1', wanted a number above 0 and below 0.5"),
        ("scoring.alpha=true", "found true, wanted a number above 0 and below 0.5"),
        ("scoring.alpha=0.5", "found 0.5, wanted a number above 0 and below 0.5"),
        ("scoring.alpha=1e999", "found 1e999, wanted a number above 0 and below 0.5"),
        ("contract.minimum_sample_rate=0", "found 0, wanted a number above 0 and at most 1"),
        ("policy.maximum_noise=1.01", "found 1.01, wanted a number from 0 to 1"),
        ("policy.minimum_days=-1", "found -1, wanted a number of at least 0"),
        ("contract.minimum_rows=1.5", "found 1.5, wanted a whole number of at least 0"),
        ("policy.require_all_hours=yes", "found 'yes', wanted true or false"),
        ("policy.critical_endpoints=GET /x", "found 'GET /x', wanted a list"),
        ("policy.critical_endpoints=[GET /x, GET /x]", "found a value twice, wanted each once"),
        ("policy=[]", "found a list, wanted a mapping"),
        ("policy=", "found nothing, wanted a mapping"),
        ("captures.on_corrupt_file=stop", "found 'stop', wanted 'quarantine' or 'fail'"),
        ("captures.max_pair_gap=0s", "found '0s', wanted a duration above 0, such as 30s, 10m, 1h or 2d"),
        ("captures.max_pair_gap=1h30m", "found '1h30m', wanted a duration above 0, such as 30s, 10m, 1h or 2d"),
        (
            "launch.shadow_release=1.10",
            "found 1.10, wanted a text on one line, in quotes where it looks like a number",
        ),
        ("launch.name='  '", "found '  ', wanted a text on one line, in quotes where it looks like a number"),
        ("publish.formats=[html]", "found no json, wanted it in the list: verdict.json is always written"),
        (
            "spark.conf.spark.master=yarn",
            "found 'spark.master', wanted a key that starts with 'spark.' and is not spark.master, which stands above",
        ),
        ("spark.conf.spark.x=[1]", "found a list, wanted a text, a number, true or false"),
        *(
            (
                f"spark.master='{master}'",
                f"found '{master}', wanted none, local[*], local[4], yarn, or a URL such as spark://host:7077 or "
                "sc://host:15002",
            )
            for master in ("local[0]", "local[*", "lcal", "spark:/host", "spark://a b")
        ),
    ],
)
def test_a_finding_says_what_was_found_and_what_was_wanted(refused, override, expected):
    assert refused(override) == (f"-o {override.partition('=')[0]}: {expected}",)


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("captures.endpoints=[{}]", "captures.endpoints[0].template: found nothing, wanted a value"),
        (
            "captures.endpoints=[{template: users}]",
            "[0].template: found 'users', wanted a path template such as",
        ),
        (
            "captures.endpoints=[{template: '/{a'}]",
            "[0].template: found '/{a', wanted a path template such as",
        ),
        (
            "captures.endpoints=[{template: /a}, {template: /a}]",
            "found the template '/a' twice, wanted each once",
        ),
        (
            "publish.formats=[json, docx]",
            "publish.formats[1]: found 'docx', wanted 'html', 'json', 'csv', 'pdf', 'xlsx', 'md' or 'junit'",
        ),
        (
            "policy.critical_endpoints=[/users]",
            "[0]: found '/users', wanted an endpoint's name such as 'GET ",
        ),
        ("scoring.endpoints={/users: {tolerated_excess: 0.1}}", "found '/users', wanted an endpoint's name"),
        ("scoring.endpoints={GET /a: {}}", ".tolerated_excess: found nothing, wanted a value"),
        (
            "scoring.endpoints={GET /a: {tolerated: 0.1}}",
            "unknown key 'tolerated', did you mean 'tolerated_excess'?",
        ),
    ],
)
def test_a_finding_inside_a_list_or_a_free_mapping_names_the_element(refused, override, expected):
    assert any(expected in finding for finding in refused(override))


def test_found_values_are_cut_and_control_characters_escaped(refused):
    (finding,) = refused(f'publish.masking="\\e[31m\\u202e{"x" * 500}"')
    assert "found '\\x1b[31m\\u202exxx" in finding
    assert "xxx...'," in finding
    assert len(finding) < 150


def test_an_unknown_key_is_escaped_too(refused):
    (finding,) = refused('noise={"\\e[2J": 1}')
    assert finding.startswith("-o noise: noise.\\x1b[2J: unknown key '\\x1b[2J', ")


def test_a_section_is_found_behind_lists_and_free_mappings():
    assert section_at(("captures", "endpoints", 3)).__name__ == "EndpointTemplate"
    assert section_at(("scoring", "endpoints", "GET /x")).__name__ == "EndpointScoring"
    assert section_at(("rules", 0, "tolerance")).__name__ == "ToleranceSettings"


ANYTHING = st.recursive(
    st.sampled_from(["null", "true", "-1", "0", "2", "0.3", "1e400", "x", "''", "json", "GET /x", "spark.x", "10m"]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.dictionaries(
            st.sampled_from(["path", "ignore", "tolerance", "template", "name", "GET /x", "absolute", "spark.x"]),
            inner,
            max_size=3,
        ).map(lambda named: "{" + ", ".join(f'"{key}": {value}' for key, value in named.items()) + "}")
    ),
    max_leaves=6,
)


@settings(deadline=None)
@given(key=st.sampled_from([*flat(Settings()), *Settings.model_fields]), value=ANYTHING)
@example(key="captures.endpoints", value="[{template: 1}]")
def test_whatever_a_key_is_given_it_is_taken_or_refused_in_our_own_words(key, value):
    try:
        load(overrides=[f"{key}={value}"])
    except ConfigError as error:
        for finding in error.findings:
            assert finding.startswith(f"-o {key}: ")
            assert "another value" not in finding
            assert finding.isprintable()
