"""Templates that are proposed from paths."""

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darklaunch.capture.endpoint import template_pattern
from darklaunch.capture.templates.route import Route, Routes
from darklaunch.capture.templates.segments import kind_of
from darklaunch.capture.templates.suggestion import RouteSuggestions
from darklaunch.config.settings.captures import EndpointTemplate

UUID = "7d444840-9dc0-11d1-b245-5ffdce74fad2"


def suggested(paths, known=None, most=200, **options):
    suggestions = RouteSuggestions(known, **options)
    for path in paths:
        suggestions.add(path, 1)
    return {each.template: each.rows for each in suggestions.routes(most)}


@pytest.mark.parametrize(
    ("segment", "kind"),
    [
        ("17", "id"),
        ("-3", "id"),
        ("51.5074", "id"),
        (UUID, "uuid"),
        ("2026-03-02", "date"),
        ("2026-03", "date"),
        ("2026-03-02T10:00:00Z", "date"),
        ("5f2b6c0e9d", "hash"),
        ("01ARZ3NDEKTSV4RRFFQ69G5FAV", "id"),
        ("cus_NffrFeUfNV2Hib", "id"),
        ("order-10024", "id"),
        ("ann%40example.org", "email"),
        ("eyJhbGciOiJIUzI1NiJ9", "token"),
        ("users", None),
        ("v1", None),
        ("facade", None),
        ("well-known", None),
        ("utf-8", None),
    ],
)
def test_kinds_of_segments(segment, kind):
    assert kind_of(segment) == kind


def test_values_become_variables_and_words_stay():
    paths = [f"/users/{n}" for n in range(50)] + ["/users/me", "/users/7/orders", "/users/8/orders/2026-03-02"]
    assert suggested([*paths, f"/carts/{UUID}", "/v1/health", "/"]) == {
        "/": 1,
        "/carts/{uuid}": 1,
        "/users/me": 1,
        "/users/{id}": 50,
        "/users/{id}/orders": 1,
        "/users/{id}/orders/{date}": 1,
        "/v1/health": 1,
    }


def test_endings_stay():
    assert suggested(["/a/1.json", "/a/2.json", "/a/3"]) == {"/a/{id}": 1, "/a/{id}.json": 2}


def test_many_different_words_are_slugs():
    paths = [f"/posts/{letter}{other}-story" for letter in string.ascii_lowercase for other in "xyz"]
    assert suggested(paths) == {"/posts/{slug}": 78}
    assert suggested([f"{path}/edit" for path in paths] + paths) == {"/posts/{slug}": 78, "/posts/{slug}/edit": 78}


def test_what_a_description_names_needs_no_proposal():
    known = Routes((Route(template="/users/{name}", name="/users/{name}"),))
    assert suggested(["/users/ann", "/users/bob", "/x/1"], known) == {"/users/{name}": 2, "/x/{id}": 1}


def test_there_are_never_more_than_asked_for():
    paths = [f"/{a}/{b}/{c}" for a in "abcdefg" for b in "hijklmn" for c in "opqrstu"]
    found = suggested(paths, most=20)
    assert len(found) <= 20
    assert sum(found.values()) == len(paths)


segment = st.one_of(
    st.text(min_size=1, max_size=6), st.integers().map(str), st.uuids().map(str), st.sampled_from("abc")
)
paths = st.lists(
    st.lists(segment.map(lambda s: s.replace("/", "")).filter(bool), max_size=5).map(lambda s: "/" + "/".join(s)),
    max_size=60,
)


@given(paths, st.integers(1, 4))
def test_every_path_fits_a_template_that_settings_take(seen, most_words):
    found = suggested(seen, most_words=most_words, most=1000)
    patterns = [re.compile(template_pattern(template)) for template in found]
    assert sum(found.values()) == len(seen)
    for path in seen:
        if "\n" not in path:
            assert any(pattern.search(path) for pattern in patterns), (path, found)
    for template in found:
        EndpointTemplate(template=template)


def test_memory_does_not_grow_with_the_paths(monkeypatch):
    from darklaunch.capture.templates import suggestion

    monkeypatch.setattr(suggestion, "_MOST_NODES", 500)
    suggestions = RouteSuggestions()
    letters = string.ascii_lowercase
    for n in range(20_000):
        suggestions.add("/" + "/".join(letters[n // 26**k % 26] for k in range(3)) + f"/{n}.x{letters[n % 26]}", 1)
    assert sum(1 for _ in suggestion._nodes(suggestions._root)) < 1_500
