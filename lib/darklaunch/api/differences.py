"""The differences of two bodies, as a notebook shows them."""

from darklaunch.diff.difference import Difference
from darklaunch.publish.notebook.cells import table_cell

_HEADINGS = ("path", "kind", "production", "shadow", "settled by")


class Differences(tuple[Difference, ...]):
    """The differences of two bodies, sorted by path; a tuple that a notebook shows as a table."""

    __slots__ = ()

    @property
    def counting(self) -> "Differences":
        """Those that no rule settles."""
        return Differences(each for each in self if each.rule is None)

    def _repr_html_(self) -> str:
        """The differences as a table, for a notebook's cell."""
        rows = [
            (each.path, each.kind.value, each.production or "", each.shadow or "", each.rule or "") for each in self
        ]
        counting = len(self.counting)
        caption = f"{len(rows):,} differing paths, {counting:,} of which count" if rows else "no difference"
        return table_cell(caption, _HEADINGS, rows)
