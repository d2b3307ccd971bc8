"""Answers given elsewhere, read from a long table."""

import io
import tracemalloc
from pathlib import Path

import pytest

from labeling.errors import Unusable
from labeling.formats.long import read_long
from prep.errors import UnreadableFile
from prep.read import open_table

DATA = Path(__file__).parents[3].parent / "shared" / "data"


def rows_of(text, name="answers.csv"):
    return [
        {name: value for name, value in row.items() if name != "line"}
        for row in read_long(io.BytesIO(text.encode()), name=name)
    ]


@pytest.mark.parametrize(
    "header",
    ["item,annotator,label", "task,worker,label", "Task_ID,Rater,Answer", "question,user,category", "unit,coder,value"],
)
def test_columns_are_found_by_the_fields_own_names(header):
    assert rows_of(f"{header}\nq1,ann,yes\n") == [{"item": "q1", "annotator": "ann", "label": "yes"}]


def test_time_seconds_and_version_come_along_where_they_are_given():
    text = (
        "item,annotator,label,submitted_at,lead_time,guideline\nq1,ann,yes,2026-01-31T14:02:00Z,3.5,v2\nq2,ann,no,,,\n"
    )
    assert rows_of(text) == [
        {
            "item": "q1",
            "annotator": "ann",
            "label": "yes",
            "time": 1769868120000,
            "seconds": 3.5,
            "guideline_version": 2,
        },
        {"item": "q2", "annotator": "ann", "label": "no"},
    ]


@pytest.mark.parametrize(
    "time",
    ["2026-01-31T14:02:00+00:00", "2026-01-31 14:02:00", "2026-01-31T15:02:00+01:00", "1769868120", "1769868120000"],
)
def test_a_time_is_iso_or_a_number_since_1970(time):
    assert rows_of(f"item,annotator,label,time\nq,a,x,{time}\n")[0]["time"] == 1769868120000


def test_json_answers_stay_what_they_are():
    text = '{"item": 1, "annotator": "ann", "label": ["a", "b"]}\n{"item": 2, "annotator": "ann", "label": 0}\n'
    assert [row["label"] for row in rows_of(text, "a.jsonl")] == [["a", "b"], 0]


def test_a_row_without_a_label_is_no_answer():
    assert [row["item"] for row in rows_of("item,annotator,label\nq1,ann,\nq2,ann,x\n")] == ["q2"]


def test_an_answer_knows_its_line_also_behind_one_that_is_none():
    rows = read_long(io.BytesIO(b"item,annotator,label\nq1,ann,\nq2,ann,x\n"), name="a.csv")
    assert [row["line"] for row in rows] == [3]


def test_an_open_table_stays_open():
    with open_table(io.BytesIO(b"item,annotator,label\nq1,ann,x\n")) as table:
        assert list(read_long(table)) == list(read_long(table))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("item,annotator,label\nq1,ann,x\n ,ann,x\n", "answers.csv, line 3, column 'item': is empty"),
        ('item,annotator,label\n"q\n1",,x\n', "answers.csv, line 2, column 'annotator': is empty"),
        ("item,annotator,label,time\nq,a,x,noon\n", "line 2, column 'time': 'noon' is no time"),
        ("item,annotator,label,seconds\nq,a,x,-1\n", "line 2, column 'seconds': '-1' is no number of seconds"),
        ("item,annotator,label,version\nq,a,x,1.5\n", "line 2, column 'version': '1.5' is no version"),
        ("item,annotator,label\nq,a,x,y\n", "line 2: The row has 4 cells"),
        (f"item,annotator,label,time\nq,a,x,{'1' * 5000}\n", f"'{'1' * 56}… is no time"),
        (f"item,annotator,label,version\nq,a,x,{'1' * 5000}\n", f"'{'1' * 56}… is no version"),
    ],
)
def test_a_bad_row_is_refused_with_its_line(text, words):
    with pytest.raises(UnreadableFile) as caught:
        rows_of(text)
    assert words in str(caught.value)


def test_a_missing_column_names_the_nearest():
    with pytest.raises(Unusable, match="Did you mean 'anotator'"):
        rows_of("item,anotator,label\nq,a,x\n")


@pytest.mark.parametrize(
    ("name", "answers"), [("bluebirds", 4212), ("rte", 8000), ("s_dog", 8070), ("d_product", 24945)]
)
def test_real_sets_are_read_whole(name, answers):
    path = DATA / name / "answers.csv"
    if not path.exists():
        pytest.skip(f"{name} is not beside this repository")
    assert sum(1 for _ in read_long(path)) == answers


def test_memory_stays_flat():
    data = b"item,annotator,label\n" + b"q1,ann,yes\n" * 100_000
    tracemalloc.start()
    try:
        assert sum(1 for _ in read_long(io.BytesIO(data))) == 100_000
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def test_rows_without_a_label_are_counted():
    rows = read_long(io.BytesIO(b"item,annotator,label\nq1,ann,\nq2,ann,x\nq3,ann,\n"), name="a.csv")
    list(rows)
    assert rows.unlabeled == 2


def test_a_file_where_no_row_has_a_label_names_the_column():
    with pytest.raises(Unusable, match="Column 'answer': No row has a label: 2 rows are empty there"):
        rows_of("item,annotator,answer\nq1,ann,\nq2,ann,\n")
