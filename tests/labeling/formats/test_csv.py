"""CSV: safe to open in a spreadsheet, and readable by everything else."""

import csv
import io

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from labeling.errors import Unusable
from labeling.formats import csv as form
from prep.read import open_table


def lines(path):
    return path.read_text().splitlines()


@pytest.mark.parametrize("text", ["=cmd()", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", "'=x"])
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(tmp_path, text):
    form.write(pl.DataFrame({"text": [text, "a"]}), tmp_path / "a.csv", {})
    with (tmp_path / "a.csv").open(newline="") as file:
        assert list(csv.reader(file))[1] == [f"'{text}"]


def test_a_name_of_a_column_is_guarded_too(tmp_path):
    form.write(pl.DataFrame({"=name": ["a"]}), tmp_path / "a.csv", {})
    assert lines(tmp_path / "a.csv")[0] == "'=name"


def test_numbers_and_times_below_zero_stay_as_they_are(tmp_path):
    form.write(pl.DataFrame({"n": [-1], "f": [-0.5]}), tmp_path / "a.csv", {})
    assert lines(tmp_path / "a.csv") == ["n,f", "-1,-0.5"]


def test_the_guard_can_be_left_out(tmp_path):
    frame = pl.DataFrame({"text": ["=1", "'=1"]})
    form.write(frame, tmp_path / "a.csv", {}, guard=False)
    assert lines(tmp_path / "a.csv") == ["text", "=1", "'=1"]
    assert_frame_equal(form.read(tmp_path / "a.csv", guard=False), frame)


def test_an_empty_text_is_not_a_missing_one(tmp_path):
    form.write(pl.DataFrame({"id": [1, 2], "text": ["", None]}), tmp_path / "a.csv", {})
    assert lines(tmp_path / "a.csv") == ["id,text", '1,""', "2,"]


def test_lists_are_json(tmp_path):
    form.write(pl.DataFrame({"who": [["ann", "bob"], None]}), tmp_path / "a.csv", {})
    with (tmp_path / "a.csv").open(newline="") as file:
        assert list(csv.reader(file))[1] == ['["ann","bob"]']


def test_our_own_reader_reads_it(tmp_path):
    form.write(pl.DataFrame({"id": [1, 2], "text": ['a "b",\nc', "ü"]}), tmp_path / "a.csv", {})
    with open_table(io.BytesIO((tmp_path / "a.csv").read_bytes()), name="a.csv") as table:
        assert [row["text"] for batch in table.batches() for row in batch] == ['a "b",\nc', "ü"]


def test_a_time_that_is_none_is_refused(tmp_path):
    (tmp_path / "a.csv").write_text("day\nnoon\n")
    with pytest.raises(Unusable, match="Column 'day': a value is no Date"):
        form.read(tmp_path / "a.csv", {"day": pl.Date()})


def test_a_value_of_another_type_is_refused_with_its_row(tmp_path):
    (tmp_path / "a.csv").write_text("id,n\na,1\nb,x\n")
    with pytest.raises(Unusable, match="Row 2, column 'n': 'x' is no Int64"):
        form.read(tmp_path / "a.csv", {"id": pl.String(), "n": pl.Int64()})
