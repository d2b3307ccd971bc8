"""The answers laid out for aggregation: one row per (annotator, label) that occurs. Knows no model.

Every model here is sums over answers of a number that depends on the annotator, on what was said and on a column (a
class, or a class and a stratum). `evidence` sums such a table up for each item, `tally` sums posteriors up for each
row. Both go through blocks of items small enough for the processor's cache, so memory beyond the answers stays a few
megabytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
import numpy.typing as npt

from labeling.consensus.gold import gold_codes
from labeling.consensus.sums import PART, Codes, Floats, Ints, vote_shares
from labeling.errors import UnusableAnswers

if TYPE_CHECKING:
    from labeling.answers import Answers

Number = TypeVar("Number", np.float64, np.int32)
BLOCK_ANSWERS = 32_768
NEVER = -1e300
"""The log of a probability that must be nought, finite so that nought times it is nought."""


class Votes:
    """Answers as codes, with what every model needs of them; what only some need is made when first asked for.

    `sizes` answers of each item (items,), `labels_seen` answers of each class (classes,). Rows are the (annotator,
    label) pairs that occur: `keys` their annotator number × classes + label, rising, `row_answers` how many answers
    each has, `said` its class and `owner` its annotator, numbered among the `annotators` who answered, whose numbers
    in the table are `annotators_present`; `answers_of` counts theirs. `clamped` are the items whose answer is known,
    `clamped_to` their classes.
    """

    def __init__(self, item: Codes, annotator: Codes, label: Codes, shape: tuple[int, int, int]) -> None:
        self.items, self.all_annotators, self.classes = shape
        self.answers = len(item)
        self._codes = (item, annotator, label)
        self._counted: tuple[Codes, Ints] | None = None
        self.clamped: Ints = np.zeros(0, dtype=np.int64)
        self.clamped_to: Ints = np.zeros(0, dtype=np.int64)

    @cached_property
    def _is_sorted(self) -> bool:
        item = self._codes[0]
        return not any(bool(np.any(item[1:][part] < item[:-1][part])) for part in _parts(self.answers, 0))

    @cached_property
    def _sorted(self) -> tuple[Codes, Codes, Codes]:
        """Item, annotator and label of each answer, items rising."""
        return self._codes if self._is_sorted else _by_item(*self._codes, self.classes)

    @cached_property
    def _rows(self) -> tuple[Ints, Codes, Ints]:
        """The keys that occur, the row of each answer, and how many answers each row has."""
        _, annotator, label = self._sorted
        possible = self.all_annotators * self.classes
        if possible > max(1_000_000, 4 * self.answers):
            key = annotator.astype(np.int64) * self.classes + label
            keys, place, answers = np.unique(key, return_inverse=True, return_counts=True)
            return keys, place.astype(np.int32), answers
        code = np.empty(self.answers, dtype=np.int32)
        count = np.zeros(possible, dtype=np.int64)
        for part in _parts(self.answers, possible):
            np.multiply(annotator[part], self.classes, out=code[part])
            code[part] += label[part]
            count += np.bincount(code[part], minlength=possible)
        keys = np.flatnonzero(count)
        if len(keys) < possible:
            row_of = np.zeros(possible, dtype=np.int32)
            row_of[keys] = np.arange(len(keys), dtype=np.int32)
            for part in _parts(self.answers, possible):
                code[part] = row_of[code[part]]
        return keys, code, count[keys]

    def _totals(self) -> tuple[Codes, Ints]:
        """Where each item's answers begin, and how many answers each class has; left behind by the first count."""
        if self._counted is None:
            self.counts()
        return cast("tuple[Codes, Ints]", self._counted)

    @property
    def indptr(self) -> Codes:
        """Where each item's answers begin among those sorted by item, and the end: (items + 1,)."""
        return self._totals()[0]

    @property
    def sizes(self) -> Ints:
        """How many answers each item has (made anew each time)."""
        return np.diff(self.indptr).astype(np.int64)

    @property
    def labels_seen(self) -> Ints:
        """How many answers each class has."""
        return self._totals()[1]

    @property
    def item(self) -> Codes:
        """The item of each answer, rising (answers,)."""
        return self._sorted[0]

    @property
    def code(self) -> Codes:
        """The row of each answer, in the order of `item` (answers,)."""
        return self._rows[1]

    @property
    def keys(self) -> Ints:
        """Annotator number × classes + label of each row, rising."""
        return self._rows[0]

    @property
    def row_answers(self) -> Ints:
        """How many answers each row has."""
        return self._rows[2]

    @cached_property
    def said(self) -> Ints:
        """The class of each row."""
        return self.keys % self.classes

    @cached_property
    def annotators_present(self) -> Ints:
        """The numbers of the annotators who gave an answer, rising."""
        return np.unique(self.keys // self.classes)

    @cached_property
    def owner(self) -> Ints:
        """The annotator of each row, numbered among those present."""
        return np.searchsorted(self.annotators_present, self.keys // self.classes)

    @property
    def annotators(self) -> int:
        """How many annotators gave an answer."""
        return len(self.annotators_present)

    @cached_property
    def _first_row(self) -> Ints:
        return np.searchsorted(self.owner, np.arange(self.annotators))

    @cached_property
    def answers_of(self) -> Ints:
        """How many answers each annotator present gave."""
        return np.add.reduceat(self.row_answers, self._first_row)

    @cached_property
    def _blocks(self) -> list[tuple[int, int, Any, Any]]:
        return list(self._cut())

    @classmethod
    def of(cls, answers: Answers, gold: Mapping[Any, Any] | None = None) -> Votes:
        """The votes in answers; items in `gold` (item id to label) are held at their known answer.

        Gold of items that nobody answered is passed over. Raises UnusableAnswers for an empty table and for a gold
        label that is not among the classes.
        """
        if len(answers.item) == 0:
            raise UnusableAnswers("there are no answers to aggregate", cure="Import or collect some answers first.")
        shape = (len(answers.items), len(answers.annotators), len(answers.labels))
        return cls(answers.item, answers.annotator, answers.label, shape).clamp(*gold_codes(answers, gold))

    @property
    def rows(self) -> int:
        """How many different (annotator, label) pairs occur."""
        return len(self.keys)

    def clamp(self, items: Ints, classes: Ints) -> Votes:
        """The same votes with these items held at these classes."""
        twin = object.__new__(Votes)
        twin.__dict__.update(self.__dict__)
        twin.clamped, twin.clamped_to = items, classes
        return twin

    def subset(self, items: Ints) -> Votes:
        """The votes on some items only (sorted numbers); rows keep their keys, so that parameters carry over."""
        where = np.zeros(self.items, dtype=np.int32)
        where[items] = np.arange(1, len(items) + 1)
        item = where[self.item]
        keep = item > 0
        key = self.keys[self.code[keep]]
        shape = (len(items), self.all_annotators, self.classes)
        annotator, label = (key // self.classes).astype(np.int32), (key % self.classes).astype(np.int32)
        small = Votes((item[keep] - 1).astype(np.int32), annotator, label, shape)
        held = where[self.clamped] > 0
        return small.clamp(where[self.clamped[held]].astype(np.int64) - 1, self.clamped_to[held])

    def evidence(self, table: Floats) -> Floats:
        """The sum of `table` (rows × columns) over the answers of each item: items × columns."""
        out = np.empty((self.items, table.shape[1]))
        for low, high, block, _ in self._blocks:
            out[low:high] = block @ table
        return out

    def tally(self, weights: Floats) -> Floats:
        """The sum of `weights` (items × columns) over the items of each row: rows × columns."""
        out = np.zeros((self.rows, weights.shape[1]))
        for low, high, _, turned in self._blocks:
            out += turned @ weights[low:high]
        return out

    def by_annotator(self, rows: Floats) -> Floats:
        """Rows summed up for each annotator: annotators × columns."""
        total: Floats = np.add.reduceat(rows, self._first_row, axis=0)
        return total

    def by_label(self, rows: Floats) -> Floats:
        """Rows summed up for each label said: classes × columns."""
        return np.stack([rows[self.said == label].sum(axis=0) for label in range(self.classes)])

    def counts(self) -> Floats:
        """Votes of each item for each class: items × classes. Counted anew each time: cheaper than the memory.

        The table lies in memory class by class, so that walks along its columns are quick.
        """
        return self._count(np.float64)

    def ballots(self) -> Codes:
        """The same as whole numbers, from which a majority is told in half the time.

        An item without answers has the votes of all, a known one a vote for its answer alone.
        """
        count = self._count(np.int32)
        count[self.sizes == 0] = self.labels_seen
        count[self.clamped] = np.eye(self.classes, dtype=np.int32)[self.clamped_to]
        return count

    def _count(self, kind: type[Number]) -> npt.NDArray[Number]:
        item, _, label = self._codes
        count = np.zeros((self.classes, self.items), dtype=kind)
        # Rising items fill neighbouring cells, so each part is counted in the cache; others are counted in one go.
        for part in _parts(self.answers, 0) if self._is_sorted else [slice(None)]:
            here = item[part]
            low, high = (int(here[0]), int(here[-1]) + 1) if self._is_sorted else (0, self.items)
            width = high - low
            is_narrow = width * self.classes < 2**31
            cell: Codes | Ints = label[part].copy() if is_narrow else label[part].astype(np.int64)
            cell *= width
            cell += here
            cell -= low
            found = np.bincount(cell, minlength=width * self.classes).reshape(self.classes, -1)
            before = count[:, low].copy()  # the part before may end in the item in which this one begins
            count[:, low:high] = found
            count[:, low] += before
        if self._counted is None:
            begins = np.zeros(self.items + 1, dtype=np.int32)
            np.cumsum(count.sum(axis=0), out=begins[1:], dtype=np.int32)
            self._counted = begins, count.sum(axis=1).astype(np.int64)
        return count.T

    def shares(self) -> Floats:
        """Where every model starts: vote shares, the shares of all answers for an item without any, known answers
        held. Row by row in memory, as the models walk it.
        """
        share = vote_shares(self.counts())
        share[self.sizes == 0] = (self.labels_seen + 1) / (self.answers + self.classes)
        share[self.clamped] = np.eye(self.classes)[self.clamped_to]
        return share

    def posterior(self, z: Floats, table: Floats, bias: Floats) -> tuple[float, float, float]:
        """Make `z` (items × columns) the softmax of `bias` + evidence, in place.

        `columns` may be a multiple of the classes (strata inside classes, class by class). Returns the log normaliser
        summed over items, Σ z log z, and the greatest change of an entry.
        """
        normaliser = spread = change = 0.0
        allowed = np.repeat(np.eye(self.classes, dtype=bool), table.shape[1] // self.classes, axis=1)
        held = np.searchsorted(self.clamped, [low for low, _, _, _ in self._blocks] + [self.items])
        for number, (low, high, block, _) in enumerate(self._blocks):
            # Columns first: numpy walks the long axis, several times faster than rows of a few classes.
            x = np.ascontiguousarray((block @ table).T)
            x += bias[:, None]
            if held[number] < held[number + 1]:
                known = slice(held[number], held[number + 1])
                here = self.clamped[known] - low
                x[:, here] = np.where(allowed[self.clamped_to[known]].T, x[:, here], NEVER)
            top = x.max(axis=0)
            x -= top
            new = np.exp(x)
            total = new.sum(axis=0)
            new /= total
            log_total = np.log(total)
            x -= log_total
            normaliser += float(top.sum() + log_total.sum())
            spread += float(np.einsum("ki,ki->", new, x))
            np.subtract(z[low:high].T, new, out=x)
            change = max(change, float(x.max(initial=0.0)), -float(x.min(initial=0.0)))
            z[low:high] = new.T
        return normaliser, spread, change

    def _cut(self) -> Iterator[tuple[int, int, Any, Any]]:
        """Blocks of whole items as sparse items × rows matrices, and turned; all share one array of ones.

        A block holds at least as many answers as there are rows, or adding up its tally would cost more than making it.
        """
        from scipy.sparse import csr_array

        want = max(BLOCK_ANSWERS, 4 * self.rows)
        low = 0
        ones = np.ones(min(self.answers, want + int(self.sizes.max(initial=0))))
        while low < self.items:
            start = self.indptr[low]
            high = int(np.searchsorted(self.indptr, start + want, side="right")) - 1
            # Items without answers cost memory too, so a block is bounded in items as well.
            high = min(max(high, low + 1), low + want, self.items)
            stop = self.indptr[high]
            cells = (ones[: stop - start], self.code[start:stop], self.indptr[low : high + 1] - start)
            block = csr_array(cells, shape=(high - low, self.rows))
            yield low, high, block, block.T
            low = high


def _by_item(item: Codes, annotator: Codes, label: Codes, classes: int) -> tuple[Codes, Codes, Codes]:
    """The answers sorted by item, then annotator, then label."""
    width = int(annotator.max()) + 1
    packed = (item.astype(np.int64) * width + annotator) * classes + label
    packed.sort()
    rest, label64 = np.divmod(packed, classes)
    item64, annotator64 = np.divmod(rest, width)
    return item64.astype(np.int32), annotator64.astype(np.int32), label64.astype(np.int32)


def _parts(answers: int, at_least: int) -> Iterator[slice]:
    """Stretches of answers small enough for the cache, but no smaller than `at_least`."""
    size = max(PART, at_least)
    return (slice(low, low + size) for low in range(0, answers, size))
