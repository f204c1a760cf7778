"""The Spark session: found where one runs, made where none does."""

import os
import shlex
import signal
import sys
import threading
import warnings
from collections.abc import Mapping, Sequence
from enum import Enum
from importlib.resources import files
from typing import Final, TypeAlias

from pyspark.sql import SparkSession

from darklaunch.errors import OutsideError, UsageError
from darklaunch.spark.class_archive import archive_options
from darklaunch.spark.java import find_java, use_java
from darklaunch.spark.packing import packed_project

Session: TypeAlias = SparkSession
"""The name of Spark's session for modules that import no pyspark."""

_LOCAL: Final = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "8",
    "spark.driver.memory": "4g",
    "spark.python.daemon.module": "darklaunch.engine.daemon",
    # notes the line of every column that is built, which doubles the time it takes to build them
    "spark.python.sql.dataFrameDebugging.enabled": "false",
}
# Without it HotSpot interprets generated methods of more than 8,000 bytecodes, which took half of a comparison's time.
_COMPILE_ALL: Final = "-XX:-DontCompileHugeMethods -XX:+UseParallelGC"
_COMPILE_LITTLE: Final = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
_COMPILED: Final = {"spark.executor.extraJavaOptions": _COMPILE_ALL}
_ALWAYS: Final = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "4096",
    # one window takes more than the hundred compiled classes that are kept else: the next would compile all anew
    "spark.sql.codegen.cache.maxEntries": "2000",
}
_OF_SESSIONS: Final = {key: value for key, value in _ALWAYS.items() if key != "spark.sql.codegen.cache.maxEntries"}
"""Those that a session may change of a server that runs already."""


def open_session(
    master: str | None, conf: Mapping[str, str], *, moves_rows: bool = True, make_archive: bool = False
) -> SparkSession:
    """Returns the running session, or starts one.

    Args:
        master: Spark's master URL; None under spark-submit, which has set it.
        conf: further Spark settings; they win over the project's own.
        moves_rows: whether the JVM has rows to move; where Python workers do all, it is not worth compiling at length.
        make_archive: whether a JVM of this machine leaves an archive of its classes behind where there is none.

    Raises:
        UsageError: there is no Java to start Spark with, or no package to speak with Spark Connect.
        OutsideError: Spark did not start.
    """
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    where, archive = _where(master), list[str]()
    if where is not _Where.SUBMITTED and where is not _Where.CONNECT and SparkSession.getActiveSession() is None:
        java = find_java()
        archive += archive_options(java, make=make_archive)
        use_java(java)
    builder = SparkSession.builder.appName("darklaunch")
    if where is _Where.CONNECT:
        _require_grpc(master)
        builder = builder.remote(master or "")
    elif master is not None and not (where is _Where.SUBMITTED and master.startswith("local")):
        builder = builder.master(master)
    try:
        # Spark's own start-up warns of things a user of darklaunch can't change
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            session = builder.config(map={**_settings(where, archive, moves_rows=moves_rows), **conf}).getOrCreate()
            if where is _Where.CONNECT:
                # the same file again is left out by Spark
                session.addArtifacts(str(packed_project()), pyfile=True)
    except Exception as error:
        raise OutsideError(
            f"Spark: did not start at {master}: {str(error).splitlines()[0]}; see `darklaunch doctor`"
        ) from error
    if threading.current_thread() is threading.main_thread():
        # PySpark's own handler talks to the JVM in the middle of another call, and fails at it
        signal.signal(signal.SIGINT, signal.default_int_handler)
    return session


class _Where(Enum):
    """Where the driver of a session runs, and who has set it up."""

    LOCAL = "this process, with executors in it"
    CLUSTER = "this process, with executors elsewhere"
    SUBMITTED = "a process of spark-submit, which was told the master"
    CONNECT = "a server of Spark Connect"


def _where(master: str | None) -> _Where:
    if master is not None and master.startswith("sc://"):
        return _Where.CONNECT
    if "PYSPARK_GATEWAY_PORT" in os.environ:
        return _Where.SUBMITTED
    return _Where.LOCAL if master is not None and master.startswith("local") else _Where.CLUSTER


def _settings(where: _Where, archive: Sequence[str] = (), *, moves_rows: bool = True) -> Mapping[str, str]:
    """The project's own settings; what spark-submit and a server were started with stays as it is."""
    match where:
        case _Where.LOCAL:
            options = _java_options(archive, moves_rows=moves_rows)
            return {**_ALWAYS, **_COMPILED, **_LOCAL, "spark.driver.extraJavaOptions": options}
        case _Where.CLUSTER:
            return {**_ALWAYS, **_COMPILED, "spark.submit.pyFiles": str(packed_project())}
        case _Where.SUBMITTED:
            return _ALWAYS
        case _Where.CONNECT:
            return _OF_SESSIONS


def _require_grpc(master: str | None) -> None:
    try:
        import grpc  # noqa: F401
        import grpc_status  # noqa: F401
    except ImportError as error:
        raise UsageError(
            f"Spark: found {master}, wanted the packages that Spark Connect speaks with, of which {error.name} is "
            "missing; install `darklaunch[connect]`"
        ) from error


def _java_options(archive: Sequence[str], *, moves_rows: bool) -> str:
    compiling = _COMPILE_ALL if moves_rows else _COMPILE_LITTLE
    logging = f"-Dlog4j2.configurationFile={files('darklaunch.spark') / 'log4j2.properties'}"
    return " ".join([compiling, *map(shlex.quote, (logging, *archive))])
