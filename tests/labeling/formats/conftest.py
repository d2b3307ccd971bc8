from datetime import UTC, datetime

import polars as pl
import pytest

from prep.snapshot import SnapshotStore


@pytest.fixture
def snapshot(tmp_path):
    """Forty items of which the last was ruled on, three answers each, and what the consensus thought."""
    ids = [f"i{number:02d}" for number in range(40)]
    items = pl.DataFrame(
        {
            "id": ids,
            "text": [f"=1+{number}" if number % 2 == 0 else f"plain {number * 7919}" for number in range(40)],
            "label": ["yes", "no"] * 20,
            "team": [number // 8 for number in range(40)],
        }
    )
    answers = pl.DataFrame(
        {"item": ids * 3, "annotator": ["ann"] * 40 + ["bob"] * 40 + ["cy"] * 40, "label": ["yes"] * 120}
    )
    posteriors = pl.DataFrame(
        {"item": [i for i in ids[:39] for _ in "yn"], "label": ["yes", "no"] * 39, "probability": [0.75, 0.25] * 39}
    )
    return SnapshotStore(tmp_path / "snapshots").commit(
        "p",
        {"items": items, "annotations": answers, "posteriors": posteriors},
        keys={"items": ["id"], "annotations": ["item", "annotator"], "posteriors": ["item", "label"]},
        about={"options": {"labels": [{"name": "yes"}, {"name": "no"}, {"name": "maybe"}]}},
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
