"""Answers in, consensus out, as arrays: what the web app and the command line use. Knows no data frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from labeling.consensus.confidence import ENOUGH_GOLD, Grounds, fitted_power, grounds, sharpen, temper
from labeling.consensus.diagnostics import Diagnostics, GoldCheck, diagnose, gold_check
from labeling.consensus.families import method_named
from labeling.consensus.families.auto import SUBSET_ANSWERS
from labeling.consensus.fit import Fit, Method, Settings
from labeling.consensus.sums import Bools, Codes, Floats, Ints, row_max, row_sum, vote_shares
from labeling.consensus.ties import EQUAL, choose
from labeling.consensus.votes import Votes
from labeling.consensus.warm import Warm
from labeling.errors import UnusableAnswers

if TYPE_CHECKING:
    from labeling.answers import Answers

Z95 = 1.959963984540054


@dataclass(frozen=True)
class ConsensusArrays:
    """A consensus as arrays; numbers stand for the items, annotators and labels of `answers`, in their order.

    `label` is the class number of each item and `tie` whether it was drawn among equals. All other figures are made
    when first asked for: `confidence` (0 to 1; NaN where it is `hidden`, and `diagnostics.why_hidden` says why),
    `posterior`. With 20 gold items or more `on_gold` is their posterior by a fit that was not told, calibrated.
    """

    answers: Answers
    votes_in: Votes
    method: Method
    fit: Fit
    seed: int
    began_warm: bool
    label: Ints
    tie: Bools
    gold_check: GoldCheck | None
    on_gold: Floats | None = None

    @cached_property
    def ground(self) -> Grounds:
        """What confidence can rest on."""
        return grounds(self.counts, self.votes_in.sizes)

    @property
    def hidden(self) -> bool:
        """Whether no confidence can be shown, because neither agreement nor gold tells right from wrong."""
        return bool(self.ground.why_not) and self.gold_check is None

    @cached_property
    def sure(self) -> Floats:
        """What confidence is read from (items × classes): the method's posterior, tempered, and fitted on gold where
        there is enough.
        """
        fitted = self.fit.posterior
        sure = temper(fitted, self.votes_in.sizes) if self.method.confidence == "model" else fitted
        return sure if self.gold_check is None else sharpen(sure, self.gold_check.power)

    @cached_property
    def posterior(self) -> Floats:
        """Items × classes: calibrated for auto, as published for the others; vote shares where confidence is hidden."""
        if self.hidden:
            shown = vote_shares(self.votes_in.counts())
        else:
            shown = (self.sure if self.method.confidence == "calibrated" else self.fit.posterior).copy()
        shown[self.votes_in.clamped] = np.eye(self.votes_in.classes)[self.votes_in.clamped_to]
        return shown

    @cached_property
    def confidence(self) -> Floats:
        """The chance that the label is right (items,): 1 where it is known, NaN where nothing identifies it."""
        every = np.arange(len(self.label))
        sure = np.full(len(every), np.nan) if self.hidden else np.minimum(self.sure[every, self.label], 1.0)
        sure[self.votes_in.clamped] = 1.0
        return sure

    @property
    def votes(self) -> Ints:
        """Answers to each item (items,)."""
        return self.votes_in.sizes

    @cached_property
    def counts(self) -> Floats:
        """Answers to each item with each label: items × classes."""
        return self.votes_in.counts()

    @cached_property
    def votes_for(self) -> Ints:
        """Answers to each item that gave its label (items,)."""
        return self.counts[np.arange(len(self.label)), self.label].astype(np.int64)

    @cached_property
    def _majority(self) -> tuple[Ints, Bools]:
        return choose(vote_shares(self.votes_in.counts()), self.answers.items, self.seed)

    @property
    def majority(self) -> Ints:
        """The label most annotators gave (class numbers), equals drawn by the same seed."""
        return self._majority[0]

    @property
    def majority_tie(self) -> Bools:
        """Whether the majority is a draw among equals."""
        return self._majority[1]

    @cached_property
    def _second(self) -> tuple[Ints, Floats]:
        every = np.arange(len(self.label))
        if self.posterior.shape[1] < 2:
            return np.full(len(self.label), -1), self.posterior[every, self.label]
        others = self.posterior.copy()
        others[every, self.label] = -1.0
        second = others.argmax(axis=1)
        return second, self.posterior[every, self.label] - self.posterior[every, second]

    @property
    def runner_up(self) -> Ints:
        """The likeliest label but the one chosen (class numbers; −1 where there is one class)."""
        return self._second[0]

    @property
    def margin(self) -> Floats:
        """How far the posterior of the label is ahead of the runner-up's; below 0 where the item is contested."""
        return self._second[1]

    @cached_property
    def contested(self) -> Bools:
        """Whether another label is likelier by the posterior than the one chosen (by the plain mean, or by steps on a
        scale).
        """
        return (row_max(self.posterior) > self.posterior[np.arange(len(self.label)), self.label] + EQUAL) & ~self.tie

    @cached_property
    def disagree(self) -> Ints:
        """How many of the method's models clearly prefer another label; without models, whether the majority does."""
        if not self.fit.members:
            return np.asarray((self.majority != self.label) & ~self.majority_tie, dtype=np.int64)
        every = np.arange(len(self.label))
        posteriors = [member.posterior for member in self.fit.members.values()]
        rivals = [row_max(posterior) > posterior[every, self.label] + EQUAL for posterior in posteriors]
        return np.asarray(np.sum(rivals, axis=0), dtype=np.int64)

    @cached_property
    def within_one(self) -> Floats:
        """For labels in an order: the posterior of the label and its neighbours (items,); NaN where confidence is
        hidden.
        """
        padded = np.pad(self.posterior, ((0, 0), (1, 1)))
        every = np.arange(len(self.label))
        near: Floats = padded[every, self.label] + padded[every, self.label + 1] + padded[every, self.label + 2]
        return np.where(np.isnan(self.confidence), np.nan, np.minimum(near, 1.0))

    @cached_property
    def skill(self) -> Floats:
        """Each annotator's expected share of right answers and its 95 % interval (Wilson): annotators × 3; NaN
        without answers.
        """
        votes = self.votes_in
        mine = np.arange(votes.rows), votes.said
        unsure = votes.tally(self.posterior * (1 - self.posterior))[mine]
        sums = votes.by_annotator(np.stack([self._row_counts[mine], unsure], axis=1))
        p = np.clip(sums[:, 0] / votes.answers_of, 0.0, 1.0)
        # The truth is itself known by probability only: that adds to the variance of the share, as fewer answers would.
        spread = p * (1 - p) + 1e-12
        n = votes.answers_of * spread / (spread + sums[:, 1] / votes.answers_of)
        middle = (p + Z95**2 / (2 * n)) / (1 + Z95**2 / n)
        half = Z95 * np.sqrt(p * (1 - p) / n + Z95**2 / (4 * n**2)) / (1 + Z95**2 / n)
        out = np.full((votes.all_annotators, 3), np.nan)
        low, high = np.clip(middle - half, 0.0, p), np.clip(middle + half, p, 1.0)
        out[votes.annotators_present] = np.stack([p, low, high], axis=1)
        return out

    def confusion(self, annotator: int) -> Floats:
        """The confusion of one annotator (by number): truth × said, rows that sum to one, the method's prior
        included.
        """
        votes = self.votes_in
        prior = self.fit.confusion_prior
        counts = 1.0 + np.eye(votes.classes) if prior is None else prior.copy()
        low, high = np.searchsorted(votes.keys, [annotator * votes.classes, (annotator + 1) * votes.classes])
        counts[:, votes.said[low:high]] += self._row_counts[low:high].T
        total = counts.sum(axis=1, keepdims=True)
        return np.where(total > 0, counts / np.where(total > 0, total, 1.0), 1.0 / votes.classes)

    @cached_property
    def _row_counts(self) -> Floats:
        return self.votes_in.tally(self.posterior)

    @cached_property
    def information(self) -> Floats:
        """What one more answer of an average annotator would tell of each item, in bits (items,): the order for review.

        The mutual information of label and answer under the posterior and the confusion of all annotators together; 0
        for what is known, least where the item is clear, and no greater for labels that annotators mix up anyway.
        """
        votes = self.votes_in
        confusion = 1.0 + np.eye(votes.classes) + votes.by_label(self._row_counts).T
        confusion /= confusion.sum(axis=1, keepdims=True)
        answer = self.posterior @ confusion
        told = _bits(answer) - self.posterior @ _bits(confusion)
        told[votes.clamped] = 0.0
        return np.maximum(told, 0.0)

    @cached_property
    def is_gold(self) -> Bools:
        """Whether the item was held at a known answer."""
        known = np.zeros(self.votes_in.items, dtype=bool)
        known[self.votes_in.clamped] = True
        return known

    @cached_property
    def diagnostics(self) -> Diagnostics:
        """What was done and what to think of it."""
        return diagnose(self)

    @cached_property
    def warm(self) -> Warm:
        """What was learned, for the next consensus to start from."""
        members = {name: member.start for name, member in self.fit.members.items()}
        starts = {
            name: start for name, start in ({self.method.name: self.fit.start} | members).items() if start is not None
        }
        is_anchor = self.began_warm and bool(members) and self.votes_in.answers > SUBSET_ANSWERS
        return Warm(tuple(self.answers.annotators.tolist()), self.answers.labels, starts, is_anchor)


