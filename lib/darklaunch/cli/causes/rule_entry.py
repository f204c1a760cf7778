"""A rule as an entry of ``rules:``, in the words of the configuration, and as YAML that it reads back alike."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import yaml

from darklaunch.config.domain import rule_set
from darklaunch.config.loading.load import load
from darklaunch.diff.rules.action import Action
from darklaunch.diff.rules.actions import ANYTHING, Expected, Ignore, Matches, NormalisedText, Tolerance, Within
from darklaunch.diff.rules.array_actions import Key, Unordered
from darklaunch.diff.rules.rule import Rule
from darklaunch.errors import ConfigError

_UNITS: Final = ((86_400, "d"), (3600, "h"), (60, "m"), (1, "s"))
_LIKE_A_NUMBER: Final = re.compile(r"[-+.~0-9]")


def entry_of(rule: Rule) -> dict[str, Any]:
    """The entry of a rule.

    Raises:
        ValueError: no configuration can hold its action.
    """
    action = _action(rule.action)
    optional = {
        "severity": rule.severity.value if rule.severity else None,
        "endpoint": rule.endpoint,
        "owner": rule.owner,
        "expires": rule.expires.isoformat() if rule.expires else None,
    }
    return {
        "path": rule.path,
        **action,
        "why": rule.why,
        **{key: value for key, value in optional.items() if value is not None},
    }


def _action(action: Action | None) -> dict[str, Any]:
    match action:
        case None:
            return {}
        case Ignore(presence=presence):
            return {"ignore": True} if presence else {"ignore": True, "presence": False}
        case Tolerance(absolute=absolute, relative=relative):
            bounds = {"absolute": absolute, "relative": relative}
            return {"tolerance": {name: bound for name, bound in bounds.items() if bound}}
        case Within(seconds=seconds):
            size, unit = next((size, unit) for size, unit in _UNITS if seconds % size == 0)
            return {"within": f"{int(seconds // size)}{unit}"}
        case Unordered():
            return {"unordered": True}
        case Key(member=member):
            return {"key": member}
        case Matches(regex=regex):
            return {"pattern": regex}
        case NormalisedText(case=case, whitespace=whitespace):
            settings = {"case": "ignore" if case else None, "whitespace": "collapse" if whitespace else None}
            return {"text": {name: setting for name, setting in settings.items() if setting}}
        case Expected(production=production, shadow=shadow):
            sides = {"from": production, "to": shadow}
            return {"expected": {name: side for name, side in sides.items() if side is not ANYTHING}}
        case _:
            raise ValueError(f"found {action!r}, wanted an action that a configuration can hold")


class _Dumper(yaml.SafeDumper):
    """Puts texts in quotes that YAML 1.2 would read as numbers, and YAML 1.1, which PyYAML writes, would not."""


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="'" if _LIKE_A_NUMBER.match(text) else None)


_Dumper.add_representer(str, _represent_text)


def as_block(entries: Sequence[Mapping[str, Any]]) -> str:
    """Entries as a block sequence, one line a key."""
    return str(yaml.dump([dict(each) for each in entries], Dumper=_Dumper, sort_keys=False, width=10_000))


def as_flow(entry: Mapping[str, Any]) -> str:
    """An entry as a flow mapping on one line."""
    return str(yaml.dump(dict(entry), Dumper=_Dumper, sort_keys=False, width=10**9, default_flow_style=True)).strip()


def finding(rule: Rule) -> str | None:
    """What the configuration would say against a rule; None: it takes it as it is meant."""
    try:
        settings = load(overrides=[f"rules=\n{as_block([entry_of(rule)])}"])
        (read,) = rule_set(settings.rules).rules
    except ConfigError as error:
        return "; ".join(error.findings)
    return None if read == rule else f"would be read as {read.name!r}"
