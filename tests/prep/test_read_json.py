"""Reading JSON Lines and JSON arrays: values stay what they are; a broken place is named."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prep.errors import UnreadableFile
from prep.read import open_table

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3),
    max_leaves=10,
)  # fmt: skip
ROWS = st.lists(st.dictionaries(st.text("abcdef", min_size=1, max_size=3), JSON, min_size=1, max_size=3), min_size=1)


def rows_of(data, name="items.jsonl"):
    with open_table(io.BytesIO(data), name=name) as table:
        return [row for batch in table.batches(2) for row in batch]


def refusal(data, name="items.jsonl"):
    with pytest.raises(UnreadableFile) as caught:
        rows_of(data, name)
    return str(caught.value)


@given(ROWS)
def test_lines_of_any_json_objects_are_read_as_they_were_written(rows):
    assert rows_of("".join(json.dumps(row) + "\r\n" for row in rows).encode()) == rows


@given(ROWS, st.sampled_from([None, 2]))
def test_an_array_of_any_json_objects_is_read_as_it_was_written(rows, indent):
    assert rows_of(json.dumps(rows, indent=indent, ensure_ascii=False).encode(), "items.json") == rows


def test_objects_that_lie_across_the_pieces_read_at_once_are_whole():
    rows = [{"id": number, "text": "ä" * 50_000} for number in range(20)]
    assert rows_of(json.dumps(rows, ensure_ascii=False).encode(), "items.json") == rows


def test_the_content_says_what_it_is_and_not_the_name():
    assert rows_of(b'{"id": 1}\n', "items.csv") == [{"id": 1}]


def test_blank_lines_are_passed_over_and_lines_still_count_right():
    with open_table(io.BytesIO(b'\n{"id": 1}\n \n{"id": 2}')) as table:
        assert [batch.lines for batch in table.batches()] == [[2, 4]]


def test_the_objects_of_an_array_know_their_lines():
    with open_table(io.BytesIO(b'[\n{"id": 1},\n\n{"id":\n2}, {"id": 3}\n]')) as table:
        assert [batch.lines for batch in table.batches()] == [[2, 4, 5]]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'{"id":1}\n{"id":2\n{"id":3}\n', "line 2: This is no JSON (Expecting ',' delimiter, at character 9)"),
        (b'{"id":1}\n[1]\n', "line 2: This is no object but a list"),
        (b'{"id":1}\nnull\n', "line 2: This is no object but null"),
        (b'{"id":NaN}\n', "line 1: This is no JSON (NaN is no JSON; write null)"),
        (b'{"id":"\\ud800"}\n', "line 1: There is half a character"),
        (b'{"id":"a\\u0000"}\n', "line 1: There is a NUL character"),
        (b'{"id":' + b"[" * 200 + b"]" * 200 + b"}\n", "line 1: The object is nested deeper than 64 levels"),
        (b'{"id":' + b"[" * 200_000 + b"\n", "line 1: The object is nested deeper than 64 levels"),
        (b'{"id":' + b"9" * 5000 + b"}\n", "line 1: A whole number has more than 4,300 digits"),
        (b'{\n"id": 1}\n', "or all objects in one array"),
        (b"id,text\n1,a\n", "line 1: The name says JSON, but the content begins with"),
        (b'{"id":"\xff"}\n', "line 1, byte 7: 0xFF is not UTF-8 there"),
    ],
)
def test_a_broken_line_is_refused_with_its_number(data, words):
    assert words in refusal(data)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"[]", "There are no rows"),
        (b'[{"id":1},\n{"id":2', "line 2: This is no JSON"),
        (b'[{"id":1},\n{"id":2}\n', "line 3: The file ends before its ','"),
        (b'[{"id":1}\n{"id":2}]', "line 2: There should be ',', but there is '{'"),
        (b'[{"id":1}]\n[{"id":2}]', "line 2: There is more behind the end of the array"),
        (b'[{"id":1},\n2]', "line 2: This is no object but a number"),
        (b'[{"id":1},\n{"a":\n[1}]', "line 3: This is no JSON"),
    ],
)
def test_a_broken_array_is_refused_with_its_line(data, words):
    assert words in refusal(data, "items.json")


def test_an_escaped_pair_that_is_one_character_is_read():
    assert rows_of(b'{"id":"\\ud83d\\ude00"}') == [{"id": "😀"}]
