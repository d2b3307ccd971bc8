"""Things compared two by two, put on one scale with intervals. No I/O; seeds passed in."""

from labeling.scale.comparisons import Comparison, Comparisons
from labeling.scale.davidson import Fit, fit
from labeling.scale.scale import Group, Judge, PlaceShare, Scale, Thing, scale_of, separated, wilson

__all__ = [
    "Comparison",
    "Comparisons",
    "Fit",
    "Group",
    "Judge",
    "PlaceShare",
    "Scale",
    "Thing",
    "fit",
    "scale_of",
    "separated",
    "wilson",
]
