"""The unit that each request belongs to: a session or user, or the request itself where it names none."""

import hashlib

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from darklaunch.pair.requests import Requests


def units_of(requests: Requests) -> pa.Array:
    """Units as hashes: who the client was is nobody's business downstream."""
    units = requests.first("unit_id")
    return hashed_units(pc.coalesce(units, requests.request_ids) if units.null_count else units)


def hashed_units(units: pa.Array) -> pa.Array:
    """The hash of each unit's name; none is null."""
    coded = units.dictionary_encode()
    digests = (hashlib.blake2b(unit.encode(), digest_size=8).digest() for unit in coded.dictionary.to_pylist())
    hashes = np.frombuffer(b"".join(digests), np.int64)
    return pa.array(hashes[coded.indices.to_numpy()])
