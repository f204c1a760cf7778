"""What all figures share."""

from io import BytesIO
from typing import Final, Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure

INK: Final = "#1b2430"
SOFT: Final = "#55606e"
LINE: Final = "#d9dee5"


class Drawing(Figure):
    """A figure that a notebook shows without pyplot and its global state."""

    def _repr_png_(self) -> bytes:
        buffer = BytesIO()
        self.savefig(buffer, format="png")
        return buffer.getvalue()


def plain(axes: Axes, grid: Literal["x", "both"]) -> None:
    """Leaves of the frame and the ticks only what is read."""
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(which="both", length=0, colors=SOFT, labelsize=9)
    axes.grid(axis=grid, color=LINE, linewidth=0.6)
    axes.set_axisbelow(True)
