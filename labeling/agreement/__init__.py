"""How far annotators agree: coefficients with intervals, and where agreement comes from. No I/O; seeds passed in."""

from labeling.agreement.coefficient import Coefficient, Difference
from labeling.agreement.coefficients import (
    COEFFICIENTS,
    IN_WORDS,
    brennan_prediger,
    cohen_kappa,
    conger_kappa,
    fleiss_kappa,
    gwet_ac1,
    gwet_ac2,
    krippendorff_alpha,
    percent_agreement,
    scott_pi,
    weighted_kappa,
)
from labeling.agreement.estimates import shares_of
from labeling.agreement.people import Pair, Pairs, Without, pairs, without_each
from labeling.agreement.slices import ByVersion, Change, Period, VersionAgreement, by_version, over_time, per_label
from labeling.agreement.votes import Counts

__all__ = [
    "COEFFICIENTS",
    "IN_WORDS",
    "ByVersion",
    "Change",
    "Coefficient",
    "Counts",
    "Difference",
    "Pair",
    "Pairs",
    "Period",
    "VersionAgreement",
    "Without",
    "brennan_prediger",
    "by_version",
    "cohen_kappa",
    "conger_kappa",
    "fleiss_kappa",
    "gwet_ac1",
    "gwet_ac2",
    "krippendorff_alpha",
    "over_time",
    "pairs",
    "per_label",
    "percent_agreement",
    "scott_pi",
    "shares_of",
    "weighted_kappa",
    "without_each",
]
