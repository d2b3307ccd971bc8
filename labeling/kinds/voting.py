"""Verdicts on answers that are classes, by the vectorised consensus: for kinds, and for questions within an answer."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

from labeling.kinds.kind import Verdict, Vote


def verdicts_of_classes(
    votes: Sequence[Vote], labels: Sequence[Any], *, ordinal: bool = False, seed: int = 0
) -> list[Verdict]:
    """The default consensus of the house over answers that are among `labels`; `parts` is the probability of each label.

    >>> votes = [Vote("a", "ann", "yes"), Vote("a", "bob", "yes"), Vote("a", "cid", "no"), Vote("b", "ann", "no")]
    >>> [(one.item, one.answer, one.votes) for one in verdicts_of_classes(votes, ["yes", "no"])]
    [('a', 'yes', 3), ('b', 'no', 1)]
    """
    if not votes:
        return []
    # numpy and scipy come with these; a server that computes no consensus never loads them.
    import numpy as np

    from labeling.answers import Answers
    from labeling.consensus.engine import consensus

    table = Answers.from_columns(
        [vote.item for vote in votes],
        [vote.annotator for vote in votes],
        [vote.answer for vote in votes],
        labels=list(labels),
    )
    found = consensus(table, "auto", seed=seed, ordinal=ordinal)
    labels = found.answers.labels
    confidence: list[float | None] = [None if np.isnan(one) else float(one) for one in found.confidence]
    rows = zip(
        table.items.tolist(),
        found.label.tolist(),
        confidence,
        found.votes.tolist(),
        found.votes_for.tolist(),
        found.majority.tolist(),
        found.tie.tolist(),
        found.posterior.tolist(),
        strict=True,
    )
    return [
        Verdict(
            item=item,
            answer=labels[label],
            confidence=sure,
            votes=many,
            majority=labels[majority],
            is_tie=tie,
            disagreement=1 - votes_for / many if many else 0.0,
            parts=tuple(zip(labels, posterior, strict=True)),
        )
        for item, label, sure, many, votes_for, majority, tie, posterior in rows
    ]


def by_item(votes: Sequence[Vote]) -> dict[Hashable, list[Vote]]:
    """The votes of each item, in the order in which items first appear.

    >>> {item: len(mine) for item, mine in by_item([Vote(2, "a", 0), Vote(1, "a", 0), Vote(2, "b", 1)]).items()}
    {2: 2, 1: 1}
    """
    found: dict[Hashable, list[Vote]] = {}
    for vote in votes:
        found.setdefault(vote.item, []).append(vote)
    return found
