"""An answer as it came, read for the item that it is given to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labeling.kinds import kind
from labeling.store import items

if TYPE_CHECKING:
    from labeling.model import Project
    from labeling.store import Connection


def read_answer(connection: Connection, here: Project, item: int, raw: Any) -> Any:
    """The answer to an item as it is stored. Raises Unusable for what the kind refuses, or this item cannot have."""
    one = kind(here.kind)
    answer = one.parse(raw, here.options)
    if one.looks_at_items(here.options):
        one.fits(answer, items.payloads(connection, [item])[item], here.options)
    return one.dump(answer)
