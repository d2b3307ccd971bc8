"""The engines, for each test that wants one."""

import os
import shutil
import sys
import warnings

import pytest

from prep.frames import to_kind


@pytest.fixture(scope="session")
def spark():
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
            "spark.sql.session.timeZone": "UTC",
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.sql.execution.arrow.pyspark.enabled": "true",
            "spark.log.level": "OFF",
            "spark.sql.adaptive.enabled": "false",
            "spark.sql.codegen.wholeStage": "false",  # small frames: compiling costs more than it saves
            "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        }.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
    yield session
    session.stop()
    os.environ.pop("PYSPARK_PYTHON") if before is None else os.environ.update(PYSPARK_PYTHON=before)


@pytest.fixture
def on(request):
    """A polars frame as that of another engine."""

    def made(frame, engine):
        if engine == "polars-lazy":
            return frame.lazy()
        if engine == "pandas":
            return to_kind(frame, "pandas")
        if engine == "pyarrow":
            return frame.to_arrow()
        if engine == "duckdb":
            duckdb = pytest.importorskip("duckdb")
            return duckdb.connect().from_arrow(frame.to_arrow())
        return request.getfixturevalue("spark").createDataFrame(frame.to_arrow())

    return made
