"""Loader of the settings: layers of YAML become one frozen value, or every finding at once.

    defaults < base < environment overlay < command line

A single file, or a folder without ``base/``, stands in the place of base. Mappings are merged key by key,
everything else, lists included, is replaced as a whole.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from darklaunch.config.loading.files import layers_of, read_layer
from darklaunch.config.loading.findings import findings_of
from darklaunch.config.loading.override import read_override
from darklaunch.config.loading.tree import Branch, Node, overlay, plain
from darklaunch.config.settings.model import Settings
from darklaunch.config.settings.types import Section
from darklaunch.errors import ConfigError

Top = TypeVar("Top", bound=Section)


def load(*, conf: Path | None = None, env: str | None = None, overrides: Sequence[str] = ()) -> Settings:
    """Loads the settings of a run, as ``load_as`` does."""
    return load_as(Settings, conf=conf, env=env, overrides=overrides)


def load_as(top: type[Top], *, conf: Path | None = None, env: str | None = None, overrides: Sequence[str] = ()) -> Top:
    """Loads settings.

    Args:
        top: the section that holds all others.
        conf: a YAML file; a folder of them; or a folder with ``base/`` and overlays. None: defaults only.
        env: the overlay, a folder beside ``base/``.
        overrides: ``key.path=value`` each, the value in YAML; of two for one key the later wins.

    Raises:
        UsageError: there is no such path or overlay.
        ConfigError: holds every finding, each with file, line and key where known.
    """
    readings = [read_layer(files) for files in layers_of(conf, env)]
    readings += [read_override(override) for override in overrides]
    tree: Node = Branch()
    findings: list[str] = []
    for reading in readings:
        findings += reading.findings
        tree = tree if reading.tree is None else overlay(tree, reading.tree)
    try:
        settings = top.model_validate(plain(tree))
    except ValidationError as error:
        raise ConfigError([*findings, *findings_of(error, tree, top)]) from error
    if findings:
        raise ConfigError(findings)
    return settings
