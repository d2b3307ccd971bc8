"""The law of every exchange format: reading undoes writing."""

import datetime as dt
import shutil
import tempfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from labeling.errors import NotFound, Unusable
from labeling.formats import formats, one

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
ARMED = st.sampled_from(["=1+1", "'=1", "''@x", "-", "+49", "@a", "\t", "\r\n", "'", '"', "", ",", "＝1", "\n", "null"])
FINITE = st.floats(allow_nan=False, allow_infinity=False)
MOMENT = st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2200, 1, 1))  # noqa: DTZ001
COLUMNS = {
    "text": (pl.String(), TEXT | ARMED),
    "=name": (pl.String(), ARMED),
    "n": (pl.Int64(), st.integers(-(2**63), 2**63 - 1)),
    "small": (pl.UInt8(), st.integers(0, 255)),
    "f": (pl.Float64(), FINITE),
    "b": (pl.Boolean(), st.booleans()),
    "day": (pl.Date(), st.dates(dt.date(1900, 1, 1), dt.date(2200, 1, 1))),
    "at": (pl.Datetime("us", "UTC"), MOMENT.map(lambda at: at.replace(tzinfo=dt.UTC))),
    "there": (pl.Datetime("us", "Europe/Berlin"), MOMENT.map(lambda at: at.replace(tzinfo=dt.UTC))),
    "local": (pl.Datetime("us"), MOMENT),
    "took": (pl.Duration("us"), st.timedeltas(dt.timedelta(0), dt.timedelta(days=9))),
    "names": (pl.List(pl.String()), st.lists(st.none() | TEXT, max_size=3)),
    "spans": (
        pl.List(pl.Struct({"start": pl.Int64(), "label": pl.String()})),
        st.lists(st.fixed_dictionaries({"start": st.integers(0, 9), "label": TEXT}), max_size=2),
    ),
    "posterior": (
        pl.Struct({"yes": pl.Float64(), "no": pl.Float64()}),
        st.fixed_dictionaries({"yes": FINITE, "no": FINITE}),
    ),
}


@st.composite
def frames(draw):
    rows = draw(st.integers(0, 6))
    columns = {}
    for name, (dtype, values) in COLUMNS.items():
        cells = draw(st.lists(st.none() | values, min_size=rows, max_size=rows))
        if name == "there":
            columns[name] = pl.Series(name, cells, dtype=pl.Datetime("us", "UTC")).dt.convert_time_zone("Europe/Berlin")
        else:
            columns[name] = pl.Series(name, cells, dtype=dtype)
    return pl.DataFrame(columns)


ANY_KIND = [name for name, form in formats().items() if not hasattr(form, "KINDS")]


@pytest.mark.parametrize("name", ANY_KIND)
@settings(deadline=None, max_examples=60)
@given(frame=frames())
def test_reading_undoes_writing(name, frame):
    folder = Path(tempfile.mkdtemp())
    try:
        path = folder / f"table{one(name).SUFFIX}"
        one(name).write(frame, path, {})
        assert_frame_equal(one(name).read(path, frame.schema), frame)
        assert [left.name for left in folder.iterdir()] == [path.name]
    finally:
        shutil.rmtree(folder)


@pytest.mark.parametrize("name", ["parquet", "huggingface"])
@settings(deadline=None, max_examples=20)
@given(frame=frames())
def test_formats_with_types_need_not_be_told_them(name, frame):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table"
        one(name).write(frame, path, {})
        assert_frame_equal(one(name).read(path), frame)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(TEXT, st.sampled_from(["train", "test"]))))
def test_a_hugging_face_folder_gives_back_every_row_with_its_split(rows):
    frame = pl.DataFrame(rows, schema={"text": pl.String, "split": pl.String}, orient="row")
    with tempfile.TemporaryDirectory() as folder:
        one("huggingface").write(frame, Path(folder) / "table", {})
        read = one("huggingface").read(Path(folder) / "table")
    assert sorted(read.rows()) == sorted(frame.rows())


@pytest.mark.parametrize("form", formats().values(), ids=lambda form: form.NAME)
def test_a_format_says_its_use_in_one_line(form):
    assert "\n" not in form.DESCRIPTION
    assert form.DESCRIPTION.startswith("For ")
    assert form.DESCRIPTION.endswith(".")


def test_a_format_that_there_is_not_names_the_nearest():
    with pytest.raises(NotFound, match="Did you mean 'parquet'"):
        one("parqet")


@pytest.mark.parametrize("name", ["csv", "jsonl"])
def test_bytes_are_refused_where_there_is_only_text(tmp_path, name):
    with pytest.raises(Unusable, match="Export as parquet"):
        one(name).write(pl.DataFrame({"raw": [b"x"]}), tmp_path / "a", {})
    assert list(tmp_path.iterdir()) == []
