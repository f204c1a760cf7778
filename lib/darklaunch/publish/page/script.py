"""The script of the report's page, which sorts, filters and copies; the page says all that it says without it."""

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from markupsafe import Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A script and the policy that lets a browser run it and nothing else; neither may reach a network."""

    text: Markup
    policy: str


@cache
def page_script() -> Script:
    """The script of the page, with its hash in the policy."""
    text = (files("darklaunch.publish") / "templates" / "report.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    return Script(text=Markup(text), policy=policy)  # noqa: S704 -- a file of this package, which no stranger writes
