"""Overrides from the command line, ``-o key.path=value``, each as a tree."""

import re
from typing import Final

from darklaunch.config.loading.keys import FREE_KEYS, dotted
from darklaunch.config.loading.tree import Branch
from darklaunch.config.loading.yaml_reader import Reading, read
from darklaunch.text.escape import cut, quoted

_STEP: Final = re.compile(r'(?:"([^"]+)"|([^".=]+))([.=])')


def read_override(text: str) -> Reading:
    """Reads one override; its value is YAML, and a step that holds a dot or ``=`` stands in double quotes.

    Under ``spark.conf.`` the rest is one key, because Spark's own keys hold dots.
    """
    steps, value = _parts(text)
    if not steps:
        wanted = "wanted key.path=value, such as -o scoring.alpha=0.01"
        return Reading(tree=None, findings=(f"-o {cut(text)}: found {quoted(text)}, {wanted}",))
    where = f"-o {dotted(steps)}"
    reading = read(value, lambda _: where)
    tree = reading.tree
    if tree is None:
        return reading
    for step in reversed(steps):
        tree = Branch(children={step: tree}, where=where)
    return Reading(tree=tree, findings=reading.findings)


def _parts(text: str) -> tuple[tuple[str, ...], str]:
    """The steps of the path and the value; no steps where the text has another shape."""
    steps: list[str] = []
    end = 0
    while step := _STEP.match(text, end):
        steps.append((step[1] or step[2]).strip())
        end = step.end()
        if step[3] == "=":
            free = len(FREE_KEYS)
            if tuple(steps[:free]) == FREE_KEYS and len(steps) > free:
                steps[free:] = [".".join(steps[free:])]
            return tuple(steps), text[end:]
    return (), ""
