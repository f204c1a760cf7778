"""Draws of the sample: the same for the same id, wherever the salt is known."""

import hashlib
import hmac
import secrets

from darklaunch.capture.mirror.settings import Sampling


class Sampler:
    """Draws requests by a keyed hash, whose key changes with time.

    Attributes:
        highest: the highest rate of any endpoint.
    """

    def __init__(self, sampling: Sampling) -> None:
        self.highest = max([sampling.rate, *(rate for _, rate in sampling.rates)])
        self._rate = sampling.rate
        self._rates = dict(sampling.rates)
        self._secret = secrets.token_bytes(32) if sampling.salt is None else sampling.salt.encode()
        self._salt_seconds = sampling.salt_seconds
        self._period: tuple[int, bytes] = (-1, b"")

    def rate(self, endpoint: str | None) -> float:
        """The rate of an endpoint by its name, such as ``GET /items/{id}``."""
        return self._rate if endpoint is None else self._rates.get(endpoint, self._rate)

    def draw(self, key: str, now_seconds: float) -> float:
        """The draw of a request or unit, uniform in [0, 1): it is sampled where that is below the rate.

        Args:
            key: the id of the request or unit.
            now_seconds: since 1970.
        """
        period = int(now_seconds // self._salt_seconds)
        known, salt = self._period
        if known != period:
            salt = self._keyed(b"sample", str(period))
            self._period = (period, salt)
        digest = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), key=salt, digest_size=8).digest()
        # the 53 bits that a double holds
        return (int.from_bytes(digest, "big") >> 11) * 2.0**-53

    def hidden(self, unit: str) -> str:
        """The id of a unit as it is recorded: the same for good, and nobody without the salt can go back."""
        return self._keyed(b"unit", unit).hex()[:32]

    def _keyed(self, purpose: bytes, text: str) -> bytes:
        message = purpose + b"\0" + text.encode("utf-8", "surrogatepass")
        return hmac.new(self._secret, message, hashlib.sha256).digest()
