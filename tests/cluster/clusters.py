"""A Spark standalone cluster and a server of Spark Connect on loopback, from the classes of the PyPI package."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pyspark

from darklaunch.spark.java import find_java, use_java

ROOT = Path(__file__).parents[2]
SPARK = Path(pyspark.__file__).parent
PACKAGES = SPARK.parent
HOST = "127.0.0.1"
PATIENCE_SECONDS = 180.0
EXECUTORS = {
    "spark.executor.cores": "1",
    "spark.executor.memory": "512m",
    "spark.driver.memory": "1g",
    "spark.ui.enabled": "false",
    "spark.driver.host": HOST,
    "spark.driver.bindAddress": HOST,
}


class Standalone:
    """A master and its workers, each a JVM of its own."""

    def __init__(self, folder: Path, workers: int = 2) -> None:
        self.folder, self.workers = folder, []
        self.port, self.page = free_port(), free_port()
        self._master = start_class(
            folder,
            "org.apache.spark.deploy.master.Master",
            ["--host", HOST, "--port", str(self.port), "--webui-port", str(self.page)],
        )
        until(self._answers, "the master listens")
        for _ in range(workers):
            self.add_worker()

    @property
    def url(self) -> str:
        return f"spark://{HOST}:{self.port}"

    def add_worker(self) -> None:
        """Starts a worker with two cores, and waits until the master knows it."""
        wanted = self.state()["aliveworkers"] + 1
        work = self.folder / f"worker-{len(self.workers)}"
        options = ["--host", HOST, "--webui-port", "0", "--cores", "2", "--memory", "1500m", "--work-dir", str(work)]
        self.workers.append(start_class(self.folder, "org.apache.spark.deploy.worker.Worker", [*options, self.url]))
        until(lambda: self.state()["aliveworkers"] >= wanted, "the worker registers")

    def kill_worker(self, number: int, *, alone: bool = False) -> None:
        """Kills a worker for good, and its executors, unless these are left to notice it themselves."""
        worker = self.workers.pop(number)
        for pid in (worker.pid, *(() if alone else descendants(worker.pid))):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        worker.wait()

    def executors(self) -> list[int]:
        """The processes of all executors."""
        pids = [pid for worker in self.workers if worker.poll() is None for pid in descendants(worker.pid)]
        return [pid for pid in pids if "CoarseGrainedExecutorBackend" in command_of(pid)]

    def python_workers(self) -> list[int]:
        """The Python processes below the executors, their daemons among them."""
        return [pid for executor in self.executors() for pid in descendants(executor)]

    def state(self) -> Mapping:
        with urllib.request.urlopen(f"http://{HOST}:{self.page}/json/", timeout=10) as answer:
            return json.load(answer)

    def stop(self) -> None:
        for process in (*self.workers, self._master):
            end(process)

    def _answers(self) -> bool:
        with suppress(OSError):
            return self.state()["status"] == "ALIVE"
        return False


@contextmanager
def standalone(folder: Path, workers: int = 2) -> Iterator[Standalone]:
    cluster = Standalone(folder, workers)
    try:
        yield cluster
    finally:
        cluster.stop()


@contextmanager
def connect_server(folder: Path) -> Iterator[str]:
    """A server of Spark Connect; its Python knows what darklaunch needs, but not darklaunch."""
    port = free_port()
    options = [
        *confs({**EXECUTORS, "spark.connect.grpc.binding.address": HOST, "spark.connect.grpc.binding.port": str(port)}),
        *("--master", "local[2]", "--class", "org.apache.spark.sql.connect.service.SparkConnectServer"),
        "spark-internal",
    ]
    server = start_class(folder, "org.apache.spark.deploy.SparkSubmit", options)

    def listens() -> bool:
        with suppress(OSError), socket.create_connection((HOST, port), timeout=1):
            return True
        return False

    try:
        until(listens, "the server of Spark Connect listens")
        yield f"sc://{HOST}:{port}"
    finally:
        end(server)


def submitted(master: str, package: Path, script: Path, arguments: Sequence[str], conf: Mapping[str, str]) -> list[str]:
    """The command that submits a job with the project packed for executors."""
    command = [str(SPARK / "bin" / "spark-submit"), "--master", master, "--py-files", str(package)]
    return [*command, *confs({**EXECUTORS, **conf}), str(script), *arguments]


def build_package(folder: Path) -> Path:
    """The project as users pack it: a wheel under the name of a zip file, because Spark passes over others."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - this very interpreter
    (wheel,) = folder.glob("darklaunch-*.whl")
    return wheel.rename(folder / "darklaunch.zip")


def environment(folder: Path) -> dict[str, str]:
    """An environment in which Python finds all packages but darklaunch, whose installation is a link to its source."""
    if "JAVA_HOME" not in os.environ or not Path(os.environ["JAVA_HOME"]).name.startswith("darklaunch-java-"):
        use_java(find_java())
    python = str(Path(sys._base_executable).resolve())
    kept = {name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "PYSPARK_GATEWAY_PORT"}}
    return kept | {
        "SPARK_HOME": str(SPARK),
        "SPARK_LOCAL_IP": HOST,
        "SPARK_LOCAL_DIRS": str(folder / "local"),
        "SPARK_DAEMON_MEMORY": "768m",
        "SPARK_MASTER_OPTS": "-Dspark.deploy.maxExecutorRetries=-1",
        "PYSPARK_PYTHON": python,
        "PYSPARK_DRIVER_PYTHON": python,
        "PYTHONPATH": str(PACKAGES),
    }


def start_class(folder: Path, name: str, options: Sequence[str]) -> subprocess.Popen:
    """Starts a class of Spark; what it says stands in a file."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name.rpartition('.')[2]}-{time.time_ns()}.log").open("wb") as log:
        return subprocess.Popen(  # noqa: S603 - Spark's own launcher
            [str(SPARK / "bin" / "spark-class"), name, *options],
            env=environment(folder),
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def end(process: subprocess.Popen) -> None:
    """Ends a process, and with it what it has started."""
    for pid in (process.pid, *descendants(process.pid)):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()


def confs(conf: Mapping[str, str]) -> list[str]:
    return [word for key, value in conf.items() for word in ("--conf", f"{key}={value}")]


def descendants(pid: int) -> list[int]:
    """The processes below one."""
    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(status.parent.name)] = int(status.read_text().rpartition(")")[2].split()[1])
    below = [pid]
    for each in below:
        below += [child for child, parent in parents.items() if parent == each]
    return below[1:]


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def free_port() -> int:
    with socket.socket() as one:
        one.bind((HOST, 0))
        return one.getsockname()[1]


def until(is_so, what: str) -> None:
    """Waits until something is so."""
    patience = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < patience, f"waited in vain: {what}"
        time.sleep(0.1)
