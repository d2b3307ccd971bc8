"""The model: Bradley–Terry with ties and strengths, a skill for each annotator and an effect of the place on the screen.

With u = λᵢ − λⱼ + δ·place, an annotator who reads the pair the right way round gives step s (of −L … L) with a chance
proportional to exp(u·s / 2L + c₍|s|₎). Of two steps that is Bradley and Terry (1952), with a tie Davidson (1970,
J. Amer. Statist. Assoc. 65:317, ν = exp c₀), with strengths the adjacent-categories model of Agresti (1992, Appl. Statist.
41:287); δ is the order effect of Davidson and Beaver (1977). As in Chen et al. (2013, WSDM, "crowd-BT"), annotator w reads a
pair the right way round with chance η_w and the wrong way round, with −(λᵢ − λⱼ), otherwise.

Where it shrinks, λ ~ N(0, σ²), δ ~ N(0, 1) and η_w ~ Beta(10, 2); σ is fitted by EM,
σ² = (Σ λ² + Σ var + 2) / (things + 2). Without, it is maximum likelihood.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeling.scale.comparisons import Comparisons

Floats = NDArray[np.float64]
RIGHT, WRONG = 9.0, 1.0
"""What is thought of an annotator before their first answer, as answers the right and the wrong way round."""
THOUGHT = 2.0
"""So many scores of spread 1 are thought of before any: with two or three things, σ would else be whatever they are."""

SPREADS = (-2.0, 2.5)
"""Bounds of log σ: a spread of 0.14 is no difference, one of 12 is certainty."""

ROUNDS = 12
PLACE_SPREAD = 1.0
FINE, COARSE = 1e-13, 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """What the model found. `covariance` is of the scores, the place effect and the levels, in this order, with what is not
    known of the annotators counted in. `trace` is the log posterior of each round, at its spread.
    """

    scores: Floats
    place: float | None
    levels: Floats
    skills: Floats
    spread: float | None
    covariance: Floats
    trace: tuple[float, ...]


@dataclass(slots=True, eq=False)
class Model:
    """The comparisons in the shape that the sums need: a row's outcome among the steps that occur."""

    data: Comparisons
    shrinks: bool
    has_skills: bool
    has_place: bool
    steps: Floats  # the outcomes' s / 2L
    kinds: Floats  # outcomes × levels: which outcome is of which free level
    outcome: NDArray[np.int64]
    spread: float

    @classmethod
    def of(cls, data: Comparisons, *, shrinks: bool, has_skills: bool, has_place: bool) -> Model:
        """Levels that never occur are left out; the strongest win that occurs is the level others are measured against."""
        sizes = np.unique(np.abs(data.step))
        strongest = int(sizes[-1]) if len(sizes) else 1
        values = sorted({*sizes.tolist(), *(-sizes).tolist()})
        free = [size for size in sizes.tolist() if size != strongest]
        kinds = np.array([[float(abs(value) == size) for size in free] for value in values]).reshape(
            len(values), len(free)
        )
        outcome = np.searchsorted(np.array(values), data.step)
        has_place = has_place and bool((data.place != 0).any())
        steps = np.array(values, dtype=np.float64) / (2.0 * max(strongest, 1))
        return cls(data, shrinks, has_skills, has_place, steps, kinds, outcome, 1.0)

    @property
    def sizes(self) -> tuple[int, int, int, int]:
        """How many scores, place effects, free levels and skills."""
        skills = len(self.data.annotators) if self.has_skills else 0
        return len(self.data.things), int(self.has_place), self.kinds.shape[1], skills

    def split(self, theta: Floats) -> tuple[Floats, float, Floats, Floats]:
        """Scores, place effect, levels and the skills' log odds in one vector of parameters."""
        n, p, m, _ = self.sizes
        place = float(theta[n]) if p else 0.0
        return theta[:n], place, theta[n + p : n + p + m], theta[n + p + m :]

    def start(self) -> Floats:
        """Nobody above anybody, no effect, all levels alike, and annotators as they are thought of."""
        n, p, m, w = self.sizes
        return np.concatenate([np.zeros(n + p + m), np.full(w, np.log(RIGHT / WRONG))])

    def sides(self, theta: Floats) -> tuple[_Side, _Side | None, Floats]:
        """The right way round, the wrong way round, and each row's chance of the first."""
        scores, place, levels, odds = self.split(theta)
        data = self.data
        apart = scores[data.first] - scores[data.second]
        shift = place * data.place
        right = self._side(apart + shift, levels)
        if not self.has_skills:
            return right, None, np.ones(len(apart))
        return right, self._side(shift - apart, levels), _logistic(odds)[data.annotator]

    def _side(self, u: Floats, levels: Floats) -> _Side:
        score = u[:, None] * self.steps + self.kinds @ levels
        score -= score.max(axis=1, keepdims=True)
        chance = np.exp(score)
        total = chance.sum(axis=1, keepdims=True)
        chance /= total
        rows = np.arange(len(u))
        mean = chance @ self.steps
        share = chance @ self.kinds
        return _Side(
            log=score[rows, self.outcome] - np.log(total[:, 0]),
            chance=chance,
            by_score=self.steps[self.outcome] - mean,
            by_level=self.kinds[self.outcome] - share,
        )

    def objective(self, theta: Floats) -> tuple[float, Floats]:
        """The log posterior and its gradient."""
        scores, place, _, odds = self.split(theta)
        n, p, m, w = self.sizes
        data = self.data
        right, wrong, skill = self.sides(theta)
        if wrong is None:
            value, trust = float(right.log.sum()), skill
            by_score = right.by_score
            by_place = float(data.place @ right.by_score)
            by_level = right.by_level.sum(axis=0)
            by_odds = np.zeros(0)
        else:
            log = np.logaddexp(np.log(skill) + right.log, np.log1p(-skill) + wrong.log)
            value, trust = float(log.sum()), np.exp(np.log(skill) + right.log - log)
            by_score = trust * right.by_score - (1 - trust) * wrong.by_score
            by_place = float(data.place @ (trust * right.by_score + (1 - trust) * wrong.by_score))
            by_level = trust @ right.by_level + (1 - trust) @ wrong.by_level
            by_odds = _sums(data.annotator, trust - skill, w)
        gradient: Floats = _sums(data.first, by_score, n) - _sums(data.second, by_score, n)
        if w:
            eta = _logistic(odds)
            value += float((RIGHT * np.log(eta) + WRONG * np.log1p(-eta)).sum())
            by_odds = by_odds + RIGHT - (RIGHT + WRONG) * eta
        if self.shrinks:
            value -= float(scores @ scores) / (2 * self.spread**2) + n * np.log(self.spread)
            value -= place**2 / (2 * PLACE_SPREAD**2)
            gradient = gradient - scores / self.spread**2
            by_place -= place / PLACE_SPREAD**2
        return value, np.concatenate([gradient, [by_place][:p], by_level[:m], by_odds])

    def information(self, theta: Floats) -> Floats:
        """Minus the second derivatives by scores, place and levels, less what is not known of the annotators' skills.

        Of a mixture, by Louis (1982, J. R. Statist. Soc. B 44:226); the skills are taken out by their Schur complement.
        """
        from scipy import sparse

        n, p, m, w = self.sizes
        data = self.data
        right, wrong, skill = self.sides(theta)
        # A row's own parameters: the difference of scores, the place, the levels, the skill's log odds.
        local = self._local(right, wrong, skill)
        wide = n + p + m
        apart = sparse.csr_array(
            (
                np.concatenate([np.ones(len(data)), -np.ones(len(data))]),
                (np.tile(np.arange(len(data)), 2), np.concatenate([data.first, data.second])),
            ),
            shape=(len(data), n),
        )
        whole = np.zeros((wide, wide))
        whole[:n, :n] = (apart.T @ sparse.diags_array(local[:, 0, 0]) @ apart).toarray()
        whole[:n, n:] = apart.T @ local[:, 0, 1 : 1 + p + m]
        whole[n:, :n] = whole[:n, n:].T
        whole[n:, n:] = local[:, 1 : 1 + p + m, 1 : 1 + p + m].sum(axis=0)
        if w:
            eta = _logistic(self.split(theta)[3])
            of_skill = _sums(data.annotator, local[:, -1, -1], w) + (RIGHT + WRONG) * eta * (1 - eta)
            who = sparse.csr_array((np.ones(len(data)), (np.arange(len(data)), data.annotator)), shape=(len(data), w))
            by_scores = (apart.T @ sparse.diags_array(local[:, 0, -1]) @ who).tocsr()
            by_rest = sparse.csr_array((who.T @ local[:, 1 : 1 + p + m, -1]).T)
            cross = sparse.vstack([by_scores, by_rest]).tocsr() if p + m else by_scores
            scaled = cross @ sparse.diags_array(1.0 / np.maximum(of_skill, 1e-9))
            whole -= (scaled @ cross.T).toarray()
        if self.shrinks:
            whole[range(n), range(n)] += 1.0 / self.spread**2
            if p:
                whole[n, n] += 1.0 / PLACE_SPREAD**2
        return whole

    def _local(self, right: _Side, wrong: _Side | None, skill: Floats) -> Floats:
        place = self.data.place.astype(np.float64)
        p, m = int(self.has_place), self.kinds.shape[1]
        parts = [(right, 1.0, skill)] if wrong is None else [(right, 1.0, skill), (wrong, -1.0, 1 - skill)]
        logs = np.stack([np.log(weight) + side.log for side, _, weight in parts])
        trust = np.exp(logs - np.logaddexp.reduce(logs, axis=0))
        wide = 1 + p + m + (wrong is not None)
        total = np.zeros((len(place), wide, wide))
        mean = np.zeros((len(place), wide))
        for (side, sign, _), weight in zip(parts, trust, strict=True):
            # d(u) by (difference, place): sign and place; the outcome's levels beside it.
            by_u = np.stack([np.full(len(place), sign), *([place] if p else [])], axis=1)
            first = np.zeros((len(place), wide))
            first[:, : 1 + p] = by_u * side.by_score[:, None]
            first[:, 1 + p : 1 + p + m] = side.by_level
            if wrong is not None:
                first[:, -1] = (1 - skill) if sign > 0 else -skill
            basis = np.concatenate([self.steps[:, None], self.kinds], axis=1)
            means = side.chance @ basis
            spread = np.einsum("rk,ka,kb->rab", side.chance, basis, basis) - means[:, :, None] * means[:, None, :]
            second = np.zeros((len(place), wide, wide))
            second[:, : 1 + p, : 1 + p] = spread[:, :1, :1] * by_u[:, :, None] * by_u[:, None, :]
            second[:, : 1 + p, 1 + p : 1 + p + m] = by_u[:, :, None] * spread[:, :1, 1:]
            second[:, 1 + p : 1 + p + m, : 1 + p] = second[:, : 1 + p, 1 + p : 1 + p + m].transpose(0, 2, 1)
            second[:, 1 + p : 1 + p + m, 1 + p : 1 + p + m] = spread[:, 1:, 1:]
            if wrong is not None:
                second[:, -1, -1] = skill * (1 - skill)
            total += weight[:, None, None] * (second - first[:, :, None] * first[:, None, :])
            mean += weight[:, None] * first
        return np.asarray(total + mean[:, :, None] * mean[:, None, :])


