import numpy as np
import pytest

from darklaunch.stats import BLOCK, BLOCK_BASELINE, GRID_VERSION, PROMOTE, PROMOTE_NOISY, BetGrid

GRIDS = [PROMOTE, BLOCK, BLOCK_BASELINE, PROMOTE_NOISY]


@pytest.mark.parametrize("grid", GRIDS)
def test_the_percents_of_each_grid_sum_to_100(grid):
    assert sum(grid.percents) == 100.0


def test_the_grids_are_those_of_version_2():
    assert GRID_VERSION == "2"
    assert [len(grid.bets) for grid in GRIDS] == [17, 18, 15, 10]
    assert [(grid.bets[0], grid.bets[-1]) for grid in GRIDS] == [
        (-1, -0.001),
        (0.02, 10000),
        (0.001, 0.9),
        (-0.9, -0.05),
    ]


@pytest.mark.parametrize(
    ("grid", "tested", "void"),
    [
        (PROMOTE, 0.0, []),
        (PROMOTE, 1.0, []),
        (PROMOTE, -0.01, [-1.0]),
        (PROMOTE, -0.2, [-1.0, -0.95, -0.9]),
        (BLOCK, 0.0, []),
        (BLOCK, 0.001, [1000, 2000, 5000, 10000]),
        (BLOCK, 0.000999, [2000, 5000, 10000]),
        (BLOCK_BASELINE, 0.0, []),
        (BLOCK_BASELINE, 0.2, [0.9]),
        (BLOCK_BASELINE, 1.0, [0.5, 0.6, 0.7, 0.8, 0.9]),
    ],
)
def test_a_node_is_void_where_its_factor_could_turn_negative(grid, tested, void):
    shares = grid.log_weights(np.array([tested]))[0]
    assert [bet for bet, share in zip(grid.bets, shares, strict=True) if share == -np.inf] == void


@pytest.mark.parametrize("grid", GRIDS)
def test_the_share_of_a_void_node_is_lost_and_not_spread(grid):
    everywhere, somewhere = grid.log_weights(np.array([0.0, 0.5]))
    kept = np.isfinite(somewhere)
    assert np.array_equal(somewhere[kept], everywhere[kept])


@pytest.mark.parametrize("grid", GRIDS)
def test_no_possible_unit_makes_a_live_factor_negative(grid):
    tested = np.linspace(-1.0 if grid is not BLOCK else 0.0, 1.0, 401)
    lowest = 0.0 if grid is BLOCK else -1.0
    for excess in (lowest, 0.0, 1.0):
        factors = 1.0 + grid.bet_array() * (excess - tested[:, np.newaxis])
        assert (factors[np.isfinite(grid.log_weights(tested))] >= 0.0).all()


@pytest.mark.parametrize(
    ("bets", "percents", "message"),
    [
        ((0.1, 0.2), (100.0,), "2 bets with 1 percents"),
        ((0.1, -0.2), (50.0, 50.0), "mix signs"),
        ((0.1, 0.0), (50.0, 50.0), "mix signs or hold 0"),
        ((0.1, 0.2), (50.0, 49.0), "sum to 99"),
        ((0.1, 0.2), (101.0, -1.0), "give positive ones"),
        ((), (), "sum to 0"),
    ],
)
def test_a_grid_that_is_no_mixture_is_refused(bets, percents, message):
    with pytest.raises(ValueError, match=message):
        BetGrid(bets=bets, percents=percents, worst_excess=0.0, ruin_allowed=False)
