"""Pages to read, which ship with the package; `darklaunch docs` shows them."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Final

PAGES: Final[Mapping[str, str]] = {
    "verdict": "how to read the verdict, and get from a block to its cause",
    "captures": "bring your own captures: Envoy, nginx, GoReplay, HAR, a middleware, a DataFrame",
    "rules": "say what may differ: what is compared, the actions, the noise",
    "statistics": "how sure is sure: what the numbers promise, and what was measured",
    "operating": "every hour, for months: cron, systemd, containers, Kubernetes, Airflow",
    "cluster": "on a Spark cluster: YARN, Kubernetes, Databricks, EMR, Spark Connect",
    "threat-model": "who may reach what, and the test for every threat",
    "troubleshooting": "the messages, what they mean and what to do",
    "peers": "beside Diffy, Kayenta, GoReplay, Keploy, DataComPy and spark-extension",
}
"""Every page by its name, with what it is about, in the order in which they are best read."""


def page(name: str) -> str:
    """The Markdown of a page of ``PAGES``."""
    return files(__name__).joinpath(f"{name}.md").read_text(encoding="utf-8")
