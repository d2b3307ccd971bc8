"""Things put in order: how far orders are apart, how far annotators agree, and the order nearest to all. No I/O."""

from labeling.rankings.agreed import Agreed, RankedVote, agree
from labeling.rankings.concordance import Concordance, concordance, kendall_w
from labeling.rankings.kemeny import best_orders, order_cost
from labeling.rankings.kendall import distance, groups, places, tau_b

__all__ = [
    "Agreed",
    "Concordance",
    "RankedVote",
    "agree",
    "best_orders",
    "concordance",
    "distance",
    "groups",
    "kendall_w",
    "order_cost",
    "places",
    "tau_b",
]
