from datetime import UTC, datetime

import polars as pl
import pytest

from prep.snapshot import SnapshotStore

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def store(tmp_path):
    return SnapshotStore(tmp_path / "snapshots")


@pytest.fixture
def items():
    return pl.DataFrame(
        {
            "id": ["a", "b", "c"],
            "text": ["häuser", "", None],
            "label": ["x", "y", "y"],
            "confidence": [0.5, 1.0, None],
            "annotators": [["ann", "bob"], [], None],
        }
    )


@pytest.fixture
def freeze(store, items):
    def frozen(frame=None, name="colours", at=NOW, **more):
        tables = {"items": items if frame is None else frame}
        return store.commit(name, tables, keys={"items": ["id"]}, about={"question": "?"}, created_at=at, **more)

    return frozen
