"""`import prep` is quick, and loads an engine when one is used."""

import subprocess
import sys
import time

import pytest

HEAVY = ["polars", "pandas", "pyarrow", "numpy", "pandera", "yaml", "narwhals"]


def run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def loaded_after(code):
    return run(f"import sys\n{code}\nprint([name for name in {HEAVY} if name in sys.modules])")


@pytest.mark.parametrize(
    "code",
    [
        "import prep; prep.SnapshotStore; prep.load; prep.split; prep.validate; prep.read_table",
        "import labeling.formats; labeling.formats.formats()",
        "import io, prep; list(prep.open_table(io.BytesIO(b'id,text\\n1,a\\n')).batches())",
        "import io, prep; list(prep.open_table(io.BytesIO(b'{\"id\": 1}')).batches())",
    ],
)
def test_no_engine_is_loaded_by(code):
    assert loaded_after(code) == "[]"


def test_freezing_and_loading_needs_neither_pandas_nor_pandera_nor_pyarrow_parquet():
    code = (
        "import prep, tempfile, pathlib, datetime as d\n"
        "s = prep.SnapshotStore(pathlib.Path(tempfile.mkdtemp()))\n"
        "s.commit('p', {'items': {'id': [1]}}, keys={'items': ['id']}, about={}, created_at=d.datetime.now(d.UTC)).load()"
    )
    assert "pandas" not in loaded_after(code)
    assert "pandera" not in loaded_after(code)


def test_it_takes_less_than_a_third_of_a_second():
    bare, whole = (min(timed(code) for _ in range(3)) for code in ("pass", "import prep; prep.load"))
    assert whole - bare < 0.3


def timed(code):
    start = time.perf_counter()
    run(code)
    return time.perf_counter() - start


def test_every_public_name_is_there_and_others_are_said_not_to_be():
    import prep

    assert all(hasattr(prep, name) for name in prep.__all__)
    with pytest.raises(AttributeError, match="prep has no 'laod'"):
        prep.laod  # noqa: B018
