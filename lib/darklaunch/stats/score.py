"""From an e-value to what people read, and to the threshold that decides."""

import math


def log_threshold(alpha: float) -> float:
    """The log e-value at which the evidence is enough: log(1 / alpha).

    Raises:
        ValueError: alpha is outside (0, 1).
    """
    if not 0.0 < alpha < 1.0:
        raise ValueError(f"alpha == {alpha}, must lie strictly between 0 and 1: give such as 0.05")
    return -math.log(alpha)


def confidence(log_e: float) -> float:
    """The confidence score max(0, 1 - 1/E), a fraction in [0, 1].

    If the tested hypothesis were true, the chance that this score would ever reach S or more, however often
    anybody looks, is at most 1 - S. It is not a probability that the endpoint is fine.

    Args:
        log_e: The natural log of the e-value; -inf (ruined) and inf are allowed.

    Raises:
        ValueError: log_e is NaN.
    """
    if math.isnan(log_e):
        raise ValueError("log_e is NaN, must be a number: pass the value of log_e_promote or log_e_block")
    if log_e <= 0.0:
        return 0.0
    return -math.expm1(-log_e)
