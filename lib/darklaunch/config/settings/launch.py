"""Settings of `launch`: the name and the releases that evidence belongs to."""

from darklaunch.config.settings.types import Section, Text


class LaunchSettings(Section):
    """The launch whose evidence is added up.

    Attributes:
        name: of the launch; people see it, and MLflow's experiment is called so.
        production_release: None: read from the log.
        shadow_release: None: read from the log.
    """

    name: Text = "darklaunch"
    production_release: Text | None = None
    shadow_release: Text | None = None
