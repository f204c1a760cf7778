"""The contract's outcome as the run report holds it."""

from dataclasses import dataclass

from darklaunch.capture.files import SkippedFile
from darklaunch.contract.profile import Expectation


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractReport:
    """What became of the capture log's contract.

    Attributes:
        success: every expectation was met.
        expectations: each of them in words.
        corrupt_files: data files that could not be read.
    """

    success: bool
    expectations: tuple[Expectation, ...]
    corrupt_files: tuple[SkippedFile, ...]
