"""Commands of darklaunch as processes of their own, and an MLflow server that can go away."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import traceback
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

ENTRY = "from darklaunch.cli.main import entry; entry()"
KILLED = -signal.SIGKILL
_STAGE = re.compile(r"darklaunch: (\w+) \(\d+ of \d+\)")


@dataclass(frozen=True, kw_only=True)
class Commands:
    """Starts commands, each in a process group of its own.

    Attributes:
        errors: the file that their lines go to.
        fresh: every command is a new Python, as cron starts it; otherwise a fork of one that has imported the
            libraries, which takes a fifth of the time and runs the same code from the command line on.
    """

    errors: Path
    fresh: bool

    def prepare(self) -> None:
        """Imports what the first command has; nothing of it is used here, so that no thread is running."""
        for name in self._modules.read_text().split() if self._modules.exists() else ():
            with suppress(ImportError):
                import_module(name)

    @property
    def _modules(self) -> Path:
        return self.errors.with_name("modules.txt")

    def begin(self, arguments: list[str]) -> "Command":
        """Starts a command."""
        sys.stdout.flush()
        offset = self.errors.stat().st_size if self.errors.exists() else 0
        pid = os.fork()
        if pid:
            return Command(pid=pid, errors=self.errors, offset=offset)
        code = 1
        try:
            os.setsid()
            for name, stream in ((os.devnull, 1), (self.errors, 2)):
                os.dup2(os.open(name, os.O_WRONLY | os.O_APPEND | os.O_CREAT), stream)
            if self.fresh:
                os.execv(sys.executable, [sys.executable, "-c", ENTRY, *arguments])  # noqa: S606 - this interpreter
            from darklaunch.cli.main import main

            code = main(arguments)
            if not self._modules.exists():
                self._modules.write_text("\n".join(name for name in sys.modules if not name.startswith("__")))
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)

    def run(self, arguments: list[str]) -> int:
        """Runs a command; its exit code."""
        return self.begin(arguments).wait()


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command that was started."""

    pid: int
    errors: Path
    offset: int

    def wait(self) -> int:
        """Its exit code; that of a killed one is negative."""
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def kill(self) -> int:
        """Kills it with all its children; its exit code, which is not negative if it had ended before."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        return self.wait()

    @property
    def stage(self) -> str:
        """The stage that it said it had come to."""
        stages = _STAGE.findall(self.said)
        return stages[-1] if stages else "before the first stage"

    @property
    def said(self) -> str:
        """What it wrote on standard error, with whatever ran beside it."""
        with self.errors.open("rb") as file:
            file.seek(self.offset)
            return file.read().decode(errors="replace")


@dataclass(kw_only=True)
class MlflowServer:
    """An `mlflow server` on loopback that keeps what it knows over its outages.

    Attributes:
        folder: its artifacts, and its database unless there is another.
        backend: the URI of its database; None: a SQLite file in the folder.
        host_port: where it listens.
    """

    folder: Path
    backend: str | None = None
    host_port: str = field(default_factory=lambda: f"127.0.0.1:{free_port()}")
    process: subprocess.Popen[bytes] | None = None

    @property
    def uri(self) -> str:
        """Its tracking URI."""
        return f"http://{self.host_port}"

    def start(self) -> None:
        """Starts it, and waits until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        host, port = self.host_port.split(":")
        backend = self.backend or f"sqlite:///{(self.folder / 'server.db').resolve().as_posix()}"
        options = {
            "backend-store-uri": backend,
            "artifacts-destination": (self.folder / "artifacts").resolve().as_uri(),
            "host": host,
            "port": port,
            "workers": "1",
        }
        command = [sys.executable, "-m", "mlflow", "server", *(f"--{name}={value}" for name, value in options.items())]
        with (self.folder / "server.log").open("ab") as log:
            quiet = {"MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
            environment = os.environ | quiet
            self.process = subprocess.Popen(  # noqa: S603 - this very interpreter
                command, stdout=log, stderr=log, start_new_session=True, env=environment, cwd=self.folder
            )
        until = time.monotonic() + 120
        while time.monotonic() < until:
            with suppress(OSError, urllib.error.URLError), urllib.request.urlopen(f"{self.uri}/health", timeout=2):  # noqa: S310
                return
            time.sleep(0.2)
        raise TimeoutError(f"no answer of {self.uri}: {(self.folder / 'server.log').read_text()[-2000:]}")

    def stop(self) -> None:
        """Ends it, and waits until nothing listens any more."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process = None


def free_port() -> int:
    """A port of loopback that nobody listens at."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
