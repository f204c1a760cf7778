"""The one-look interval of a proportion, valid where the number of trials was fixed beforehand."""


def clopper_pearson(k: int, n: int, level: float) -> tuple[float, float] | None:
    """The exact two-sided interval of a proportion after ONE look (Clopper and Pearson 1934).

    Repeated looks need `UnitTable.bounds`: this one misses the truth far more often then.

    Args:
        k: successes, in [0, n].
        n: trials, at least 0.
        level: coverage in (0, 1).

    Returns:
        (low, high), fractions in [0, 1]; None without a trial, since nothing was seen.

    Raises:
        ValueError: the counts or the level are out of range.
    """
    if not 0 <= k <= n:
        raise ValueError(f"k == {k} of n == {n}, must be 0 <= k <= n: pass successes, then trials")
    if not 0.0 < level < 1.0:
        raise ValueError(f"level == {level}, must lie strictly between 0 and 1: give such as 0.95")
    if n == 0:
        return None
    # the engine's workers import this package without it
    from scipy.special import betaincinv

    tail = (1.0 - level) / 2.0
    low = 0.0 if k == 0 else float(betaincinv(k, n - k + 1, tail))
    high = 1.0 if k == n else float(betaincinv(k + 1, n - k, 1.0 - tail))
    return low, high
