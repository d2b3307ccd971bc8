"""The keys of the desk: what may be chosen, and what is said where it may not."""

import pytest

from labeling import shortcuts
from labeling.errors import Unusable


def refusal(**given) -> str:
    with pytest.raises(Unusable) as refused:
        shortcuts.chosen(given)
    return str(refused.value)


def test_nothing_chosen_is_the_default_and_that_is_without_a_clash():
    assert shortcuts.chosen({}) == shortcuts.default()


def test_a_key_that_is_chosen_takes_the_place_of_the_default():
    found = shortcuts.chosen({"keys": {"skip": ["x", "ctrl+s"]}})
    assert found["keys"]["skip"] == ["x", "ctrl+s"]
    assert "x" not in found["labels"]


def test_what_was_given_back_can_be_sent_again():
    found = shortcuts.chosen({"labels": "jkö;", "keys": {"unsure": ["a"]}, "at_once": True})
    again = shortcuts.chosen(found | {"keys": {name: keys for name, keys in found["keys"].items() if name != "close"}})
    assert again == found


def test_two_actions_on_one_key_are_refused_in_words():
    assert refusal(keys={"skip": ["c"]}) == (
        "The key 'c' would both skip and open the comment. Choose another for one of the two."
    )


def test_two_actions_may_change_places():
    assert shortcuts.chosen({"keys": {"skip": ["c"], "comment": ["s"]}})["keys"]["comment"] == ["s"]


def test_a_label_and_an_action_on_one_key_are_refused_in_words():
    assert "'s' would both skip and choose a label" in refusal(labels="asdf")
    assert "'a' stands twice" in refusal(labels="aa")


@pytest.mark.parametrize("key", ["", "xx", "S", " ", "ctrl+", "ctrl+enterr", 7, None, "\t"])
def test_what_is_no_key_is_refused(key):
    assert "is no key" in refusal(keys={"skip": [key]})


@pytest.mark.parametrize(
    "given",
    [{"keys": []}, {"keys": {"skip": "x"}}, {"keys": {"skip": []}}, {"labels": 7}, {"at_once": "yes"}, {"more": 1}],
)
def test_what_cannot_be_read_is_refused_with_the_form_that_can(given):
    assert "Give" in refusal(**given)


def test_an_unknown_action_names_the_nearest_and_escape_stays():
    assert "Did you mean 'skip'?" in refusal(keys={"skipp": ["x"]})
    assert "No key can be chosen for 'close'" in refusal(keys={"close": ["x"]})


def test_the_keys_of_a_player_make_way_until_they_are_chosen():
    found = shortcuts.chosen({"keys": {"skip": ["-"]}})
    assert (found["keys"]["slower"], found["keys"]["faster"]) == ([], ["+"])
    assert "p" in found["labels"]
    again = {name: keys for name, keys in found["keys"].items() if name != "close"}
    assert shortcuts.chosen({"keys": again}) == found
    chosen = shortcuts.chosen({"keys": {"play": ["q"]}})
    assert chosen["keys"]["play"] == ["q"]
    assert "q" not in chosen["labels"]
    assert "'-' would both skip and play slower" in refusal(keys={"skip": ["-"], "slower": ["-"]})
