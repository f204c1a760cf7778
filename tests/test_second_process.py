"""Does a second process prepare and call what it is asked to, and is nothing lost when it ends early?"""

import logging
import os
import signal
import subprocess
import sys
import time
import warnings
from functools import partial
from pathlib import Path

import pytest

from darklaunch.errors import OutsideError
from darklaunch.second_process import SecondProcess, SecondProcessError

ROOT = Path(__file__).parents[1]
HERE = os.getpid()

_steps_taken = []


def take(step):
    _steps_taken.append(step)


def steps_taken():
    return os.getpid(), _steps_taken


def fail():
    raise OutsideError("the server: is away")


def warn():
    logging.getLogger("urllib3").warning("retrying %s", "once")
    warnings.warn("of a package", stacklevel=1)


def end_elsewhere(process):
    if os.getpid() != process:
        os.kill(os.getpid(), signal.SIGKILL)
    return "answered"


def note_and_wait(file):
    Path(file).write_text(str(os.getpid()))
    time.sleep(60)


def waited_for(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    return condition()


def is_alive(process):
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def process():
    with SecondProcess() as opened:
        yield opened


def test_a_call_comes_after_the_steps_that_were_asked_for_before_it_and_in_one_process_with_them(process):
    process.prepare(partial(take, "first"))
    process.prepare(partial(take, "second"), partial(take, "third"))
    where, steps = process.call(steps_taken)
    assert where != HERE
    assert steps == ["first", "second", "third"]
    assert not _steps_taken


def test_a_call_is_made_here_where_nothing_was_to_be_prepared(process):
    assert process.call(os.getpid) == HERE


def test_a_step_that_fails_keeps_no_other_from_being_taken(process):
    process.prepare(fail, partial(take, "next"))
    assert process.call(steps_taken)[1] == ["next"]


def test_what_a_call_raises_is_raised_here_with_its_traceback(process):
    process.prepare(partial(take, "first"))
    with pytest.raises(OutsideError, match="the server: is away") as raised:
        process.call(fail)
    assert isinstance(raised.value.__cause__, SecondProcessError)
    assert "in fail" in str(raised.value.__cause__)
    assert process.call(os.getpid) != HERE


def test_what_libraries_say_there_stands_in_the_log_of_the_command(process, caplog):
    process.prepare(partial(take, "first"))
    process.call(warn)
    said = {record.name: record.getMessage() for record in caplog.records}
    assert said["urllib3"] == "retrying once"
    assert "of a package" in said["py.warnings"]


def test_what_a_killed_process_was_asked_for_is_done_here(process):
    process.prepare(partial(take, "first"))
    assert process.call(end_elsewhere, HERE) == "answered"
    assert process.call(os.getpid) == HERE


def test_the_process_ends_with_its_block_whatever_it_is_doing(tmp_path):
    file = tmp_path / "process"
    with SecondProcess() as process:
        process.prepare(partial(note_and_wait, file))
        assert waited_for(file.exists)
        begun = time.monotonic()
    assert time.monotonic() - begun < 10
    assert not is_alive(int(file.read_text()))


def test_no_call_outlives_the_process_that_is_killed_while_it_waits_for_it(tmp_path):
    file = tmp_path / "process"
    code = (
        "import os\n"
        "from darklaunch.second_process import SecondProcess\n"
        "from tests.test_second_process import note_and_wait\n"
        "if __name__ == '__main__':\n"
        "    with SecondProcess() as process:\n"
        "        process.prepare(os.getpid)\n"
        f"        process.call(note_and_wait, {str(file)!r})\n"
    )
    script = tmp_path / "script.py"
    script.write_text(code)
    path = os.pathsep.join([str(ROOT / "lib"), str(ROOT)])
    waiting = subprocess.Popen([sys.executable, str(script)], env=os.environ | {"PYTHONPATH": path})  # noqa: S603
    assert waited_for(lambda: file.exists() and file.read_text())
    waiting.kill()
    waiting.wait()
    assert waited_for(lambda: not is_alive(int(file.read_text())))
