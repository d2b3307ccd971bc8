"""A key that stands twice in one object is refused: which of its values is meant nobody can tell."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prep.errors import UnreadableFile
from prep.json_keys import RepeatedKey, refuse_repeated
from prep.read import open_table


def read(text, name="a.jsonl"):
    with open_table(io.BytesIO(text.encode()), name=name) as table:
        return [row for batch in table.batches() for row in batch]


@pytest.mark.parametrize(
    "second",
    [
        '{"id": 2, "text": "x", "text": "y"}',
        '{"id":2,"text":"a: \\": b","text":"y"}',
        '{"id": 2, "more": {"text" : 1, "text" \t: 2}}',
        '{"id": 2, "more": [{"text": 1}, {"text": 1, "text": 1}]}',
        '{"id": 2, "text": "10:12", "te\\u0078t": "y"}',
        '{"text" : 1, "text" : "\\":"}',
    ],
)
def test_the_line_and_the_key_are_named(second):
    with pytest.raises(UnreadableFile, match="line 2, column 'text': The key 'text' stands twice in one object"):
        read('{"id": 1, "text": "x"}\n' + second + "\n")


def test_so_they_are_in_an_array():
    with pytest.raises(UnreadableFile, match="line 3, column 'a': The key 'a' stands twice"):
        read('[{"a": 1},\n{"a": 2},\n{"a": 3,\n"a": 4}]', "a.json")


def test_a_key_may_stand_in_each_of_two_objects():
    row = {"a": {"a": [{"a": 1}, {"a": 'a: ":'}]}, "b": {"a": 1}}
    assert read(json.dumps(row)) == [row]


values = st.recursive(
    st.none() | st.integers() | st.text('":{}[]a \\', max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('":a ', max_size=3), inner, max_size=3),
    max_leaves=12,
)


@given(values, st.sampled_from([None, 1]), st.sampled_from([(",", ":"), (" , ", " : ")]))
def test_what_json_writes_is_never_refused(value, indent, separators):
    text = json.dumps(value, indent=indent, separators=separators)
    refuse_repeated(text, json.loads(text))


@given(st.text('":{}[]a \\', max_size=6), values, values)
def test_a_key_that_stands_twice_is_always_found(key, first, second):
    text = f"{{{json.dumps(key)}: {json.dumps(first)}, {json.dumps(key)}: {json.dumps(second)}}}"
    with pytest.raises(RepeatedKey):
        refuse_repeated(text, json.loads(text))
    with pytest.raises(UnreadableFile, match="stands twice"):
        read(text)


def test_a_number_too_long_for_python_is_refused_in_our_words():
    with pytest.raises(UnreadableFile, match="line 1: A whole number has more than 4,300 digits. Write it as text"):
        read('{"a": ' + "9" * 5000 + "}")