def consensus(
    answers: Answers,
    method: str = "auto",
    *,
    seed: int = 0,
    gold: Mapping[Any, Any] | None = None,
    ordinal: bool = False,
    max_iterations: int | None = None,
    tolerance: float | None = None,
    warm: Warm | None = None,
) -> ConsensusArrays:
    """The consensus of answers: label, confidence and what is known of each item and annotator, as arrays.

    `method` is a name from `methods()` or "auto"; with `ordinal`, "auto" adds the model that knows the order. `gold`
    (item id to label) holds the model at what is known, and with 20 items or more calibrates the confidence.
    Iterations stop at `max_iterations`, or when the objective rises by less than `tolerance` an answer. `warm` is an
    earlier consensus' `warm`, to start from. Raises NotFound for a method there is not, UnusableAnswers for an empty
    table, a gold label that is not among the labels, or a negative setting.
    """
    chosen = method_named(method)
    if ordinal and chosen.name == "auto":
        chosen = method_named("auto_ordinal")
    _check(max_iterations, tolerance)
    votes = Votes.of(answers, gold)
    starts = warm.starts_for(answers.annotators.tolist(), answers.labels) if warm is not None else {}
    asked = Settings(seed=seed, starts=starts, asked_iterations=max_iterations, asked_tolerance=tolerance)
    fit = chosen.fit(votes, chosen.settings(asked))
    decision = fit.posterior if fit.decision is None else fit.decision
    label, tie = choose(_fewest_steps(decision) if chosen.ordinal else decision, answers.items, seed)
    check, on_gold = _check_on_gold(votes, chosen, asked) if len(votes.clamped) >= ENOUGH_GOLD else (None, None)
    return ConsensusArrays(answers, votes, chosen, fit, seed, bool(starts), label, tie, check, on_gold)