@dataclass(frozen=True, slots=True, eq=False)
class _Side:
    """One way round: each row's log chance of what was answered, the chances of all outcomes, and the first derivatives."""

    log: Floats
    chance: Floats
    by_score: Floats
    by_level: Floats


def fit(data: Comparisons, *, shrinks: bool = True, has_skills: bool = True, has_place: bool = True) -> Fit:
    """The scores of things that are all compared, each group's mean 0. Deterministic, whatever the order of the rows.

    Without `shrinks` it is maximum likelihood, which is finite only where no group can be parted in two of which one
    won every comparison with the other (Ford 1957); see `labeling.scale.separated`.
    """
    model = Model.of(data, shrinks=shrinks, has_skills=has_skills, has_place=has_place)
    n, p, _, _ = model.sizes
    theta = model.start()
    trace: list[float] = []
    if shrinks:
        theta, trace = _spread(model, theta)
    theta = _climb(model, theta, fine=True)
    trace.append(model.objective(theta)[0])
    covariance = _inverse(model, theta)
    scores, place, levels, odds = model.split(theta)
    means = np.bincount(data.group, scores, minlength=data.group.max(initial=0) + 1)
    size = np.maximum(np.bincount(data.group, minlength=len(means)), 1)
    return Fit(
        scores=scores - (means / size)[data.group],
        place=place if p else None,
        levels=levels,
        skills=_logistic(odds),
        spread=model.spread if shrinks else None,
        covariance=_centred(covariance, data, n),
        trace=tuple(trace),
    )


