"""Flat view of the settings for the report and for MLflow: dotted keys, printable texts, secrets masked."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from darklaunch.config.loading.keys import FREE_KEYS, dotted
from darklaunch.config.loading.tree import KeyPath
from darklaunch.config.settings.model import Settings
from darklaunch.config.settings.types import Section
from darklaunch.diff.privacy.secrets import is_secret_setting, mask_uri
from darklaunch.text.escape import printable

MASK: Final = "(masked)"

_WEBHOOK: Final = ("publish", "notify", "webhook", "url")


def flat(settings: Settings) -> dict[str, str]:
    """Every setting as one line.

    Returns:
        From dotted key, as ``-o`` takes it, to the value as YAML spells it, in the order of the model.
        Elements of a list are numbered from 0 and show only what they say. Spark's secrets and passwords
        in URIs are masked.
    """
    return {dotted(path): text for path, text in _lines(settings, ())}


def _lines(value: object, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    match value:
        case Section():
            for name in type(value).model_fields:
                in_list = any(isinstance(step, int) for step in path)
                if not in_list or name in value.model_fields_set:
                    yield from _lines(getattr(value, name), (*path, name))
        case Mapping() if value:
            for key, child in value.items():
                yield from _lines(child, (*path, key))
        case tuple() if any(isinstance(child, Section) for child in value):
            for number, child in enumerate(value):
                yield from _lines(child, (*path, number))
        case _:
            yield path, _masked(path, _spelt(value))


def _spelt(value: object) -> str:
    match value:
        case bool() | None:
            text = {None: "null", True: "true", False: "false"}[value]
        case float():
            text = f"{value:.15g}"
        case timedelta():
            text = duration(value)
        case tuple():
            text = f"[{', '.join(_spelt(child) for child in value)}]"
        case Mapping():
            text = "{}"
        case datetime():
            text = f"{value:%Y-%m-%dT%H}"
        case _:  # a date is spelt as ISO has it
            text = printable(str(value))
    return text


def duration(length: timedelta) -> str:
    """A length of time in the largest unit that divides it, as the YAML takes it: ``90m``."""
    seconds = int(length.total_seconds())
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def _masked(path: KeyPath, text: str) -> str:
    is_spark = path[: len(FREE_KEYS)] == FREE_KEYS and len(path) > len(FREE_KEYS)
    if is_spark and is_secret_setting(str(path[-1]), text):
        return MASK
    if path == _WEBHOOK and text != "null":
        # its path may let anybody in who knows it
        return f"{text.partition('://')[0]}://{urlsplit(text).hostname}/{MASK}"
    return mask_uri(text, MASK)
