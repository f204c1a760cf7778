"""Settings of `launch`: the name, the releases and the hours that evidence belongs to."""

from darklaunch.config.settings.types import Section, Text, WholeHour


class EvidenceFrom(Section):
    """A declared restart: earlier hours are shown and not scored.

    Attributes:
        at: the first hour that is scored, UTC; not before the end of what was looked at already.
        why: what happened before.
    """

    at: WholeHour
    why: Text


class LaunchSettings(Section):
    """The launch whose evidence is added up.

    Attributes:
        name: of the launch; people see it, and MLflow's experiment is called so.
        evidence_from: a declared restart; None: all hours are scored.
        production_release: None: read from the log.
        shadow_release: None: read from the log.
    """

    name: Text = "darklaunch"
    evidence_from: EvidenceFrom | None = None
    production_release: Text | None = None
    shadow_release: Text | None = None
