"""Hashes of request ids: the same in every process and run, to draw requests and to cut hours by."""

import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


def hash_ids(ids: Sequence[bytes]) -> npt.NDArray[np.uint32]:
    """The hash of each id; shape (ids,).

    The CRC of similar texts differs in few bits; the last step of MurmurHash3 (Appleby 2011) spreads them.
    """
    hashes = np.fromiter(map(zlib.crc32, ids), np.uint32, len(ids))
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        hashes = (hashes ^ (hashes >> np.uint32(shift))) * np.uint32(factor)
    return hashes ^ (hashes >> np.uint32(16))
