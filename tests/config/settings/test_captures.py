"""Templates of paths, from the YAML to the endpoint that a path belongs to."""

import re

import pytest

from darklaunch.capture.endpoint import template_pattern
from darklaunch.config.loading.load import load
from darklaunch.errors import ConfigError


def endpoint_of(path, *templates):
    """The first template of the settings that a path fits."""
    said = ", ".join(f"{{template: '{template}'}}" for template in templates)
    endpoints = load(overrides=[f"captures.endpoints=[{said}]"]).captures.endpoints
    return next((endpoint.name for endpoint in endpoints if re.search(template_pattern(endpoint.template), path)), None)


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/files/a", "/files/{rest...}"),
        ("/files/a/b/c.txt", "/files/{rest...}"),
        ("/files/a/b/raw", "/files/{rest...}/raw"),
        ("/users/7", "/users/{id}"),
        ("/files", None),
        ("/users/7/posts", None),
    ],
)
def test_a_rest_is_one_segment_or_more(path, template):
    assert endpoint_of(path, "/files/{rest...}/raw", "/files/{rest...}", "/users/{id}") == template


@pytest.mark.parametrize("template", ["/{...}", "/{rest..}", "/{rest....}", "/{rest...x}", "/{a.b}", "/{rest...", "x"])
def test_other_dots_in_braces_are_refused(template):
    with pytest.raises(
        ConfigError, match=re.escape("wanted a path template such as '/users/{id}' or '/files/{rest...}'")
    ):
        endpoint_of("/x", template)