def _spread(model: Model, theta: Floats) -> tuple[Floats, list[float]]:
    """Fit σ by EM, two steps at a time and then a leap to where they lead (Aitken); the parameters at the end."""
    n = model.sizes[0]
    at = [0.0]
    trace: list[float] = []
    for _ in range(ROUNDS):
        theta = _climb(model, theta, fine=False)
        trace.append(model.objective(theta)[0])
        scores, known = theta[:n], np.diag(_inverse(model, theta))[:n].sum()
        square = (scores @ scores + known + THOUGHT) / (n + THOUGHT)
        at.append(float(np.clip(np.log(square) / 2, *SPREADS)))
        moved = at[-1] - at[-2]
        if len(at) == 3:
            bend = at[2] - 2 * at[1] + at[0]
            leap = -((at[1] - at[0]) ** 2) / bend - (at[2] - at[0]) if bend else 0.0
            at = [float(np.clip(at[2] + np.clip(leap, -1.0, 1.0), *SPREADS))]
        model.spread = float(np.exp(at[-1]))
        if abs(moved) < 2e-3:
            break
    return theta, trace


def _climb(model: Model, theta: Floats, *, fine: bool) -> Floats:
    from scipy.optimize import minimize

    def down(at: Floats) -> tuple[float, Floats]:
        value, gradient = model.objective(at)
        return -value, -gradient

    options = {"maxiter": 5000, "maxfun": 20_000, "ftol": FINE if fine else COARSE, "gtol": 1e-7, "maxcor": 30}
    found: Any = minimize(down, theta, args=(), jac=True, method="L-BFGS-B", options=options)  # type: ignore[call-overload]
    return np.asarray(found.x, dtype=np.float64)


