"""The score: the share of mutants that a test sees, of each package and together."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.mutation.campaign import SEEN, Tried

EQUIVALENT = Path(__file__).with_name("equivalent.yaml")


@dataclass(frozen=True, kw_only=True)
class Equivalent:
    """A mutant that behaves as the module does.

    Attributes:
        module: its path below ``lib/darklaunch``.
        was: the line, stripped.
        becomes: what it is then; ``*``: any mutant of the line.
        why: no test can see it.
    """

    module: str
    was: str
    becomes: str
    why: str

    def covers(self, tried: Tried) -> bool:
        """Whether it is about this mutant."""
        mutant = tried.mutant
        same = mutant.module == f"lib/darklaunch/{self.module}" and mutant.was == self.was
        return same and self.becomes in {"*", mutant.becomes}


def equivalents() -> list[Equivalent]:
    """The mutants that were looked at and found to be equivalent."""
    return [Equivalent(**each) for each in yaml.safe_load(EQUIVALENT.read_text(encoding="utf-8")) or []]


def package_of(tried: Tried) -> str:
    """The stage of a mutant."""
    return tried.mutant.module.removeprefix("lib/darklaunch/").split("/")[0]


def print_report(outcomes: Sequence[Tried], known: Iterable[Equivalent]) -> None:
    """Prints survivors that nobody has explained, and the scores."""
    known = list(known)
    survivors = [each for each in outcomes if each.outcome not in SEEN]
    explained = [each for each in survivors if any(one.covers(each) for one in known)]
    for each in sorted(survivors, key=lambda tried: (tried.mutant.module, tried.mutant.line)):
        if each not in explained:
            mutant = each.mutant
            print(f"{mutant.module}:{mutant.line} {mutant.operator} {each.outcome.value} ({each.tests} tests)")
            print(f"    - {mutant.was}\n    + {mutant.becomes}")
    print(f"\n{'package':<10}{'mutants':>9}{'seen':>7}{'equivalent':>12}{'survived':>10}{'score':>9}")
    for package in [*sorted({package_of(each) for each in outcomes}), "together"]:
        of_package = [each for each in outcomes if package in {"together", package_of(each)}]
        counts = Counter("seen" if each.outcome in SEEN else "survived" for each in of_package)
        equal = sum(1 for each in explained if each in of_package)
        judged = len(of_package) - equal
        score = f"{counts['seen'] / judged:.1%}" if judged else "none"
        left = counts["survived"] - equal
        print(f"{package:<10}{len(of_package):>9}{counts['seen']:>7}{equal:>12}{left:>10}{score:>9}")
