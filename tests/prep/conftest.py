import os
import shutil
import sys
import warnings
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


@pytest.fixture(scope="session")
def spark():
    """One small Spark for all tests, on two threads."""
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java, and there is none here")
    pytest.importorskip("pyspark", reason="pyspark is not installed")
    before = os.environ.get("PYSPARK_PYTHON")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pyspark.sql import SparkSession

        builder = SparkSession.builder.master("local[2]").appName("assay")
        for name, value in {
            "spark.ui.enabled": "false",
            "spark.sql.shuffle.partitions": "2",
            "spark.default.parallelism": "2",
            "spark.sql.session.timeZone": "UTC",
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.memory": "1g",
            "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",  # tables are small: less compiling is quicker
            "spark.sql.codegen.wholeStage": "false",
            "spark.sql.adaptive.enabled": "false",
            "spark.sql.execution.arrow.pyspark.enabled": "true",
            "spark.log.level": "OFF",
        }.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
    yield session
    session.stop()
    os.environ.pop("PYSPARK_PYTHON") if before is None else os.environ.update(PYSPARK_PYTHON=before)
