"""A second process that imports and calls packages, while the first counts rows."""

import gc
import multiprocessing
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from logging import LogRecord, captureWarnings, getLogger
from logging.handlers import QueueHandler
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from traceback import format_exception
from typing import Any, Final, ParamSpec, TypeVar

from darklaunch.garbage import no_cycle_search

_SECONDS_TO_END: Final = 2.0

Given = ParamSpec("Given")
Result = TypeVar("Result")


class SecondProcessError(Exception):
    """The traceback of what a call has raised in the second process."""


@dataclass(frozen=True, slots=True)
class _Call:
    """A function to call there."""

    function: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a call has come to: a result, or an exception with its traceback in words."""

    result: Any = None
    error: Exception | None = None
    traceback: str = ""


@dataclass(slots=True)
class SecondProcess:
    """A process that the first step starts, and that ends with the block it is opened for.

    What it is asked for and doesn't live to answer is done in the process that asks.
    """

    _process: BaseProcess | None = None
    _connection: Connection | None = None

    def __enter__(self) -> "SecondProcess":
        """Opens the block; nothing is started yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """Ends the process, whatever it is doing."""
        if self._process is not None:
            self._process.terminate()
            self._process.join(_SECONDS_TO_END)
            self._process.kill()

    def prepare(self, *steps: Callable[[], object]) -> None:
        """Lets the process take steps."""
        if steps:
            with suppress(OSError):
                self._started().send(steps)

    def call(self, function: Callable[Given, Result], *args: Given.args, **kwargs: Given.kwargs) -> Result:
        """Lets the process call a function; what it is given, returns or raises is pickled."""
        answer = self._ask(_Call(function, args, kwargs))
        if answer is None:
            return function(*args, **kwargs)
        if answer.error is not None:
            raise answer.error from SecondProcessError(answer.traceback)
        result: Result = answer.result
        return result

    def _started(self) -> Connection:
        if self._connection is None:
            # not fork: a driver has threads, which a forked child would find stopped in the middle of anything
            context = multiprocessing.get_context("spawn")
            self._connection, theirs = context.Pipe()
            logged = getLogger().hasHandlers()
            self._process = context.Process(
                target=_serve, args=(theirs,), kwargs={"logged": logged}, name="packages", daemon=True
            )
            self._process.start()
            theirs.close()
        return self._connection

    def _ask(self, call: _Call) -> _Answer | None:
        """The answer to a call; None: there is no process, or it is no longer alive."""
        if self._connection is None:
            return None
        try:
            self._connection.send(call)
            while isinstance(heard := self._connection.recv(), LogRecord):
                getLogger(heard.name).handle(heard)
        except (EOFError, OSError):
            return None
        answer: _Answer = heard
        return answer


class _Sender:
    """The way back to the process that calls, for one thread at a time."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    def put_nowait(self, sent: _Answer | LogRecord) -> None:
        """Sends an answer, or a record for the log of the command."""
        with self._lock:
            self._connection.send(sent)


def _serve(connection: Connection, *, logged: bool) -> None:
    """Prepares and calls what it is asked to, until nobody asks any more.

    Args:
        connection: to the process that asks.
        logged: whether that one has a log for what libraries say.
    """
    # the first process hears an interrupt, and ends this one
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _end)
    threading.Thread(target=_end_with_the_first, daemon=True).start()
    sender: Any = _Sender(connection)
    if logged:
        getLogger().addHandler(QueueHandler(sender))
        captureWarnings(capture=True)
    with suppress(EOFError, OSError):
        while True:
            match connection.recv():
                case _Call() as call:
                    sender.put_nowait(_answer(call))
                case steps:
                    _take(*steps)


def _end(*_: object) -> None:
    """Ends the process in order: MLflow's import makes a semaphore that is complained of where it is left."""
    sys.exit(0)


def _end_with_the_first() -> None:
    """Lets no call outlive the process that holds the locks for it."""
    first = multiprocessing.parent_process()
    if first is not None:
        first.join()
    os._exit(1)


def _take(*steps: Callable[[], object]) -> None:
    """Takes steps without their warnings; what imports make stays, and searching it for cycles takes a fifth more."""
    with no_cycle_search():
        for step in steps:
            with warnings.catch_warnings(), suppress(Exception):
                warnings.simplefilter("ignore")
                step()
        gc.freeze()


def _answer(call: _Call) -> _Answer:
    try:
        return _Answer(result=call.function(*call.args, **call.kwargs))
    except Exception as error:
        return _Answer(error=error, traceback="".join(format_exception(error)))
