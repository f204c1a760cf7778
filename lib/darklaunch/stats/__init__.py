"""Mathematics that knows numbers only: unit tables, e-processes, bounds, forecast, multiplicity."""

from darklaunch.stats.batch import log_es_block, log_es_promote, lowers, uppers
from darklaunch.stats.eprocess import confidence, log_threshold
from darklaunch.stats.grid import BLOCK, BLOCK_BASELINE, GRID_VERSION, PROMOTE, PROMOTE_NOISY, BetGrid
from darklaunch.stats.intervals import clopper_pearson
from darklaunch.stats.late import late_regression
from darklaunch.stats.multiplicity import closed_e_bh, e_bh
from darklaunch.stats.sample import Row
from darklaunch.stats.unit_table import UnitTable

__all__ = [
    "BLOCK",
    "BLOCK_BASELINE",
    "GRID_VERSION",
    "PROMOTE",
    "PROMOTE_NOISY",
    "BetGrid",
    "Row",
    "UnitTable",
    "clopper_pearson",
    "closed_e_bh",
    "confidence",
    "e_bh",
    "late_regression",
    "log_es_block",
    "log_es_promote",
    "log_threshold",
    "lowers",
    "uppers",
]
