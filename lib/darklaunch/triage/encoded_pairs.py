"""The production requests of a part of a window's pairs, with the differences of each that count."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from darklaunch.capture.around import HOUR_US
from darklaunch.capture.flags import flags
from darklaunch.pair.outcome import COMPARED, Outcome
from darklaunch.pair.outcome_flags import has_outcome
from darklaunch.stats.arrays import BoolArray, IntArray
from darklaunch.triage.cause import VARYING
from darklaunch.triage.tally import Encoded, distinct, encode

ENCODED_COLUMNS: Final = ("endpoint", "outcome", "differences")
"""The columns of pairs that ``encode_pairs`` needs."""

_NOT_PRODUCTION: Final = (Outcome.PRODUCTION_MISSING, Outcome.OTHER_WINDOW)


@dataclass(frozen=True, slots=True, kw_only=True)
class PairsPart:
    """The ways to read a part of a window's pairs, and the captured requests behind them.

    Attributes:
        pairs: reads columns of its pairs; may be called more than once, and gives the same rows every time.
        production_rows: reads columns of the good production rows in the window that have one of some ids of this
            part, whichever file they lie in; of a request that was delivered more than once, all copies.
    """

    pairs: Callable[[Sequence[str]], pa.Table]
    production_rows: Callable[[pa.Array, Sequence[str]], pa.Table]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EncodedPairs:
    """Pairs with the differences of each that count.

    Where the baseline differs at some paths of a request and not at others, only the others are kept: noise must not
    make the same bug look different from request to request.

    Attributes:
        pairs: as read.
        endpoint: of each pair.
        is_production: whether production answered it in this window; shape (pairs,), as all below.
        compared: whether its answers were compared.
        differs: whether a difference of it counts.
        answered: whether it differs and the baseline answered it as well.
        noisy: whether it differs, and the baseline at every path of that.
        signature: hash of its endpoint and of the set of its paths and kinds; 0 where nothing differs.
        owner: the pair of each kept difference, ascending; shape (differences,).
        listed: all listed differences, a struct each.
        kept: places of the kept differences among them.
        path: of the kept differences.
        kind: of the kept differences.
    """

    pairs: pa.Table
    endpoint: Encoded
    is_production: BoolArray
    compared: BoolArray
    differs: BoolArray
    answered: BoolArray
    noisy: BoolArray
    signature: IntArray
    owner: IntArray
    listed: pa.StructArray
    kept: IntArray
    path: Encoded
    kind: Encoded

    @property
    def hour(self) -> IntArray:
        """The hour of each pair, in hours since 1970."""
        hours: IntArray = self.pairs["bucket"].cast(pa.int64()).to_numpy() // HOUR_US
        return hours

    def values(self, field: str, chosen: BoolArray | None = None) -> pa.Array:
        """A field of the kept differences, or of some of them."""
        places = self.kept if chosen is None else self.kept[chosen]
        return self.listed.field(field).take(pa.array(places))


def encode_pairs(pairs: pa.Table) -> EncodedPairs:
    """Finds the differences of pairs that count, and the signature of each pair.

    Args:
        pairs: with ``ENCODED_COLUMNS`` and whatever columns are needed later.
    """
    outcome, endpoint = pairs["outcome"], encode(pairs["endpoint"])
    compared = has_outcome(outcome, COMPARED)
    lists = pairs["differences"].combine_chunks()
    listed, owners = pc.list_flatten(lists), pc.list_parent_indices(lists).to_numpy().astype(np.int64)
    counting = np.flatnonzero(flags(listed.field("rule").is_null()) & compared[owners])
    owner = owners[counting]
    in_baseline = listed.field("baseline_differs").take(pa.array(counting))
    is_noise, was_answered = flags(in_baseline), flags(in_baseline.is_valid())
    differs, quiet, answered = (
        np.bincount(each, minlength=len(pairs)) > 0 for each in (owner, owner[~is_noise], owner[was_answered])
    )
    is_kept = ~is_noise | ~quiet[owner]
    owner, kept = owner[is_kept], counting[is_kept]
    path, kind = (encode(listed.field(name).take(pa.array(kept))) for name in ("path", "kind"))
    return EncodedPairs(
        pairs=pairs,
        endpoint=endpoint,
        is_production=~has_outcome(outcome, _NOT_PRODUCTION),
        compared=compared,
        differs=differs,
        answered=answered,
        noisy=differs & ~quiet,
        signature=_signatures(endpoint, owner, path, kind),
        owner=owner,
        listed=listed,
        kept=kept,
        path=path,
        kind=kind,
    )


def _signatures(endpoint: Encoded, owner: IntArray, path: Encoded, kind: Encoded) -> IntArray:
    """The sum of the digests of a pair's endpoint and its paths and kinds, the same in whichever order these come."""
    path = path.mapped(pc.replace_substring_regex(path.values, VARYING, "#"))
    paths, kinds = path.values.to_pylist(), kind.values.to_pylist()
    shapes = max(1, len(paths) * len(kinds))
    # the same path and kind twice, where they vary in data only, is the same set
    owner, shape = np.divmod(distinct(owner * shapes + path.codes * len(kinds) + kind.codes), shapes)
    used = encode(pa.array(shape))
    digests = _digests([(paths[each // len(kinds)], kinds[each % len(kinds)]) for each in used.values.to_pylist()])
    sums = np.zeros(len(endpoint.codes), np.uint64)
    np.add.at(sums, owner, digests[used.codes])
    differing = distinct(owner)
    sums[differing] += _digests([(name,) for name in endpoint.values.to_pylist()])[endpoint.codes[differing]]
    return sums.view(np.int64)


def _digests(texts: Sequence[tuple[str, ...]]) -> npt.NDArray[np.uint64]:
    joined = b"".join(hashlib.blake2b("\0".join(text).encode(), digest_size=8).digest() for text in texts)
    return np.frombuffer(joined, np.uint64)
