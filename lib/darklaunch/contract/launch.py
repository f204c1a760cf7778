"""The identity of a launch: evidence is added up within one launch only, under its key."""

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from datetime import datetime

from darklaunch.stats import GRID_VERSION

EVIDENCE_VERSION = "4"
"""Changes with the meaning of the evidence table, and with what differs where no rule says so; old and new are never
added."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """One release of a service on its way to replace another; any change here restarts the evidence.

    Attributes:
        name: what people call it.
        production_release: the release that serves users.
        shadow_release: the release under test.
        rules_digest: changes with what the comparison rules do.
        evidence_from: the first hour that is scored, where a restart was declared.
    """

    name: str
    production_release: str
    shadow_release: str
    rules_digest: str
    evidence_from: str | None = None

    @property
    def key(self) -> str:
        """A readable name that is safe as a folder on every store, and different for different launches."""
        facts = json.dumps([asdict(self), GRID_VERSION, EVIDENCE_VERSION], sort_keys=True)
        digest = hashlib.sha256(facts.encode()).hexdigest()[:8]
        words = (self.name, self.production_release, self.shadow_release)
        return "--".join([*(_slug(word) for word in words), digest])


def launch_of(
    production_release: str, shadow_release: str, *, name: str, rules_digest: str, evidence_from: datetime | None = None
) -> Launch:
    """The launch of two releases."""
    return Launch(
        name=name,
        production_release=production_release,
        shadow_release=shadow_release,
        rules_digest=rules_digest,
        evidence_from=evidence_from.isoformat() if evidence_from is not None else None,
    )


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9._]+", "-", text.lower()).strip("-.")[:40] or "unnamed"
