"""Files that name routes."""

import json

import pytest

from darklaunch.capture.templates.files import read_routes
from darklaunch.errors import UsageError

OPENAPI = {
    "openapi": "3.1.0",
    "servers": [{"url": "https://shop.example/v1/"}, {"url": "/{region}"}],
    "paths": {"/users/{user.id}": {}, "/users/me": {}, "/files/{name}.json": {}, "x-own": {}},
}


def routes(tmp_path, text, name="routes.yaml"):
    (tmp_path / name).write_text(text)
    return read_routes(str(tmp_path / name))


def test_a_list_keeps_its_order_and_its_names(tmp_path):
    found = routes(tmp_path, "- {template: '/a/{id}', name: a thing}\n- /a/b\n- {template: /c}\n")
    assert [(route.template, route.name) for route in found.routes] == [
        ("/a/{id}", "a thing"),
        ("/a/b", "/a/b"),
        ("/c", "/c"),
    ]
    assert found.name_of("/a/b") == "a thing"
    assert found.name_of("/d") is None


def test_settings_hold_routes(tmp_path):
    found = routes(tmp_path, "captures: {endpoints: [{template: '/a/{id}'}]}")
    assert found.name_of("/a/1/") == "/a/{id}"


@pytest.mark.parametrize("write", [json.dumps, lambda document: __import__("yaml").safe_dump(document)])
def test_an_openapi_description_names_paths_under_its_servers(tmp_path, write):
    found = routes(tmp_path, write(OPENAPI))
    names = [
        found.name_of(path) for path in ("/v1/users/me", "/v1/users/7", "/eu/users/7", "/v1/files/a.json", "/users/7/x")
    ]
    assert names == ["/v1/users/me", "/v1/users/{user_id}", "/{region}/users/{user_id}", "/v1/files/{name}.json", None]


def test_a_swagger_description_has_a_base_path(tmp_path):
    document = {"swagger": "2.0", "basePath": "/api", "paths": {"/pets/{petId}": {}}}
    assert routes(tmp_path, json.dumps(document)).name_of("/api/pets/7") == "/api/pets/{petId}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a: [",
        "7",
        "[]",
        "paths: {}",
        "- {name: x}",
        "- relative",
        "- '/a b'",
        "[" * 5000,
        "- {template: /a, name: ' '}",
    ],
)
def test_anything_else_is_refused_in_one_line(tmp_path, text):
    with pytest.raises(UsageError, match=r"--endpoints: found .*wanted") as error:
        routes(tmp_path, text)
    assert "\n" not in str(error.value)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(UsageError, match="can't be read"):
        read_routes(str(tmp_path / "none.yaml"))