def _inverse(model: Model, theta: Floats) -> Floats:
    """The covariance. Scores are known but for a constant in each group, which a small ridge on that direction fixes."""
    n = model.sizes[0]
    whole = model.information(theta)
    if not model.shrinks:
        for group in range(int(model.data.group.max(initial=-1)) + 1):
            mine = np.flatnonzero(model.data.group == group)
            whole[np.ix_(mine, mine)] += 1.0 / len(mine)
    smallest = float(np.linalg.eigvalsh(whole)[0]) if n <= 600 else 0.0
    if smallest < 0:  # a saddle of the mixture: only rounding is expected here
        whole[range(len(whole)), range(len(whole))] += 1e-9 - smallest
    return np.asarray(np.linalg.inv(whole), dtype=np.float64)


def _centred(covariance: Floats, data: Comparisons, n: int) -> Floats:
    """The covariance of scores less their group's mean."""
    less = np.eye(len(covariance))
    for group in range(int(data.group.max(initial=-1)) + 1):
        mine = np.flatnonzero(data.group[:n] == group)
        less[np.ix_(mine, mine)] -= 1.0 / len(mine)
    centred: Floats = less @ covariance @ less.T
    return centred


def _sums(group: NDArray[np.int64], values: Floats, many: int) -> Floats:
    return np.asarray(np.bincount(group, values, minlength=many), dtype=np.float64)


def _logistic(x: Floats) -> Floats:
    from scipy.special import expit

    eta: Floats = np.clip(expit(x), 1e-9, 1 - 1e-9)
    return eta
