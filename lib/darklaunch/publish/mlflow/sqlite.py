"""The SQLite file of an MLflow that has no server: made whole, or not at all."""

import os
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

_SCHEME: Final = "sqlite:///"


def sqlite_file(tracking_uri: str) -> Path | None:
    """The file of a tracking URI; None: it names a server, or another database."""
    return Path(tracking_uri.removeprefix(_SCHEME)) if tracking_uri.startswith(_SCHEME) else None


def sqlite_uri(file: Path) -> str:
    """The tracking URI of a file."""
    return f"{_SCHEME}{file.resolve().as_posix()}"


def make_whole(tracking_uri: str) -> None:
    """Makes the tables of a SQLite file that is not there yet.

    MLflow makes them in some fifty steps, and can't go on after half of them: a command that is killed in between, or
    a full disk, would leave a file that no later command can use.
    """
    file = sqlite_file(tracking_uri)
    if file is None or file.exists():
        return
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f".{file.name}.{uuid4().hex}")
    try:
        untyped: Any = SqlAlchemyStore
        untyped(sqlite_uri(fresh), (file.resolve().parent / "mlartifacts").as_uri()).engine.dispose()
        # another command may have been faster, and have logged to its file by now
        if not file.exists():
            os.link(fresh, file)
    except FileExistsError:
        pass
    finally:
        for left in fresh.parent.glob(f"{fresh.name}*"):
            left.unlink(missing_ok=True)
