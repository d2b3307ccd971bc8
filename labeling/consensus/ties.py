"""The label in a row of scores: the greatest, and among equals a seeded draw that hangs on the item and not on its
place.
"""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
import numpy.typing as npt

from labeling.consensus.sums import Bools, Codes, Floats, Ints

EQUAL = 1e-9
"""Scores within this of the greatest count as equal."""


CHUNK = 32_768
"""Items looked at together: few enough for the processor's cache."""


def choose(scores: Floats | Codes, items: npt.NDArray[np.object_], seed: int) -> tuple[Ints, Bools]:
    """The class of each item (items,) and whether it was drawn among equals. Scores are probabilities, or votes.

    The draw is uniform and depends on the seed and the item's id alone: the order of rows, or further items, change
    nothing.
    """
    chosen = np.empty(len(scores), dtype=np.int64)
    is_tie = np.empty(len(scores), dtype=bool)
    small = np.uint8 if scores.shape[1] <= 256 else np.int64
    is_counted = scores.dtype.kind == "i"
    least, equal = (-1, 0) if is_counted else (-np.inf, EQUAL)
    for low in range(0, len(scores), CHUNK):
        part = np.ascontiguousarray(scores[low : low + CHUNK].T)
        top, second = part[0].copy(), np.full(part.shape[1], least, dtype=scores.dtype)
        first = np.zeros(part.shape[1], dtype=small)
        for label in range(1, len(part)):
            np.maximum(second, np.minimum(top, part[label]), out=second)
            np.maximum(first, (part[label] > top) * small(label), out=first)
            np.maximum(top, part[label], out=top)
        chosen[low : low + CHUNK] = first
        np.greater_equal(second, top - equal if equal else top, out=is_tie[low : low + CHUNK])
    tied = np.flatnonzero(is_tie)
    if len(tied):
        part = scores[tied].T.copy()
        near = part >= part.max(axis=0) - equal
        wanted = np.floor(_draws(items[tied].tolist(), seed) * near.sum(axis=0)).astype(np.int64)
        passed = np.zeros(len(tied), dtype=np.int64)
        for label, is_near in enumerate(near):
            chosen[tied[is_near & (passed == wanted)]] = label
            passed += is_near
    return chosen, is_tie


def _draws(ids: list[Any], seed: int) -> Floats:
    """A number in [0, 1) for each id: its number, or a checksum of its text, and the seed through the splitmix64
    finaliser.
    """
    numbers = np.array(ids) if set(map(type, ids)) == {int} else np.empty(0, dtype=object)
    if numbers.dtype.kind == "i":
        bits = numbers.astype(np.uint64)
    else:
        texts = [str(item).encode() for item in ids]
        bits = np.fromiter((zlib.crc32(text) << 32 | zlib.adler32(text) for text in texts), np.uint64, len(ids))
    mixed = bits * np.uint64(0x9E3779B97F4A7C15)
    mixed += np.uint64((seed * 0xD1B54A32D192ED03 + 0x632BE59BD9B4E019) & 0xFFFFFFFFFFFFFFFF)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed ^= mixed >> np.uint64(shift)
        mixed *= np.uint64(factor)
    mixed ^= mixed >> np.uint64(31)
    return (mixed >> np.uint64(11)).astype(np.float64) / float(2**53)
