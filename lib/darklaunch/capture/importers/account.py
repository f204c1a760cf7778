"""The account of an import: what became of every record that was found."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from darklaunch.text.escape import cut, printable

_EXAMPLES: Final = 3
_MOST_REASONS: Final = 200
_OTHER: Final = "other reasons"


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """Records of one kind that were not imported.

    Attributes:
        reason: why, printable.
        records: how many.
        examples: the first of them, as ``file:offset``; the offset is in bytes of what the file holds unpacked.
    """

    reason: str
    records: int
    examples: tuple[str, ...]


@dataclass(slots=True)
class Account:
    """Counts what is imported, kept with a flaw, and passed over, while an import goes on.

    Attributes:
        file: the name of the file that is being read.
        rows: by arm.
        flaws: rows that were imported without something, by what it is.
    """

    file: str = ""
    rows: Counter[str] = field(default_factory=Counter)
    flaws: Counter[str] = field(default_factory=Counter)
    _reasons: Counter[str] = field(default_factory=Counter)
    _examples: dict[str, list[str]] = field(default_factory=dict)

    def pass_over(self, reason: str, offset: int, *, file: str | None = None) -> None:
        """Counts a record that is not imported.

        Args:
            reason: why; the words of a stranger in it are cut and made printable.
            offset: where it begins, in bytes of what the file holds unpacked.
            file: that it lies in; None: the one that is being read.
        """
        reason = printable(reason)
        if reason not in self._reasons and len(self._reasons) >= _MOST_REASONS:
            # reasons may quote values: their number stays bounded all the same
            reason = _OTHER
        self._reasons[reason] += 1
        examples = self._examples.setdefault(reason, [])
        if len(examples) < _EXAMPLES:
            examples.append(f"{printable(self.file if file is None else file)}:{offset}")

    def keep_without(self, flaw: str) -> None:
        """Counts a row that lacks something."""
        self.flaws[cut(flaw)] += 1

    @property
    def passed_over(self) -> tuple[PassedOver, ...]:
        """What was not imported, most first."""
        return tuple(
            PassedOver(reason=reason, records=records, examples=tuple(self._examples[reason]))
            for reason, records in sorted(self._reasons.items(), key=lambda item: (-item[1], item[0]))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """The outcome of an import.

    Attributes:
        format: the recordings' format.
        files: their names.
        rows: written, by arm.
        passed_over: records that were not imported.
        flaws: rows that were imported without something, by what it is.
        places: the files that were written, under the log's folder.
        size_bytes: of the recordings, as they lie on disk.
        seconds: that it took.
    """

    format: str
    files: tuple[str, ...]
    rows: Mapping[str, int]
    passed_over: tuple[PassedOver, ...]
    flaws: Mapping[str, int]
    places: tuple[str, ...]
    size_bytes: int
    seconds: float
