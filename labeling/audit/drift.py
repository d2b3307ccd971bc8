"""Drift: whose answers become worse as they go on, wherever they began, and how each did under each guideline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from labeling.audit.shares import Floats, Ints, sums
from labeling.audit.turns import Turns

SLACK, ALARM = 0.5, 5.0
FEWEST_IN_SERIES = 40


@dataclass(frozen=True, slots=True, eq=False)
class Drift:
    """By annotator. `fall` is how much better (in agreement or accuracy, −1 to 1) the answers before `turn` were than
    those from it on, at the most telling place; `chance` of such a fall if nothing changed. `cusum` is the greatest
    value of Page's sum, in standard deviations, and `alarm` the answer at which it first passed 5 (−1: never).
    """

    points: Ints
    fall: Floats
    turn: Ints
    chance: Floats
    cusum: Floats
    alarm: Ints


def page_cusum(values: Floats, *, target: float, slack: float = SLACK) -> Floats:
    """S_t = max(0, S_{t−1} + (target − x_t) − slack): how far the values have run under the target.

    Values, target and slack in one unit, usually standard deviations. Source: Page (1954), Biometrika 41:100.

    >>> page_cusum(np.array([0.0, -2.0, -2.0, 3.0]), target=0.0).tolist()
    [0.0, 1.5, 3.0, 0.0]
    """
    turns = Turns(np.arange(len(values)), np.array([0, len(values)]))
    return _cusum(turns, target - values - slack)


def _cusum(turns: Turns, steps: Floats) -> Floats:
    total = turns.sums(steps)
    above: Floats = total - np.minimum(turns.lows(total), 0.0)
    return above


def drift_of(turns: Turns, values: Floats, *, people: int) -> Drift:
    """From values in the order of `turns`: how each answer compares with what is usual for its item.

    The chance is twice the less of two. One is for a change at some point: the greatest departure of sums centred at
    the annotator's own mean, downwards, exp(−2 x²) for x = max_t Σ_{s ≤ t} (value_s − mean) / (sd √n), the law of a
    Brownian bridge (Ploberger & Krämer 1992, Econometrica 60:271; Billingsley 1968, (11.40)). The other is for a slow
    slide: Student's t of the correlation with time. Both are the same whatever the mean is, so drift speaks of when
    one errs and not of how often.
    """
    n, owner, place = turns.lengths, turns.owner, turns.place
    size = np.maximum(n, 1)
    mean = sums(owner, values, people) / size
    centred = values - mean[owner]
    squares = sums(owner, centred**2, people)
    sd = np.sqrt(squares / size)
    top, at = turns.greatest(turns.sums(centred))
    enough = (n >= FEWEST_IN_SERIES) & (sd > 1e-9)
    x = np.where(enough, np.maximum(top, 0.0) / np.where(enough, sd * np.sqrt(size), 1.0), np.nan)
    turn = np.where(enough, place[np.minimum(at, max(len(place) - 1, 0))] + 1 if len(place) else 0, -1)
    before, after = np.maximum(turn, 1), np.maximum(n - turn, 1)
    fall = np.where(enough, np.maximum(top, 0.0) * (1 / before + 1 / after), np.nan)
    run = _cusum(turns, -centred / np.where(sd > 1e-9, sd, 1.0)[owner] - SLACK)
    highest, _ = turns.greatest(run)
    time = place - ((size - 1) / 2)[owner]
    together = sums(owner, time * centred, people)
    r = together / np.sqrt(np.where(enough, squares * size * (size * size - 1.0) / 12, 1.0))
    return Drift(
        points=n,
        fall=fall,
        turn=turn,
        chance=np.minimum(2 * np.fmin(np.exp(-2 * x**2), np.where(enough, slide_chance(r, n), np.nan)), 1.0),
        cusum=np.where(enough, highest, np.nan),
        alarm=np.where(enough, turns.first(run > ALARM), -1),
    )


def slide_chance(r: Floats, n: Ints) -> Floats:
    """One-sided p of a correlation with time of r or less over n values, if there is none (Student's t, n − 2)."""
    from scipy.special import stdtr

    df = np.maximum(n - 2, 1).astype(np.float64)
    inside = np.clip(r, -1 + 1e-12, 1 - 1e-12)
    return np.asarray(stdtr(df, inside * np.sqrt(df / (1 - inside**2))), dtype=np.float64)
