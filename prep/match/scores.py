"""How alike two columns are, pair by pair, from 0 to 1. The distances are rapidfuzz's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl

from prep.match.rules import Comparison

MISSING = 0.5
"""What a comparison counts where a value is missing: neither for nor against."""


def similarity(left: pl.Series, right: pl.Series, comparison: Comparison) -> np.ndarray:
    """The similarity of each pair, 0 to 1 as float32; 0.5 where a value is missing.

    Jaro-Winkler: Winkler (1990). "edit" is 1 - d / longer length, d the optimal string alignment distance (Damerau
    1964, each part edited once); "tokens" is 1 - d / (sum of lengths), d the indel distance of the sorted words.

    >>> similarity(pl.Series(["martha", None]), pl.Series(["marhta", "x"]), Comparison("jaro_winkler")).round(3).tolist()
    [0.9610000252723694, 0.5]
    """
    is_missing = (left.is_null() | right.is_null()).to_numpy()
    if comparison.measure in {"number", "days"}:
        distance = np.abs(left.fill_null(0.0).to_numpy() - right.fill_null(0.0).to_numpy())
        found = np.maximum(0.0, 1.0 - distance / comparison.within).astype(np.float32)
    elif comparison.measure == "exact":
        found = (left == right).fill_null(False).to_numpy().astype(np.float32)
    else:
        found = _by_text(left.fill_null(""), right.fill_null(""), comparison.measure)
    found[is_missing] = MISSING
    return np.asarray(found)


def _by_text(left: pl.Series, right: pl.Series, measure: str) -> np.ndarray:
    """The similarity of texts; equal pairs are 1, and each different pair is measured once."""
    from rapidfuzz.process import cpdist

    found = np.ones(len(left), dtype=np.float32)
    differs = (left != right).to_numpy()
    if not differs.any():
        return found
    pairs = pl.DataFrame({"l": left, "r": right}).filter(pl.Series(differs))
    once = pairs.unique(maintain_order=True).with_row_index("#")
    values = cpdist(once["l"].to_list(), once["r"].to_list(), scorer=_scorer(measure), dtype=np.float32, workers=1)
    places = pairs.join(once, on=["l", "r"], how="left", maintain_order="left")["#"].to_numpy()
    found[differs] = values[places] / (100 if measure == "tokens" else 1)
    return found


def _scorer(measure: str) -> Callable[..., Any]:
    from rapidfuzz import fuzz
    from rapidfuzz.distance import OSA, JaroWinkler

    scorers: dict[str, Callable[..., Any]] = {
        "jaro_winkler": JaroWinkler.normalized_similarity,
        "edit": OSA.normalized_similarity,
        "tokens": fuzz.token_sort_ratio,
    }
    return scorers[measure]
