"""The judgement of Great Expectations on a window's profile, and its findings in words."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from darklaunch.capture.files import SkippedFile
from darklaunch.contract.checks import Check, checks, reasons, title
from darklaunch.contract.great_expectations import validate
from darklaunch.contract.limits import ContractLimits
from darklaunch.contract.measures import LOG, Measures, measure
from darklaunch.contract.profile import ArmProfile, Expectation
from darklaunch.errors import ContractError
from darklaunch.window import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The judgement on a profile.

    Attributes:
        success: whether every expectation was met.
        expectations: each of them in words: the log, production, shadow, baseline.
        findings: a line for each that was not met: what was found, what was wanted, what to do.
        result: Great Expectations' own validation result, ready for JSON; the same profile gives the same bytes.

    Raises:
        ValueError: success and findings contradict each other.
    """

    success: bool
    expectations: tuple[Expectation, ...]
    findings: tuple[str, ...]
    result: dict[str, Any]

    def __post_init__(self) -> None:
        if self.success == bool(self.findings):
            raise ValueError(
                f"success: found {self.success} with {len(self.findings)} findings, wanted one or the other"
            )


def judge_profile(profiles: Sequence[ArmProfile], limits: ContractLimits, *, window: Window) -> Judgement:
    """Judges the profile of a window.

    Rows of a release that the settings left out (``other_release``) are no breach and count nowhere.

    Args:
        profiles: of the rows of each arm, by what breaks the contract.
        limits: the thresholds; shares are of an arm's rows.
        window: which rows were asked for, for the words.
    """
    measures = measure(profiles)
    asked = [check for each in measures for check in checks(each, limits)]
    successes, result = validate(measures, asked)
    judged = list(zip(asked, successes, strict=True))
    expectations = tuple(
        Expectation(
            arm=check.arm, expectation=check.expectation, found=check.found, wanted=check.wanted, success=success
        )
        for check, success in judged
    )
    failed = [check for check, success in judged if not success]
    findings = _findings(failed, measures, window)
    return Judgement(success=not failed, expectations=expectations, findings=findings, result=result)


def contract_json(judgement: Judgement, corrupt: Sequence[SkippedFile]) -> dict[str, object]:
    """The members of ``contract.json``."""
    return {
        "success": judgement.success,
        "expectations": [asdict(expectation) for expectation in judgement.expectations],
        "corrupt_files": [asdict(file) for file in corrupt],
        "great_expectations": judgement.result,
    }


def raise_if_broken(judgement: Judgement) -> None:
    """Lets a judgement pass that met every expectation.

    Raises:
        ContractError: an expectation was not met; one line each.
    """
    if not judgement.success:
        raise ContractError("\n".join(judgement.findings))


def _findings(failed: Sequence[Check], measures: Sequence[Measures], window: Window) -> tuple[str, ...]:
    log = next(each for each in measures if each.arm == LOG)
    period = f"between {window.start:%Y-%m-%dT%H:%M:%SZ} and {window.end:%Y-%m-%dT%H:%M:%SZ}"
    nothing = not log.rows and not log.quarantined
    if nothing and failed:
        wanted = next(check.wanted for check in failed)
        return (
            f"capture log: holds no rows {period}, wanted {wanted} of production and shadow each; "
            "check --from, --to and captures.uri",
        )
    by_arm = {each.arm: each for each in measures}
    lines = [_line(check, by_arm, period) for check in failed]
    return tuple(line for line in lines if line is not None)


def _line(check: Check, measures: dict[str, Measures], period: str) -> str | None:
    own = measures[check.arm]
    if check.column != "rows" or own.rows:
        found = f"{check.expectation}: found {check.found}"
        return f"{title(check.arm)}: {found}, wanted {check.wanted}; {check.do}"
    if check.arm == LOG:
        # the arms say it more exactly
        return None
    other = measures["shadow" if check.arm == "production" else "production"]
    if own.quarantined:
        return (
            f"{check.arm}: the log has no good {check.arm} rows {period} (set apart: {reasons(own)}), "
            f"wanted {check.wanted}; mend the recorder"
        )
    return (
        f"{check.arm}: the log has no {check.arm} rows {period} ({other.arm} has {other.rows:,}), "
        f"wanted {check.wanted}; see that its recorder runs and writes to arm={check.arm}"
    )
