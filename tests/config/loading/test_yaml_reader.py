import pytest

from darklaunch.config.loading.tree import plain
from darklaunch.config.loading.yaml_reader import read


def reading(text):
    return read(text, lambda line: f"f:{line}")


@pytest.mark.parametrize(
    ("spelling", "value"),
    [
        ("true", True),
        ("FALSE", False),
        ("", None),
        ("~", None),
        ("null", None),
        ("-3", -3),
        ("1e-3", 0.001),
        ("1E3", 1000.0),
        (".5", 0.5),
        ("+1.", 1.0),
        ("yes", "yes"),
        ("off", "off"),
        ("0123", "0123"),
        ("1:30", "1:30"),
        ("1_000", "1_000"),
        ("2027-01-31", "2027-01-31"),
        ("1.2.3", "1.2.3"),
        ("'1'", "1"),
        ("<<", "<<"),
        ("!!int x", "x"),
        ("!!bool x", "x"),
        ("9" * 5000, "9" * 5000),
    ],
)
def test_a_scalar_is_resolved_as_yaml_1_2_has_it(spelling, value):
    result = plain(reading(f"a: {spelling}").tree)["a"]
    assert (result, type(result)) == (value, type(value))


def test_every_value_knows_the_line_of_its_key():
    tree = reading("# x\na:\n  b: 1\n  c:\n    - 2\n    - d: 3\n").tree
    inner = tree.children["a"]
    assert [inner.where, inner.children["b"].where, inner.children["c"].where] == ["f:2", "f:3", "f:4"]
    assert [item.where for item in inner.children["c"].children] == ["f:5", "f:6"]


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        ("a: 1\nb: 2\na: 3", ("f:3: found the key 'a' again, wanted it once; see f:1",)),
        (
            "x:\n  a: 1\n  a: 1\n\n1: 2",
            (
                "f:3: found the key 'a' again, wanted it once; see f:2",
                "f:5: found '1' as a key, wanted a text; put it in quotes",
            ),
        ),
        ("[a]: 1", ("f:1: found a structure as a key, wanted a text; put it in quotes",)),
    ],
)
def test_keys_that_stand_twice_or_are_no_texts_are_told(text, findings):
    assert reading(text).findings == findings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a:\n  b: c: d", "f:2: found broken YAML (mapping values are not allowed here)"),
        ("a: 1\nb: \x1b", "f:2: found broken YAML (special characters are not allowed)"),
        ("a: 1\n---\nb: 2", "f:2: found broken YAML (but found another document)"),
        ("\na: !shout x", "f:2: found broken YAML (could not determine a constructor for the tag '!shout')"),
        ("\na: !shout [x]", "f:2: found broken YAML (unknown tag !shout)"),
        ("\na: !!binary aGk=", "f:2: found broken YAML (unknown tag tag:yaml.org,2002:binary)"),
        ("\na: !!python/object/apply:os.system [ls]", "f:2: found broken YAML (unknown tag "),
        ("a: *b", "f:1: found broken YAML (found undefined alias 'b')"),
        ("a: &a [*a]", "f:1: found broken YAML (nested too deeply)"),
        ("[" * 5000, "f:1: found broken YAML (nested too deeply)"),
    ],
)
def test_broken_yaml_is_one_finding_with_its_line(text, expected):
    (finding,) = reading(text).findings
    assert finding.startswith(expected)
    assert finding.endswith("), wanted it mended, or a text put in quotes")


def test_aliases_can_be_used_but_not_to_blow_up_the_memory():
    assert plain(reading("a: &x [1]\nb: *x").tree) == {"a": (1,), "b": (1,)}
    bomb = "\n".join(f"k{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10) if i else 1}]" for i in range(12))
    (finding,) = reading(bomb).findings
    assert "(too many values)" in finding
