"""The consensus on a form: question after question, each by its own kind over those who answered it."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from labeling.kinds.kind import Kind, Verdict, Vote
from labeling.kinds.questions import is_asked, kind_of
from labeling.kinds.voting import by_item

Found = Mapping[str, Mapping[Any, Verdict]]
"""Of each question, by its name: the verdict on each item."""


def verdicts(form: Kind, votes: Sequence[Vote], options: Mapping[str, Any], seed: int) -> list[Verdict]:
    """One verdict an item, in the order in which items first appear.

    A question that may be left out stays out where more than half of those asked left it out. Where that makes no
    answer the form would take, the answer nearest to all others stands, without a confidence. `parts` are the questions
    asked, each with its answer (None where left out) and chance, then the pieces of it (spans, shapes) as a question's
    name, nothing, and the piece; the majority is the whole answer given most often.
    """
    found: dict[str, dict[Any, Verdict]] = {}
    for question in options["questions"]:
        name = question["name"]
        own = [Vote(v.item, v.annotator, v.answer[name], (v.shown or {}).get(name)) for v in votes if name in v.answer]
        settled = kind_of(question).consensus(own, question["options"], seed=seed) if own else []
        found[name] = {one.item: one for one in settled}
    return [_verdict(form, item, mine, found, options) for item, mine in by_item(votes).items()]


@dataclass(slots=True)
class _Settled:
    """What the questions of one item came to. `lacks` is whether one that has to be answered was not."""

    answer: dict[str, Any] = field(default_factory=dict)
    pieces: list[tuple[Any, float | None]] = field(default_factory=list)
    chances: list[float | None] = field(default_factory=list)
    is_tie: bool = False
    lacks: bool = False

    def sure(self) -> float | None:
        """The chance that every question is right, taken as independent; None where one has none."""
        known = [chance for chance in self.chances if chance is not None]
        return math.prod(known) if known and len(known) == len(self.chances) else None


def _settled(form: Kind, item: Any, mine: Sequence[Vote], found: Found, options: Mapping[str, Any]) -> _Settled:
    done = _Settled()
    given = [(vote.answer, form.dump(vote.answer)) for vote in mine]
    for question in options["questions"]:
        name, one = question["name"], kind_of(question)
        if not is_asked(question, form.dump(done.answer), options["questions"]):
            continue
        asked = [answer for answer, said in given if is_asked(question, said, options["questions"])]
        left_out = sum(name not in answer for answer in asked)
        verdict = found[name].get(item)
        is_told = one.gives_confidence(question["options"])
        if verdict is None or 2 * left_out > len(asked):
            done.lacks |= question["required"]
            if asked and not question["required"]:
                done.pieces.append(([name, None], left_out / len(asked)))
                done.chances += [left_out / len(asked)] * is_told
            continue
        done.answer[name] = verdict.answer
        done.is_tie |= verdict.is_tie
        done.pieces.append(([name, one.dump(verdict.answer)], verdict.confidence))
        if one.looks_at_items(question["options"]):
            done.pieces += [([name, None, piece], chance) for piece, chance in verdict.parts]
        done.chances += [verdict.confidence] * is_told
    return done


def _verdict(form: Kind, item: Any, mine: Sequence[Vote], found: Found, options: Mapping[str, Any]) -> Verdict:
    done = _settled(form, item, mine, found, options)

    def key(answer: Any) -> str:
        return json.dumps(form.dump(answer), sort_keys=True, ensure_ascii=False)

    def apart(answer: Any) -> float:
        return math.fsum(sorted(form.distance(answer, vote.answer, options) for vote in mine))

    keys = [key(vote.answer) for vote in mine]
    counts, by_key = Counter(keys), dict(zip(keys, (vote.answer for vote in mine), strict=True))
    most = sorted(one for one, count in counts.items() if count == max(counts.values()))
    if done.lacks or not done.answer:
        done.answer = min((by_key[one] for one in sorted(by_key)), key=apart)
        done.pieces, done.chances = [], []
    return Verdict(
        item=item,
        answer=done.answer,
        confidence=done.sure(),
        votes=len(mine),
        majority=done.answer if key(done.answer) in most else by_key[most[0]],
        is_tie=done.is_tie,
        disagreement=apart(done.answer) / len(mine),
        parts=tuple((piece, chance) for piece, chance in done.pieces if chance is not None),
    )
