"""How fields are shown: what a project may say, what annotators get, what evidence proposes."""

import pytest

from labeling import showing
from labeling.errors import Unusable


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"a": "imgae"}, "Did you mean 'image'"),
        ({"a": {"as": "image", "size": "1"}}, "'size' said of it"),
        ({"a": {"as": "text", "caption": "b"}}, "no medium and has no caption"),
        ({"a": {"as": "text", "beside": "a"}}, "Pair each once"),
        ({"a": {"as": "text", "beside": "c"}, "b": {"as": "text", "beside": "c"}}, "Pair each once"),
        ({"a": {"as": "text", "beside": "b"}, "b": {"as": "text", "beside": "c"}}, "Pair each once"),
        (["a"], "cannot be read"),
        ({"a": 1}, "cannot be read"),
        ({"a": {"title": "x" * 300}}, "no line of text"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_to_mend(raw, words):
    with pytest.raises(Unusable, match=words):
        showing.check(raw)


def test_checking_twice_is_checking_once():
    said = showing.check({"p": {"as": "image", "title": "", "caption": "c"}, "a": {"beside": "b"}})
    assert showing.check(said) == said


@pytest.mark.parametrize(
    ("name", "values", "look"),
    [
        ("photo", ["x/1.png", "x/2.JPG", None], "image"),
        ("photos", [["a.png", "b.png"]], "image"),
        ("clip", ["a.wav", "b.mp3"], "audio"),
        ("film", ["a.mp4"], "video"),
        ("audio", ["a.webm"], "audio"),
        ("photo", ["https://example.org/a.png"], "link"),
        ("text", ["It ends with a.png", "no"], "text"),
        ("chat", ['[{"role": "user", "content": "hi"}]'], "dialogue"),
        ("chat", [{"conversations": [{"from": "human", "value": "hi"}]}], "dialogue"),
        ("chat", ["\n\nHuman: a\n\nAssistant: b"], "dialogue"),
        ("meta", [{"a": 1}], "table"),
        ("code", ["a\nb"], "code"),
        ("answer", ["# One\n\n- a\n- b", "**x** and **y**"], "markdown"),
        ("n", [1, 2], "text"),
        ("nothing", [None, ""], "text"),
    ],
)
def test_a_column_is_proposed_as_what_it_looks_like(name, values, look):
    assert showing.guess(name, values) == look


@pytest.mark.parametrize(
    "value",
    [None, 7, "words", [], {}, [1], [{"role": "user"}], [{"role": 1, "content": "x"}], [["a"]], "[broken", [{"content": "x"}],
     {"messages": "x"}, [{"role": "user", "content": {"a": 1}}], "[" * 100_000],
)  # fmt: skip
def test_what_is_no_dialogue_is_none_and_never_a_fault(value):
    assert showing.turns(value) is None


def test_a_hidden_field_is_given_to_nobody():
    assert showing.seen({"a": 1, "b": 2}, ("b", "a"), {"b": {"as": "hidden"}}) == [{"name": "a", "value": 1}]
