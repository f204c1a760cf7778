"""What a user reads when a worker in a cluster fails."""

import pytest

from darklaunch.spark.errors import reason_of

WORKER = """An exception was thrown from the Python worker. Please see the stack trace below.
Traceback (most recent call last):
  File "worker.py", line 3369, in main
{error}

\tat org.apache.spark.api.python.BasePythonRunner.run(PythonRunner.scala:645)
Driver stacktrace:
"""


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ("ModuleNotFoundError: No module named 'darklaunch'", "A worker met ModuleNotFoundError: No module named"),
        ("MemoryError", "A worker met MemoryError"),
        ("pyarrow.lib.ArrowInvalid: x\nMemoryError: of it", "A worker met MemoryError"),
    ],
)
def test_the_error_of_a_worker_stands_in_the_line(error, told):
    assert told in reason_of(RuntimeError(WORKER.format(error=error)))


def test_words_that_may_be_a_strangers_are_left_out():
    assert "secret" not in reason_of(RuntimeError(WORKER.format(error="ValueError: secret body")))


def test_an_error_without_a_worker_is_its_first_line():
    assert reason_of(RuntimeError("no answer\nValueError: at java")) == "no answer"
    assert reason_of(RuntimeError()) == "RuntimeError"
