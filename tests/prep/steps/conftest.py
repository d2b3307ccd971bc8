"""The engines, for each test that wants one."""

import pytest

from prep.frames import to_kind


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
