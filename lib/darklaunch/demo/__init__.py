"""The example capture log that ships with the package, and the configuration it is run with."""

from importlib.resources import as_file, files
from pathlib import Path

from darklaunch.config.loading.load import load
from darklaunch.config.settings.model import Settings


def demo_settings(master: str | None) -> Settings:
    """The demo's configuration, pointed at the log inside the package."""
    with as_file(files(__name__)) as folder:
        root = Path(folder)
    overrides = [f"captures.uri={root / 'captures'}"]
    if master is not None:
        overrides.append(f"spark.master={master}")
    return load(conf=root / "demo.yaml", overrides=overrides)
