"""A PostgreSQL on loopback for one test: Debian's, run by another user than root."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.soak.commands import free_port

USER = "darklaunch"


def binaries() -> Path | None:
    """Where its programs are; None: `apt-get install postgresql` brings them."""
    return next((folder.parent for folder in Path("/usr/lib/postgresql").glob("*/bin/initdb")), None)


@contextmanager
def postgres(password: str) -> Iterator[str]:
    """A fresh database; its URI, with the password in it."""
    folder, port = Path(tempfile.mkdtemp(prefix="darklaunch-postgres-")), free_port()
    data, words = folder / "data", folder / "password"
    words.write_text(password)
    if os.geteuid() == 0:
        # it refuses to be run by root
        shutil.chown(folder, "postgres")
        shutil.chown(words, "postgres")
    try:
        _run(
            "initdb", f"--pgdata={data}", f"--username={USER}", f"--pwfile={words}", "--auth=scram-sha-256", "--no-sync"
        )
        options = f"-c listen_addresses=127.0.0.1 -p {port} -k {folder} -c fsync=off"
        _run("pg_ctl", f"--pgdata={data}", "--wait", f"--log={folder / 'log'}", f"--options={options}", "start")
        try:
            yield f"postgresql+psycopg2://{USER}:{password}@127.0.0.1:{port}/postgres"
        finally:
            _run("pg_ctl", f"--pgdata={data}", "--wait", "--mode=immediate", "stop")
    finally:
        shutil.rmtree(folder)


def _run(program: str, *arguments: str) -> None:
    folder = binaries()
    assert folder is not None
    other = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
    command = [*other, folder / program, *arguments]
    # not a pipe: the server that is started would keep it open
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")  # noqa: S603 - Debian's programs
