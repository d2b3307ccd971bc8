"""Which snapshots a policy keeps and which it lets go, and why. Deletes nothing itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from prep.errors import UnusableParameter

if TYPE_CHECKING:
    from prep.frozen import Snapshot
    from prep.snapshot import SnapshotStore


@dataclass(frozen=True)
class Policy:
    """What is kept: the last so many, what is newer than so many days, and always what is tagged and the latest.

    >>> print(Policy(keep_last=3, newer_than_days=90))
    the latest, the tagged, the last 3, those newer than 90 days
    """

    keep_last: int | None = None
    newer_than_days: float | None = None

    def __post_init__(self) -> None:
        """Refuse what would keep nothing by mistake."""
        if self.keep_last is None and self.newer_than_days is None:
            raise UnusableParameter("A policy says what is kept: keep_last=, newer_than_days=, or both.")
        if self.keep_last is not None and self.keep_last < 1:
            raise UnusableParameter(f"keep_last={self.keep_last}: the latest is always kept. Give 1 or more.")
        if self.newer_than_days is not None and not self.newer_than_days >= 0:
            raise UnusableParameter(f"newer_than_days={self.newer_than_days} is no number of days. Give 0 or more.")

    def __str__(self) -> str:
        last = [f"the last {self.keep_last}"] if self.keep_last is not None else []
        newer = [f"those newer than {self.newer_than_days:g} days"] if self.newer_than_days is not None else []
        return ", ".join(["the latest", "the tagged", *last, *newer])


@dataclass(frozen=True)
class Decision:
    """What the policy says of one snapshot: whether it is kept, and why (in words)."""

    snapshot: Snapshot
    keep: bool
    why: str


def decide(store: SnapshotStore, name: str, policy: Policy, *, now: datetime) -> list[Decision]:
    """What a policy says of every snapshot of a name, the newest first. Raises UnknownSnapshot."""
    latest = store.get(name).id
    tags = store.tags(name)
    found: Sequence[Snapshot] = list(reversed(store.list(name)))
    made = []
    for place, one in enumerate(found):
        tagged = [tag for tag, id_ in tags.items() if id_ == one.id]
        reasons = []
        if one.id == latest:
            reasons.append("the latest")
        if tagged:
            reasons.append(f"tagged {', '.join(tagged)}")
        if policy.keep_last is not None and place < policy.keep_last:
            reasons.append(f"one of the last {policy.keep_last}")
        if policy.newer_than_days is not None and one.created_at > now - timedelta(days=policy.newer_than_days):
            reasons.append(f"newer than {policy.newer_than_days:g} days")
        made.append(Decision(one, bool(reasons), ", ".join(reasons) or f"none of: {policy}"))
    return made
