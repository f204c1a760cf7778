"""Diagnoses: whatever is wrong is one of them, and no error."""

import json

import pytest

from darklaunch.cli import doctor, main
from darklaunch.cli.doctor import Diagnosis, examine
from darklaunch.config.settings.model import Settings
from darklaunch.errors import OutsideError


@pytest.fixture
def machine(monkeypatch):
    """A machine without Spark, on which the rest is as it should be."""

    def broken(_settings):
        raise OutsideError("Spark: did not start")

    monkeypatch.setattr(doctor, "_java", lambda: "Java 21 from PATH")
    monkeypatch.setattr(doctor, "_spark", broken)
    monkeypatch.setattr(doctor, "_captures", lambda _settings: "3 files")
    monkeypatch.setattr(doctor, "_mlflow", lambda _settings, _out: "answers")


@pytest.mark.usefixtures("machine")
def test_what_is_wrong_is_a_diagnosis_among_others(tmp_path):
    diagnoses = {diagnosis.subject: diagnosis for diagnosis in examine(Settings(), tmp_path / "out")}
    assert list(diagnoses) == ["python", "java", "spark", "captures", "out", "mlflow"]
    assert [subject for subject, diagnosis in diagnoses.items() if not diagnosis.good] == ["spark"]
    assert diagnoses["spark"].found == "Spark: did not start"
    assert diagnoses["out"].found == f"{tmp_path / 'out'} can be written"


@pytest.mark.usefixtures("machine")
def test_it_is_printed_as_lines_or_as_json_and_is_the_exit_code(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main.main(["doctor"]) == 2
    assert "WRONG  spark     Spark: did not start\n" in capsys.readouterr().out
    assert main.main(["doctor", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)[1] == {"subject": "java", "good": True, "found": "Java 21 from PATH"}


def test_a_line_says_how_it_is():
    assert str(Diagnosis(subject="java", good=True, found="21")) == "ok     java      21"
