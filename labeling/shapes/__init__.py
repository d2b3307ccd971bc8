"""Boxes and outlines on images: how much they overlap, which belong together, what several people drew. Pure functions.

A box is `{"label", "x", "y", "width", "height"}`, an outline `{"label", "points": [[x, y], …]}`, in pixels of the upright
image from its top left. Knows neither projects nor pages.
"""

from labeling.shapes.consensus import Drawing, Found, Verdict, agree
from labeling.shapes.figures import Agreement, Scores, agreement
from labeling.shapes.matching import Match, match, unlikeness
from labeling.shapes.sort import BOXES, OUTLINES, Sort, overlaps

__all__ = [
    "BOXES",
    "OUTLINES",
    "Agreement",
    "Drawing",
    "Found",
    "Match",
    "Scores",
    "Sort",
    "Verdict",
    "agree",
    "agreement",
    "match",
    "overlaps",
    "unlikeness",
]
