"""The Spark session: found where one runs, made where none does."""

import os
import signal
import sys
import threading
import warnings
from collections.abc import Mapping
from importlib.resources import files
from typing import Final, TypeAlias

from pyspark.sql import SparkSession

from darklaunch.errors import OutsideError
from darklaunch.spark.java import find_java, use_java

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
_SMALL_BYTES: Final = 64 * 2**20
_ALWAYS: Final = {
    "spark.executor.extraJavaOptions": _COMPILE_ALL,
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "4096",
    # one window takes more than the hundred compiled classes that are kept else: the next would compile all anew
    "spark.sql.codegen.cache.maxEntries": "2000",
}


def open_session(master: str | None, conf: Mapping[str, str], *, log_bytes: int | None = None) -> SparkSession:
    """Returns the running session, or starts one.

    Args:
        master: Spark's master URL; None under spark-submit, which has set it.
        conf: further Spark settings; they win over the project's own.
        log_bytes: about how much is going to be read, so that little work is not compiled at length; None: unknown.

    Raises:
        UsageError: there is no Java to start Spark with.
        OutsideError: Spark did not start.
    """
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    submitted = "PYSPARK_GATEWAY_PORT" in os.environ
    builder = SparkSession.builder.appName("darklaunch")
    settings = dict(_ALWAYS)
    if master is not None and master.startswith("local"):
        settings |= _LOCAL
        settings["spark.driver.extraJavaOptions"] = _java_options(
            small=log_bytes is not None and log_bytes < _SMALL_BYTES
        )
    if master is not None and not (submitted and master.startswith("local")):
        builder = builder.remote(master) if master.startswith("sc://") else builder.master(master)
    if not submitted and SparkSession.getActiveSession() is None and not (master or "").startswith("sc://"):
        use_java(find_java())
    try:
        # Spark's own start-up warns of things a user of darklaunch can't change
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            session = builder.config(map={**settings, **conf}).getOrCreate()
    except Exception as error:
        raise OutsideError(
            f"Spark: did not start at {master}: {str(error).splitlines()[0]}; see `darklaunch doctor`"
        ) from error
    if threading.current_thread() is threading.main_thread():
        # PySpark's own handler talks to the JVM in the middle of another call, and fails at it
        signal.signal(signal.SIGINT, signal.default_int_handler)
    return session


def _java_options(*, small: bool) -> str:
    compiling = _COMPILE_LITTLE if small else _COMPILE_ALL
    return f"{compiling} -Dlog4j2.configurationFile={files('darklaunch.spark') / 'log4j2.properties'}"