def _bits(shares: Floats) -> Floats:
    """The entropy of each row."""
    return row_sum(shares * -np.log2(np.maximum(shares, 1e-300)))


def _check_on_gold(votes: Votes, method: Method, asked: Settings) -> tuple[GoldCheck, Floats]:
    """The power that makes confidence fit gold items, from a fit that was not told their answers; and their posterior."""
    blind = votes.clamp(votes.clamped[:0], votes.clamped_to[:0])
    # Nor may it begin from what a fit learned that was told.
    unseen = method.fit(blind, method.settings(replace(asked, starts={}))).posterior
    if method.confidence == "model":
        unseen = temper(unseen, votes.sizes)
    on_gold = unseen[votes.clamped]
    power = fitted_power(on_gold, votes.clamped_to)
    return gold_check(on_gold, votes.clamped_to, power), sharpen(on_gold, power)


def _fewest_steps(posterior: Floats | Codes) -> Floats:
    """For labels in an order: less the expected steps between each label and the truth (items × classes)."""
    places = np.arange(posterior.shape[1])
    less: Floats = -(posterior @ np.abs(places[:, None] - places[None, :]).astype(np.float64))
    return less


def _check(max_iterations: int | None, tolerance: float | None) -> None:
    if max_iterations is not None and max_iterations < 1:
        raise UnusableAnswers(f"max_iterations={max_iterations} leaves nothing to do", cure="Give 1 or more.")
    if tolerance is not None and not tolerance >= 0:
        raise UnusableAnswers(f"tolerance={tolerance} is not a rise", cure="Give 0 or more, such as 1e-6.")
