"""A sentence that carries its message is plain English everywhere, and loses nothing on its way to a page."""

import copy
import json
import pickle

import pytest

from labeling.errors import NotFound, Unusable
from prep.phrase import numeral, pack, phrase, phrase_n, together, unpack

SENTENCES = [
    phrase("100 %% of it"),
    phrase("Row %(row)s: %(what)s", row=3, what=phrase("it is empty")),
    phrase_n("%(n)s row", "%(n)s rows", 1200),
    together([phrase("A."), "a file of 5 %", phrase("B %(x)s.", x=numeral(0.256, ".0%"))]),
]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_it_comes_whole_out_of_a_copy_a_pickle_and_json(sentence):
    for other in (
        copy.deepcopy(sentence),
        pickle.loads(pickle.dumps(sentence)),
        unpack(json.loads(json.dumps(pack(sentence)))),
        str(sentence),
        str(Unusable(sentence)),
    ):
        assert other == sentence
        assert (other.message, other.values, other.many, other.n) == (
            sentence.message,
            sentence.values,
            sentence.many,
            sentence.n,
        )


@pytest.mark.parametrize("sentence", SENTENCES)
def test_json_and_a_longer_text_have_plain_english(sentence):
    assert json.loads(json.dumps(sentence)) == sentence
    assert type(f"({sentence})") is str


def test_a_plain_text_is_packed_as_it_is():
    assert unpack(pack("50 % (of all)")) == "50 % (of all)"


def test_an_error_has_the_places_and_the_cure_in_its_message():
    error = Unusable(phrase("is empty"), row=3, column="text", cure=phrase("Fill it in."))
    assert str(error) == "Row 3, column 'text': is empty. Fill it in."
    assert str(error).values["what"].values["what"].message == "is empty"
    assert str(NotFound("item", "a%b", ["a%c"])) == "There is no item 'a%b'. Did you mean 'a%c'?"
