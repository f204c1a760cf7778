"""Every failure that darklaunch expects, with the exit code it ends a command with.

DarklaunchError              1  never raised itself
├── UsageError               2  the command line, or what it points at, is wrong
│   └── ConfigError          2  the configuration is wrong: every finding at once
├── ContractError            3  the capture log as a whole broke its contract
└── OutsideError             4  an outside system failed after the results were safe on disk

A message says what was found, what was wanted and what to do, on one line a finding. Anything else that
is raised is a bug and stays a traceback (exit code 1).
"""

from collections.abc import Sequence


class DarklaunchError(Exception):
    """The root of the expected failures."""

    exit_code = 1


class UsageError(DarklaunchError):
    """The command line, or a path on it, can't be used."""

    exit_code = 2


class ConfigError(UsageError):
    """The configuration can't be used; holds every finding, so that one look mends them all."""

    def __init__(self, findings: Sequence[str]) -> None:
        super().__init__("\n".join(findings))
        self.findings = tuple(findings)


class ContractError(DarklaunchError):
    """The capture log is broken as a whole, so no verdict can be had from it."""

    exit_code = 3


class OutsideError(DarklaunchError):
    """MLflow, storage or Spark failed; what was computed before lies on disk."""

    exit_code = 4
