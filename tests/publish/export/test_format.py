"""Formats: those that the settings take, and what a run writes of them."""

import subprocess
import sys
from typing import get_args

import pytest

from darklaunch.config.settings.publish import Formats
from darklaunch.publish.export.format import Format
from darklaunch.publish.files import render_report
from tests.publish import sample


def test_the_settings_name_every_format():
    (literal, _) = get_args(Formats)
    assert set(get_args(literal)) == {form.value for form in Format}


@pytest.mark.parametrize("form", [form for form in Format if form is not Format.JSON])
def test_a_run_has_the_files_that_are_asked_for_and_no_other(tmp_path, form):
    report = sample.report(sample.smallest())
    render_report(tmp_path, report, (), {each.value for each in Format})
    assert {path.name for path in tmp_path.iterdir()} == {each.file for each in Format} - {Format.JSON.file}
    render_report(tmp_path, report, (), {"json", form.value})
    assert [path.name for path in tmp_path.iterdir()] == [form.file]


@pytest.mark.parametrize("form", Format)
def test_the_same_report_gives_the_same_bytes(form):
    from darklaunch.publish.export.render import render

    first, second = (render(sample.report(sample.full()), form) for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("from darklaunch.cli.main import main; main(['--help'])", {"typst", "xlsxwriter", "jinja2", "numpy"}),
        ("import darklaunch.pipeline", {"typst", "xlsxwriter"}),
    ],
)
def test_nothing_is_imported_that_was_not_asked_for(code, absent):
    script = (
        f"import sys\ntry:\n    {code}\nexcept SystemExit:\n    pass\n"
        f"sys.stderr.write(','.join(sorted({absent!r} & set(sys.modules))))"
    )
    process = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603
    assert process.stderr == ""
