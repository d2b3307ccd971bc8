"""GLAD: annotators differ in ability and items in difficulty."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from labeling.consensus.fit import Fit, Method, Settings, Start, climb
from labeling.consensus.sums import Codes, Floats, row_max
from labeling.consensus.votes import NEVER, Votes
from prep.phrase import phrase

ASCENT_STEPS = 3


@dataclass(slots=True)
class Model:
    """Ability α of each annotator and log ease b of each item: an answer is right with chance σ(α · exp b)."""

    votes: Votes
    item: Codes
    owner: Codes
    said: Codes
    ability: Floats
    ease: Floats

    def logits(self, ability: Floats, ease: Floats) -> Floats:
        """α_w · exp(b_i) of each answer, kept where its sigmoid is not yet 0 or 1."""
        logits: Floats = np.clip(ability[self.owner] * np.exp(ease)[self.item], -30.0, 30.0)
        return logits

    def gain(self, right: Floats, ability: Floats, ease: Floats) -> float:
        """The expected log likelihood (but for constants) and the log prior; `right` is each answer's chance of being
        so.
        """
        logits = self.logits(ability, ease)
        expected = float(np.sum(right * logits - np.logaddexp(0.0, logits)))
        return expected + self.log_prior(ability, ease)

    def log_prior(self, ability: Floats, ease: Floats) -> float:
        """Both normal around one with variance one, as published."""
        return -0.5 * float(np.sum((ability - 1) ** 2) + np.sum((ease - 1) ** 2))

    def ascend(self, right: Floats) -> None:
        """A few damped Newton steps on abilities, then on ease, each only as far as the gain rises."""
        for _ in range(ASCENT_STEPS):
            self.ability = self._better(right, self.ability, self._step(right, of_items=False), of_items=False)
            self.ease = self._better(right, self.ease, self._step(right, of_items=True), of_items=True)

    def _step(self, right: Floats, *, of_items: bool) -> Floats:
        ease = np.exp(self.ease)[self.item]
        chance = 1 / (1 + np.exp(-self.logits(self.ability, self.ease)))
        slope = self.ability[self.owner] * ease if of_items else ease
        where, now = (self.item, self.ease) if of_items else (self.owner, self.ability)
        first = np.bincount(where, (right - chance) * slope, len(now)) - (now - 1)
        second = np.bincount(where, chance * (1 - chance) * slope**2, len(now)) + 1
        step: Floats = np.clip(first / second, -1.0, 1.0)
        return step

    def _better(self, right: Floats, now: Floats, step: Floats, *, of_items: bool) -> Floats:
        before = self.gain(right, self.ability, self.ease)
        for _ in range(12):
            new: Floats = now + step
            after = self.gain(right, self.ability, new) if of_items else self.gain(right, new, self.ease)
            if after >= before:
                return new
            step = step / 4
        return now

    def expect(self, z: Floats) -> tuple[float, float]:
        """The E-step into `z`, in place; the log likelihood plus log prior, and the greatest change."""
        votes, others = self.votes, max(self.votes.classes - 1, 1)
        logits = self.logits(self.ability, self.ease)
        wrong = -np.logaddexp(0.0, logits) - np.log(others)
        cells = self.item.astype(np.int64) * votes.classes + self.said
        ahead = np.bincount(cells, logits + np.log(others), votes.items * votes.classes).astype(np.float64)
        x = ahead.reshape(votes.items, votes.classes)
        x += (np.bincount(self.item, wrong, votes.items) - np.log(votes.classes))[:, None]
        x[votes.clamped] = np.where(np.eye(votes.classes, dtype=bool)[votes.clamped_to], x[votes.clamped], NEVER)
        top = row_max(x)
        new = np.exp(x - top[:, None])
        total = new.sum(axis=1)
        new /= total[:, None]
        change = float(np.abs(new - z).max(initial=0.0))
        z[:] = new
        return float(np.sum(top + np.log(total))) + self.log_prior(self.ability, self.ease), change


def fit(votes: Votes, settings: Settings) -> Fit:
    """Generalised EM from vote shares, with even class shares; some hundred times slower than the others."""
    owner, said = votes.owner[votes.code].astype(np.int32), votes.said[votes.code].astype(np.int32)
    model = Model(votes, votes.item, owner, said, np.ones(votes.annotators), np.ones(votes.items))
    z = votes.shares()
    if settings.start is not None:
        model.ability = settings.start.skills_for(votes, 1.0)[:, 0]
        model.expect(z)

    def step() -> tuple[float, float]:
        model.ascend(z[model.item, model.said])
        return model.expect(z)

    trace, stopped = climb(votes, settings, step)
    keep = Start(votes.keys, np.zeros((votes.rows, 0)), votes.annotators_present, model.ability[:, None])
    return Fit(z, trace, stopped, {"prior_mean": 1.0, "tolerance": settings.tolerance}, keep)


METHOD = Method(
    name="glad",
    title=phrase("GLAD"),
    words=phrase("Annotators differ in ability and items in difficulty."),
    source="Whitehill et al. (2009)",
    fit=fit,
    max_iterations=100,
    tolerance=1e-5,
    least_change=1e-4,
)
