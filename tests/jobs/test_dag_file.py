"""The DAG file as text: what it imports and which tasks it names; tests/airflow runs it."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILE = ROOT / "jobs" / "dags" / "dark_launch.py"
TREE = ast.parse(FILE.read_text())


def imported():
    for node in ast.walk(TREE):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


def constant(name):
    (value,) = (node.value for node in TREE.body if isinstance(node, ast.AnnAssign) and node.target.id == name)
    return ast.literal_eval(value)


def test_it_imports_airflow_s_sdk_and_the_standard_library_alone():
    packages = {name.partition(".")[0] for name in imported()}
    assert not packages & {"darklaunch", "pyspark", "pandas", "pyarrow", "mlflow"}
    assert {name for name in imported() if name.startswith("airflow")} == {"airflow.sdk", "airflow.sdk.exceptions"}


def test_its_tasks_are_the_stages_of_the_command_line():
    from darklaunch.cli.commands import COMMANDS

    stages = constant("STAGES")
    assert stages == ("validate", "compare", "score", "publish")
    flags = {stage: {option.flag for option in COMMANDS[stage].options} for stage in stages}
    reads = {stage for stage in stages if {"--captures", "--master"} <= flags[stage]}
    assert set(constant("READS_CAPTURES")) == reads
    assert all({"--from", "--to", "--conf", "--env", "--out", "-o"} <= flags[stage] for stage in stages)


def test_what_no_retry_mends_is_the_exit_code_of_wrong_settings():
    from darklaunch.errors import ConfigError

    assert constant("HOPELESS") == ConfigError.exit_code
