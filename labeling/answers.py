"""Answers as every number here reads them: who said what of which item, as integer codes. Knows no statistic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from labeling.columns import LABEL_NAMES, as_objects, factorize, key_of, pick_columns
from labeling.errors import UnusableAnswers, nearest
from prep.phrase import phrase

Duplicates = Literal["last", "keep", "error"]
"""What counts where one annotator answered one item twice: the latest row, every row, or neither (an error)."""


FEW_ROWS = 24
"""Rows of one item that are compared two by two: with more, a sort is quicker."""


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """A table of answers in codes: in row r, `annotators[annotator[r]]` gave `labels[label[r]]` to `items[item[r]]`.

    `items` and `annotators` are the distinct ids (object arrays) in the order in which they first appear; `labels`
    are the classes in order: as given, else sorted (numbers by value, all else as text). The three code arrays are
    int32, one entry an answer, in the order of the input.

    >>> answers = Answers.from_columns(["a", "a", "b"], ["ann", "bob", "ann"], ["yes", "no", "yes"])
    >>> answers.labels, answers.label.tolist(), answers.counts().tolist()
    (('no', 'yes'), [1, 0, 1], [[1, 1], [0, 1]])
    """

    items: NDArray[np.object_]
    annotators: NDArray[np.object_]
    labels: tuple[Any, ...]
    item: NDArray[np.int32]
    annotator: NDArray[np.int32]
    label: NDArray[np.int32]

    def __len__(self) -> int:
        """The number of answers.

        >>> len(Answers.from_columns([1, 1], ["ann", "bob"], [3, None]))
        1
        """
        return len(self.item)

    @classmethod
    def of(cls, frame: Any, *, labels: Sequence[Any] | None = None, duplicates: Duplicates = "last") -> Answers:
        """The answers in a long table with a row an answer.

        Takes a frame that Narwhals knows (pandas, polars eager or lazy, pyarrow, DuckDB, ...), a mapping of columns, or
        Answers (given back as they are, or under other `labels`). Columns are found by the field's names, in any case:
        item | task | unit | item_id | task_id | question; annotator | worker | rater | coder | user | performer |
        annotator_id | worker_id; label | answer | value | category | response. Of several, the first named here counts.
        `labels` and `duplicates` are as in `from_columns`, and so are the errors; a missing column is one too.

        >>> Answers.of({"task": [7, 7], "worker": ["ann", "bob"], "label": ["x", "x"]}).items.tolist()
        [7]
        """
        if isinstance(frame, Answers):
            return frame if labels is None else frame.under(labels)
        item, annotator, label = pick_columns(frame)
        return cls.from_columns(item, annotator, label, labels=labels, duplicates=duplicates)

    @classmethod
    def from_columns(
        cls,
        item: Any,
        annotator: Any,
        label: Any,
        *,
        labels: Sequence[Any] | None = None,
        duplicates: Duplicates = "last",
    ) -> Answers:
        """The answers in three columns of equal length (sequences, numpy arrays, or columns of a frame).

        A missing label (None, NaN) is no answer: its row is dropped. `labels` are the classes in order; without it,
        those that occur. `duplicates` says what counts where one annotator answered one item twice: the "last" row,
        all ("keep"), or none ("error"). Raises UnusableAnswers: no answers, columns of unequal length, an item or
        annotator missing, labels of mixed types, a label not among `labels`, a double answer under "error".
        Rows in messages count from 1.
        """
        if duplicates not in {"last", "keep", "error"}:
            raise UnusableAnswers(
                phrase("duplicates=%(duplicates)r is not known", duplicates=duplicates),
                cure=phrase("Say 'last', 'keep' or 'error'."),
            )
        sizes = {len(item), len(annotator), len(label)}
        if len(sizes) > 1:
            raise UnusableAnswers(
                phrase(
                    "The columns differ in length: %(item)s items, %(annotator)s annotators, %(label)s labels",
                    item=len(item),
                    annotator=len(annotator),
                    label=len(label),
                ),
                cure=phrase("Give one of each per answer."),
            )
        label_codes, values = factorize(label, "label")
        if not len(label_codes):
            raise UnusableAnswers(phrase("There are no answers"), cure=phrase("The table needs at least one row."))
        if not len(values):
            raise UnusableAnswers(
                phrase("There are no answers: all %(label_codes)s labels are missing", label_codes=len(label_codes)),
                cure=phrase("Fill in at least one."),
            )
        item_codes, items = factorize(item, "item")
        annotator_codes, annotators = factorize(annotator, "annotator")
        for name, codes in (("item", item_codes), ("annotator", annotator_codes)):
            _refuse_missing(name, codes, label_codes)
        classes, code_of = _classes(values, labels, label_codes)
        answered = label_codes >= 0
        if not answered.all():
            label_codes, item_codes, annotator_codes = (c[answered] for c in (label_codes, item_codes, annotator_codes))
            item_codes, items = _used(item_codes, items)
            annotator_codes, annotators = _used(annotator_codes, annotators)
        answers = cls(items, annotators, classes, item_codes, annotator_codes, code_of[label_codes])
        if duplicates == "error":
            _refuse_repeats(answers, answers._is_last(), np.flatnonzero(answered))
        return answers if duplicates == "keep" else answers.without_repeats()

    def counts(self) -> NDArray[np.int64]:
        """Votes: items × classes, how many answers gave each class to each item."""
        classes = len(self.labels)
        cells = self.item.astype(np.int64) * classes + self.label
        return np.bincount(cells, minlength=len(self.items) * classes).reshape(len(self.items), classes)

    def take(self, rows: NDArray[Any]) -> Answers:
        """Only these rows (a mask, or row numbers in the order wanted); codes keep their meaning, as all ids stay."""
        return Answers(
            self.items, self.annotators, self.labels, self.item[rows], self.annotator[rows], self.label[rows]
        )

    def under(self, labels: Sequence[Any]) -> Answers:
        """The same answers with `labels` as their classes. Raises UnusableAnswers when an answer is not among them.

        >>> Answers.from_columns([1, 1], ["ann", "bob"], ["lo", "hi"]).under(["lo", "mid", "hi"]).label.tolist()
        [0, 2]
        """
        codes, used = _used(self.label, as_objects(self.labels))
        classes, code_of = _classes(used, labels, codes)
        return Answers(self.items, self.annotators, classes, self.item, self.annotator, code_of[codes])

    def without_repeats(self) -> Answers:
        """One answer of each annotator to each item: the latest row.

        >>> twice = Answers.from_columns([1, 1], ["ann", "ann"], ["no", "yes"], duplicates="keep")
        >>> twice.without_repeats().label.tolist()
        [1]
        """
        is_last = self._is_last()
        return self if is_last.all() else self.take(is_last)

    def _is_last(self) -> NDArray[np.bool_]:
        """For each row, whether no later row has the same item and annotator."""
        is_last = np.ones(len(self.item), dtype=bool)
        most = int(np.bincount(self.item, minlength=1).max(initial=0))
        if most <= FEW_ROWS and not np.any(self.item[1:] < self.item[:-1]):  # item by item, as most tables lie
            for step in range(1, most):
                again = self.item[step:] == self.item[:-step]
                again &= self.annotator[step:] == self.annotator[:-step]
                is_last[:-step] &= ~again
            return is_last
        cells = self.item.astype(np.int64) * max(len(self.annotators), 1) + self.annotator
        in_order = np.sort(cells)
        if (in_order[1:] == in_order[:-1]).any():  # the stable sort is far dearer, and most tables have no repeat
            by_cell = np.argsort(cells, kind="stable")
            ordered = cells[by_cell]
            is_last[by_cell[:-1][ordered[1:] == ordered[:-1]]] = False
        return is_last


def _refuse_repeats(answers: Answers, is_last: NDArray[np.bool_], rows: NDArray[np.int64]) -> None:
    if is_last.all():
        return
    row = int(np.argmin(is_last))
    annotator, item = answers.annotators[answers.annotator[row]], answers.items[answers.item[row]]
    raise UnusableAnswers(
        phrase("annotator %(annotator)r answers item %(item)r again further down", annotator=annotator, item=item),
        row=int(rows[row]) + 1,
        cure=phrase("Delete one of the two, or say duplicates='last' to let the latest count."),
    )


def _refuse_missing(name: str, codes: NDArray[np.int32], label_codes: NDArray[np.int32]) -> None:
    """An answer of nobody, or to nothing, is a fault of the table; a row without an answer may say what it likes."""
    if codes.min() >= 0:
        return
    lost = (codes < 0) & (label_codes >= 0)
    if lost.any():
        row = int(np.argmax(lost))
        raise UnusableAnswers(
            phrase("is empty"), row=row + 1, column=name, cure=phrase("Every answer needs its %(name)s.", name=name)
        )


def _used(codes: NDArray[np.int32], ids: NDArray[np.object_]) -> tuple[NDArray[np.int32], NDArray[np.object_]]:
    """Codes and ids without the ids that no row uses; the order of the ids stays."""
    is_used = np.bincount(codes, minlength=len(ids)) > 0
    return (np.cumsum(is_used, dtype=np.int32) - 1)[codes].astype(np.int32), ids[is_used]


def _classes(
    values: Sequence[Any] | NDArray[np.object_], labels: Sequence[Any] | None, codes: NDArray[np.int32]
) -> tuple[tuple[Any, ...], NDArray[np.int32]]:
    """The classes in order, and for each distinct value (in order of appearance) the place of its class."""
    if labels is None:
        order = _sorted(values, codes)
        place = np.empty(len(values), dtype=np.int32)
        place[order] = np.arange(len(values), dtype=np.int32)
        return tuple(values[k] for k in order), place
    if isinstance(labels, str | bytes | Mapping):
        raise UnusableAnswers(
            phrase("labels= is not a list of labels"), cure=phrase("Give them in order: labels=['no', 'yes'].")
        )
    classes = tuple(labels)
    keys = [key_of(value) for value in classes]
    at = {key: k for k, key in enumerate(keys)}
    if len(at) < len(classes) or not classes:
        raise UnusableAnswers(
            phrase("labels=%(classes)r has repeats or is empty", classes=list(classes)),
            cure=phrase("Name each label once."),
        )
    place = np.empty(len(values), dtype=np.int32)
    for k, value in enumerate(values):
        found = at.get(key_of(value))
        if found is None or isinstance(value, bool) is not isinstance(classes[found], bool):
            near = nearest(str(value), [str(label) for label in classes])
            listed = ", ".join(repr(label) for label in classes[:20]) + (", ..." if len(classes) > 20 else "")
            raise UnusableAnswers(
                phrase("%(value)r is not one of the labels %(listed)s", value=value, listed=listed),
                row=int(np.argmax(codes == k)) + 1,
                column=LABEL_NAMES[0],
                cure=phrase("Did you mean %(near)r?", near=near) if near else "",
            )
        place[k] = found
    return classes, place


def _sorted(values: Sequence[Any] | NDArray[np.object_], codes: NDArray[np.int32]) -> list[int]:
    """The order of distinct values: numbers by value, all else as text. Raises UnusableAnswers for mixed types."""
    families = [_family(value) for value in values]
    if len(set(families)) > 1:
        other = next(k for k, family in enumerate(families) if family != families[0])
        raise UnusableAnswers(
            phrase(
                "%(other)r is %(other2)s, but %(values)r is %(families)s: labels of mixed types",
                other=values[other],
                other2=families[other],
                values=values[0],
                families=families[0],
            ),
            row=int(np.argmax(codes == other)) + 1,
            column=LABEL_NAMES[0],
            cure=phrase("Make all labels text, or all numbers; or name the classes with labels=."),
        )
    if families[0] in {"a number", "a truth value"}:
        return sorted(range(len(values)), key=lambda k: cast("float", values[k]))
    return sorted(range(len(values)), key=lambda k: str(values[k]))


def _family(value: Any) -> str:
    if isinstance(value, bool):
        return "a truth value"
    if isinstance(value, int | float):
        return "a number"
    return "text" if isinstance(value, str) else f"a {type(value).__name__}"
