"""One table on every engine, and back into polars to compare row by row."""

import os
import shutil
import sys

import pandas as pd
import polars as pl
import pytest

from prep.engines import collected, engine_of

ENGINES = ["polars", "polars-lazy", "pandas", "pyarrow", "duckdb", "spark"]


@pytest.fixture(scope="session")
def spark():
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java, and there is none here")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed")
    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "1g",
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.default.parallelism": "2",
        "spark.sql.session.timeZone": "UTC",
    }
    builder = sql.SparkSession.builder.master("local[2]").appName("assay tests")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


@pytest.fixture
def on(request):
    """`on(engine)(frame)` is a polars frame on that engine."""

    held = []

    def mover(engine):
        if engine == "polars":
            return lambda frame: frame
        if engine == "polars-lazy":
            return lambda frame: frame.lazy()
        if engine == "pandas":
            return to_pandas
        if engine == "pyarrow":
            return lambda frame: frame.to_arrow()
        if engine == "duckdb":
            duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
            if not held:
                held.append(duckdb.connect())
            return lambda frame: held[0].from_arrow(frame.to_arrow())
        session = request.getfixturevalue("spark")
        return lambda frame: session.createDataFrame(frame.to_arrow())

    return mover


def to_pandas(frame):
    """As plain pandas has it: gaps in whole numbers make floats of them, gaps in text are None."""
    made = frame.to_pandas()
    assert isinstance(made, pd.DataFrame)
    return made


@pytest.fixture
def plain():
    """The rows of a frame of any engine as plain values, in their order; a pandas NaN is a gap."""

    def found(frame):
        table = collected(frame)
        if engine_of(frame) == "pandas":
            table = table.with_columns(pl.selectors.float().fill_nan(None))
        return table.rows()

    return found
