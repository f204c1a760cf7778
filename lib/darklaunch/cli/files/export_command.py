"""The command `darklaunch export`: files for people, from any past run."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from darklaunch.cli.command import Arguments
from darklaunch.cli.run_commands import out_of
from darklaunch.diff.privacy.masking import MaskingLevel
from darklaunch.errors import UsageError
from darklaunch.publish.export.format import Format
from darklaunch.publish.files import export_file
from darklaunch.publish.look import Look
from darklaunch.runs.history import looks_before
from darklaunch.runs.lookup import FoundRun
from darklaunch.runs.named_run import named_run
from darklaunch.text.escape import quoted

_DEFAULT: Final = "pdf,xlsx,md,csv,json"
_FOLDER: Final = "export"


def export(arguments: Arguments) -> int:
    """Writes a run in the formats that are asked for."""
    formats = _formats(_DEFAULT if arguments.format is None else arguments.format)
    masked = _masks_all(arguments.masking)
    found = named_run(out_of(arguments), arguments.run)
    report = found.report
    earlier = _earlier(found) if Format.HTML in formats else ()
    if masked:
        from darklaunch.publish.export.masked import mask_look, mask_report

        report, earlier = mask_report(report), [mask_look(look) for look in earlier]
    folder = Path(arguments.to or _FOLDER)
    try:
        written = [str(export_file(folder, report, form, earlier)) for form in formats]
    except OSError as error:
        raise UsageError(
            f"--to: found {quoted(str(folder))}, where no file can be written ({error.strerror or error}); give a "
            "folder that can be made"
        ) from error
    if arguments.json:
        sys.stdout.write(json.dumps({"run": str(found.folder) if found.folder else None, "files": written}) + "\n")
    elif not arguments.quiet:
        sys.stdout.write("".join(f"{path}\n" for path in written))
    return 0


def _formats(text: str) -> Sequence[Format]:
    """The formats, each once.

    Raises:
        UsageError: one of them is unknown.
    """
    names = [name.strip() for name in text.split(",")]
    known = {form.value: form for form in Format}
    for name in names:
        if name not in known:
            raise UsageError(f"--format: found {quoted(name)}, wanted some of {', '.join(known)}, with commas between")
    return tuple(dict.fromkeys(known[name] for name in names))


def _masks_all(masking: str | None) -> bool:
    """Whether every value is masked; what the run did not keep can't be shown again, so nothing less can be asked."""
    if masking not in {None, MaskingLevel.ALL.value}:
        raise UsageError(
            f"--masking: found {quoted(str(masking))}, wanted all: values are shown as stored, or not at all"
        )
    return masking is not None


def _earlier(found: FoundRun) -> Sequence[Look]:
    if found.folder is None:
        return ()
    return looks_before(found.folder.parents[1], found.report.span.end, key=found.report.launch.key)
