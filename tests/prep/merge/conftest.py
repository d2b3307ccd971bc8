"""One table on every engine, and back into polars to compare row by row."""

import pandas as pd
import polars as pl
import pytest

from prep.engines import collected, engine_of

ENGINES = ["polars", "polars-lazy", "pandas", "pyarrow", "duckdb", "spark"]


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
