"""Settings of `noise`: how volatile paths are learned."""

from typing import Annotated

from darklaunch.config.settings.types import Flag, Range, Section


class NoiseSettings(Section):
    """The limits by which a path counts as volatile.

    Attributes:
        learn: whether rules are learned from the baseline arm, where there is one.
        learning_hours: hours of a launch that are learned from, or its whole first window if that is longer.
        tolerated_excess: at learned paths, the shadow alone may differ this much more often than the baseline alone.
    """

    learn: Flag = True
    learning_hours: Annotated[int, Range(at_least=1)] = 24
    tolerated_excess: Annotated[float, Range(above=0, below=1)] = 0.02
