"""A run in a few sentences: what its verdict means, and how it was found."""

from darklaunch.decide.verdict import WORST_FIRST, Verdict
from darklaunch.publish.claims import ALWAYS, rarely
from darklaunch.publish.formatting import moment
from darklaunch.publish.report.run import RunReport


def releases(report: RunReport) -> tuple[str, str]:
    """Production's release and the shadow's."""
    launch = report.launch
    return launch.production_release or "of unknown release", launch.shadow_release or "of unknown release"


def span(report: RunReport) -> str:
    """The window of the run."""
    return f"{moment(report.span.start)} to {moment(report.span.end)}"


def meaning(report: RunReport) -> str:
    """The verdict as advice, in one sentence."""
    production, shadow = releases(report)
    match report.verdict:
        case Verdict.PROMOTE:
            return f"Shadow {shadow} may take over from production {production}."
        case Verdict.HOLD:
            return (
                f"Not yet: there is too little evidence to promote shadow {shadow}, or a condition of the policy is "
                "not met."
            )
        case Verdict.BLOCK:
            return f"Do not promote shadow {shadow}: it differs from production more than is tolerated."


def tally(report: RunReport) -> dict[Verdict, int]:
    """The number of endpoints with each verdict, worst first."""
    return {verdict: sum(each.verdict is verdict for each in report.endpoints) for verdict in WORST_FIRST}


def tally_words(report: RunReport) -> str:
    """The same in words: ``3 block, 4 hold, 1 promote``."""
    return ", ".join(f"{number:,} {verdict.value}" for verdict, number in tally(report).items())


def method(report: RunReport) -> tuple[str, str, str, str]:
    """The method in four sentences."""
    noise = (
        "What differs between two instances of the production release is noise, which is subtracted request by request."
        if report.window.baseline
        else "There was no second instance of the production release to tell noise by, so every difference counts."
    )
    return (
        "Sampled requests of production were answered by the shadow as well, whose answers reached nobody, and both "
        "answers to a request were compared, status, headers and body, after the rules of the team.",
        noise,
        f"Each bound is wrong, and each confidence as high as this level misleads, {rarely(report.fleet.level)}, "
        f"{ALWAYS}; no confidence is the probability that a release is fine.",
        "An endpoint is promoted only where its responses, its server errors and its latency are all shown to be as "
        "good as tolerated, it is blocked only for what was seen to differ, and everything else is on hold.",
    )
