"""The fingerprint of a run: PostgreSQL's own hash of each person with the raw score as seed, over arrays."""

import numpy as np
from numpy.typing import NDArray

from scoring.kernel.shapes import Integers

Words = NDArray[np.uint32]
_START = 0x9E3779B9 + 4 + 3923095


def digest(person_ids: Integers, raw_hundredths: Integers) -> int:
    """bit_xor(hashint8extended(person_id, raw_hundredths)) over everybody whose raw score is above 0."""
    some = raw_hundredths > 0
    return int(np.bitwise_xor.reduce(hash_extended(person_ids[some], raw_hundredths[some]), initial=0))


def hash_extended(values: Integers, seeds: Integers) -> Integers:
    """hashint8extended(value, seed) of PostgreSQL for seeds above 0."""
    low = (values & 0xFFFFFFFF).astype(np.uint32)
    high = (values >> 32).astype(np.uint32)
    low ^= np.where(values >= 0, high, ~high)
    a = np.full(len(values), _START, dtype=np.uint32)
    b, c = a.copy(), a.copy()
    a += (seeds >> 32).astype(np.uint32)
    b += (seeds & 0xFFFFFFFF).astype(np.uint32)
    a, b, c = _mix(a, b, c)
    a += low
    b, c = _final(a, b, c)
    return ((b.astype(np.uint64) << np.uint64(32)) | c).view(np.int64)


def _turn(word: Words, bits: int) -> Words:
    return (word << np.uint32(bits)) | (word >> np.uint32(32 - bits))


def _mix(a: Words, b: Words, c: Words) -> tuple[Words, Words, Words]:
    for bits in (4, 6, 8, 16, 19, 4):
        a, b, c = b, c + b, (a - c) ^ _turn(c, bits)
    return a, b, c


def _final(a: Words, b: Words, c: Words) -> tuple[Words, Words]:
    for bits in (14, 11, 25, 16, 4, 14, 24):
        a, b, c = b, (c ^ b) - _turn(b, bits), a
    return a, b
