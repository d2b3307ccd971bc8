"""Known answers in codes. Knows no model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from labeling.columns import key_of
from labeling.consensus.sums import Ints
from labeling.errors import UnusableAnswers

if TYPE_CHECKING:
    from labeling.answers import Answers


def gold_codes(answers: Answers, gold: Mapping[Any, Any] | None) -> tuple[Ints, Ints]:
    """Item numbers (rising) and class numbers of the gold items that are among the answers."""
    if not gold:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    class_of = {key_of(label): code for code, label in enumerate(answers.labels)}
    ids = answers.items.tolist()
    _refuse_other_ids(ids, gold)
    items, classes = [], []
    for number, item in enumerate(ids):
        if item not in gold:
            continue
        known = gold[item]
        code = class_of.get(key_of(known))
        if code is None:
            raise UnusableAnswers(
                f"the known answer {known!r} of item {item!r} is not among the labels {list(answers.labels)}",
                cure="Mend the gold table, or pass labels= with every label of the project.",
            )
        items.append(number)
        classes.append(code)
    return np.asarray(items, dtype=np.int64), np.asarray(classes, dtype=np.int64)


def _refuse_other_ids(ids: list[Any], gold: Mapping[Any, Any]) -> None:
    """Gold of no item here is let pass, unless its ids are the items' own in another type: it would be lost."""
    known = next(iter(gold))
    if not any(item in gold for item in ids) and {str(item) for item in gold} & {str(item) for item in ids}:
        raise UnusableAnswers(
            f"the gold names its items like {known!r}, but the answers like {ids[0]!r}",
            cure="Give both the same type, such as text.",
        )
