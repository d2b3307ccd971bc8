"""Which texts are nearly the same: MinHash and locality-sensitive hashing to find pairs, the true likeness to keep them.

Numpy only; knows no frame. Likeness is Jaccard's: of the character n-grams of two texts, those shared over those in either.
Source: Broder (1997), On the resemblance and containment of documents; Leskovec, Rajaraman, Ullman, Mining of Massive
Datasets, ch. 3: with b bands of r rows, two texts of likeness s become candidates with probability 1 - (1 - s^r)^b.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MISSED = 0.001
"""The share of pairs exactly at the threshold that may be missed; of likelier ones fewer are."""
MOST_HASHES = 100
_CROWD = 64
"""A bucket of more texts than this is not compared each with each, but with one of them after the other."""
_AT_ONCE = 200_000


@dataclass(frozen=True)
class Grams:
    """The n-grams of each text: those of text i are values[starts[i]:starts[i + 1]], sorted, each once."""

    values: NDArray[np.uint32]
    starts: NDArray[np.int64]

    def sizes(self) -> NDArray[np.int64]:
        """How many different n-grams each text has."""
        return np.diff(self.starts)


def grams_of(texts: Sequence[str], n: int) -> Grams:
    """The hashed character n-grams of each text; a text of fewer characters is one gram, the empty one too."""
    padded = [text if len(text) >= n else text.ljust(n, "\x00") for text in texts]
    lengths = np.fromiter((len(text) for text in padded), np.int64, len(padded))
    codes = np.frombuffer("".join(padded).encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    if not len(codes):
        return Grams(np.zeros(0, np.uint32), np.zeros(1, np.int64))
    rows = np.repeat(np.arange(len(padded), dtype=np.uint64), lengths)
    hashed = np.zeros(len(codes) - n + 1, np.uint64)
    for place in range(n):
        hashed = hashed * np.uint64(0x100000001B3) + codes[place : len(codes) - n + 1 + place]
    hashed = _mixed(hashed) >> np.uint64(32)
    whole = rows[: len(hashed)] == rows[n - 1 :]
    keyed = np.sort((rows[: len(hashed)][whole] << np.uint64(32)) | hashed[whole])
    first = np.ones(len(keyed), bool)
    first[1:] = keyed[1:] != keyed[:-1]
    keyed = keyed[first]
    counts = np.bincount((keyed >> np.uint64(32)).astype(np.int64), minlength=len(padded))
    return Grams((keyed & np.uint64(0xFFFFFFFF)).astype(np.uint32), np.concatenate([[0], np.cumsum(counts)]))


def bands_for(threshold: float) -> tuple[int, int]:
    """How many bands of how many rows find all but MISSED of the pairs at the threshold.

    >>> bands_for(0.8)
    (18, 5)
    """
    best = (math.ceil(math.log(MISSED) / math.log1p(-threshold)) if threshold < 1 else 1, 1)
    for rows in range(2, 17):
        share = threshold**rows
        bands = math.ceil(math.log(MISSED) / math.log1p(-share)) if share < 1 else 1
        if bands * rows <= MOST_HASHES:
            best = (bands, rows)
    return best


def alike(texts: Sequence[str], threshold: float, n: int = 3) -> NDArray[np.int64]:
    """For each text the number of its cluster: texts joined by pairs of likeness `threshold` or more, directly or by way of others.

    Clusters are numbered by their first text. Texts that are equal are best given once.

    >>> alike(["the quick brown fox", "a wholly other text", "the quick brown fox."], 0.8).tolist()
    [0, 1, 0]
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    grams = grams_of(texts, n)
    pairs = [one for one in _pairs(grams, threshold) if len(one)]
    first, second = np.concatenate(pairs).T if pairs else (np.zeros(0, np.int64), np.zeros(0, np.int64))
    graph = coo_array((np.ones(len(first), bool), (first, second)), shape=(len(texts), len(texts)))
    return np.asarray(connected_components(graph, directed=False)[1], np.int64) if len(texts) else np.zeros(0, np.int64)


