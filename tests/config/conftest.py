"""A folder of YAML that a test writes in one line, and the findings that loading it gives."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from darklaunch.config.loading.load import load
from darklaunch.errors import ConfigError

Write = Callable[..., Path]
Refused = Callable[..., tuple[str, ...]]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes texts by relative path below ``conf``, which is what findings then name."""
    monkeypatch.chdir(tmp_path)

    def into(texts: dict[str, str]) -> Path:
        for name, text in texts.items():
            path = Path("conf") / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return Path("conf")

    return into


@pytest.fixture
def refused() -> Refused:
    """Loads what must be refused."""

    def of(*overrides: str, conf: Path | None = None, env: str | None = None) -> Sequence[str]:
        with pytest.raises(ConfigError) as caught:
            load(conf=conf, env=env, overrides=overrides)
        return caught.value.findings

    return of
