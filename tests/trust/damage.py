"""Damage to bytes and texts, and the time that reading them may take."""

import time
from contextlib import contextmanager

import pytest

FEW = 300
MANY = 20_000
LONGEST_SECONDS = 5.0
COUNTS = pytest.mark.parametrize("count", [FEW, pytest.param(MANY, marks=pytest.mark.long)])


def damaged(chance, data, rubbish, *, whole=None):
    """Data cut, with bits flipped, pieces of it, or of the whole that it is from, spliced in, or rubbish in it."""
    whole, data = data if whole is None else whole, bytearray(data)
    for _ in range(chance.choice([1, 1, 2, 5, 20])):
        at, length = chance.randrange(len(data) + 1), chance.choice([1, 3, 20, 200])
        start = chance.randrange(len(whole))
        match chance.randrange(7):
            case 0 | 1 if at < len(data):
                data[at] ^= 1 << chance.randrange(8)
            case 2:
                del data[at : at + length]
            case 3:
                data[at:at] = whole[start : start + length]
            case 4:
                data[at : at + length] = chance.randbytes(length)
            case 5:
                data[at:at] = chance.choice(rubbish)
            case 6:
                del data[at:]
    return bytes(data)


@contextmanager
def in_time(name):
    """Fails where what happens inside takes too long; of the processor's time, which others can't take."""
    began, worked = time.perf_counter(), time.process_time()
    yield
    assert time.process_time() - worked < LONGEST_SECONDS, name
    assert time.perf_counter() - began < 12 * LONGEST_SECONDS, name


def shown(error, seed):
    """An error that reaches a terminal: on its lines is nothing that acts there."""
    assert all(line.isprintable() for line in str(error).splitlines()), seed