def likeness(grams: Grams, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.float64]:
    """Jaccard's likeness of the texts first[i] and second[i]."""
    found = np.empty(len(first))
    sizes = grams.sizes()
    for start in range(0, len(first), _AT_ONCE):
        one, two = first[start : start + _AT_ONCE], second[start : start + _AT_ONCE]
        pair = np.arange(len(one), dtype=np.uint64) << np.uint64(32)
        both = np.concatenate([np.repeat(pair, sizes[side]) | _gathered(grams, side) for side in (one, two)])
        both.sort()
        same = both[1:] == both[:-1]
        shared = np.bincount((both[1:][same] >> np.uint64(32)).astype(np.int64), minlength=len(one))
        found[start : start + _AT_ONCE] = shared / (sizes[one] + sizes[two] - shared)
    return found


def _gathered(grams: Grams, rows: NDArray[np.int64]) -> NDArray[np.uint64]:
    sizes = grams.sizes()[rows]
    ends = np.cumsum(sizes)
    places = np.arange(ends[-1] if len(ends) else 0) + np.repeat(grams.starts[rows] - ends + sizes, sizes)
    found: NDArray[np.uint64] = grams.values[places].astype(np.uint64)
    return found


def _pairs(grams: Grams, threshold: float) -> Iterator[NDArray[np.int64]]:
    """Pairs that are as alike as that, band by band; those seen in a band before may come again."""
    bands, rows = bands_for(threshold)
    random = np.random.default_rng(20240601)  # a fixed seed: the same texts give the same clusters
    seen = np.zeros(0, np.uint64)
    for _ in range(bands):
        key = np.zeros(len(grams.starts) - 1, np.uint64)
        for _ in range(rows):
            factor, shift = (np.uint64(one) for one in random.integers(0, 2**63, 2, dtype=np.uint64))
            key = _mixed(key * np.uint64(0x9E3779B97F4A7C15) + _least(grams, factor | np.uint64(1), shift))
        order = np.argsort(key, kind="stable")
        ends = np.flatnonzero(np.diff(key[order])) + 1
        begins, ends = np.concatenate([[0], ends]), np.concatenate([ends, [len(order)]])
        counts = ends - begins
        new = _within(order, begins, counts)
        new = np.setdiff1d(new, seen)
        seen = np.union1d(seen, new)
        yield _verified(grams, new, threshold)
        for place in np.flatnonzero(counts > _CROWD):
            yield from _crowd(grams, np.sort(order[begins[place] : ends[place]]), threshold)


def _least(grams: Grams, factor: np.uint64, shift: np.uint64) -> NDArray[np.uint64]:
    """The least of the hashed grams of each text: one MinHash (multiply-shift)."""
    hashed = ((grams.values.astype(np.uint64) * factor + shift) >> np.uint64(32)).astype(np.uint32)
    least: NDArray[np.uint32] = np.minimum.reduceat(hashed, grams.starts[:-1])
    return least.astype(np.uint64)


def _within(order: NDArray[np.int64], begins: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.uint64]:
    """All pairs of each bucket that is no crowd, each as one number."""
    made = [np.zeros(0, np.uint64)]
    for size in np.unique(counts[(counts > 1) & (counts <= _CROWD)]):
        members = np.sort(order[begins[counts == size][:, None] + np.arange(size)], axis=1).astype(np.uint64)
        left, right = np.triu_indices(int(size), 1)
        made.append(((members[:, left] << np.uint64(32)) | members[:, right]).ravel())
    return np.unique(np.concatenate(made))


def _verified(grams: Grams, pairs: NDArray[np.uint64], threshold: float) -> NDArray[np.int64]:
    first, second = (pairs >> np.uint64(32)).astype(np.int64), (pairs & np.uint64(0xFFFFFFFF)).astype(np.int64)
    kept = likeness(grams, first, second) >= threshold - 1e-12
    return np.stack([first[kept], second[kept]], axis=1)


def _crowd(grams: Grams, members: NDArray[np.int64], threshold: float) -> Iterator[NDArray[np.int64]]:
    """Of a large bucket, each text with the first; of what is not like it, each with its first, and so on."""
    while len(members) > 1:
        first = np.full(len(members) - 1, members[0])
        near = likeness(grams, first, members[1:]) >= threshold - 1e-12
        yield np.stack([first[near], members[1:][near]], axis=1)
        members = members[1:][~near]


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Bits stirred so that each depends on all (the finalizer of splitmix64)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
