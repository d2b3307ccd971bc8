"""The laws that every kind keeps, whatever it asks. A new kind is found here by itself."""

import json

import pytest

from labeling.errors import NotFound, Unusable
from labeling.kinds import COLUMN_TYPES, kind, kinds

EXAMPLES = [
    pytest.param(one, options, good, bad, id=f"{one.name}-{place}")
    for one in kinds().values()
    for place, (options, good, bad) in enumerate(one.examples())
]
every_example = pytest.mark.parametrize(("one", "raw", "good", "bad"), EXAMPLES)
HOLDS = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float),
    "boolean": lambda value: isinstance(value, bool),
    "strings": lambda value: isinstance(value, list) and all(isinstance(one, str) for one in value),
    "json": lambda value: isinstance(value, str) and json.loads(value) is not None,
}
every_kind = pytest.mark.parametrize("one", kinds().values(), ids=list(kinds()))


@every_kind
def test_a_kind_gives_examples_of_both_sorts(one):
    examples = list(one.examples())
    assert examples
    assert all(good and bad for _, good, bad in examples)


@every_kind
def test_a_kind_says_what_it_is(one):
    assert one.title
    assert one.description.endswith(".")
    assert kind(one.name) is one


@every_example
def test_options_read_twice_are_options_read_once(one, raw, good, bad):
    options = one.options(raw)
    assert one.options(options) == options


@every_example
def test_options_come_back_from_json_as_they_were(one, raw, good, bad):
    options = one.options(raw)
    assert json.loads(json.dumps(options)) == options


@every_example
def test_a_form_of_settings_says_the_options_it_was_filled_from(one, raw, good, bad):
    options = one.options(raw)
    fields = one.settings(options)
    assert all(isinstance(value, str) for value in fields.values())
    assert one.options(one.from_settings(fields)) == options


@every_example
def test_options_that_do_not_change_keep_every_answer_safe(one, raw, good, bad):
    options = one.options(raw)
    assert one.unsafe(options, options) == ""


@every_example
def test_parse_undoes_dump(one, raw, good, bad):
    options = one.options(raw)
    for wire in good:
        answer = one.parse(wire, options)
        assert one.parse(json.loads(json.dumps(one.dump(answer))), options) == answer


@every_example
def test_what_is_no_answer_is_refused_in_words(one, raw, good, bad):
    options = one.options(raw)
    for wire in bad:
        with pytest.raises(Unusable) as refused:
            one.parse(wire, options)
        assert refused.value.cure, wire


@every_example
def test_distance_is_nothing_to_itself_the_same_both_ways_and_at_most_one(one, raw, good, bad):
    options = one.options(raw)
    answers = [one.parse(wire, options) for wire in good]
    for first in answers:
        assert one.distance(first, first, options) == 0
        for second in answers:
            distance = one.distance(first, second, options)
            assert 0 <= distance <= 1
            assert distance == one.distance(second, first, options)
            assert (distance == 0) == (first == second)


@every_example
def test_every_category_is_an_answer(one, raw, good, bad):
    options = one.options(raw)
    for category in one.categories(options):
        assert one.parse(category.value, options) == category.value
        assert category.text
    assert one.consensus_labels(options) in ((), tuple(category.value for category in one.categories(options)))


@every_example
def test_a_plain_form_sends_what_parse_reads(one, raw, good, bad):
    options = one.options(raw)
    for category in one.categories(options):
        assert one.parse(one.from_form([str(category.value)], options), options) == category.value


@every_example
def test_an_answer_shown_in_a_form_comes_back_as_it_was(one, raw, good, bad):
    options = one.options(raw)
    for wire in good:
        answer = one.parse(wire, options)
        assert one.parse(one.from_form(one.form_values(answer, options), options), options) == answer


@every_example
def test_a_form_with_nothing_chosen_is_no_answer(one, raw, good, bad):
    options = one.options(raw)
    with pytest.raises(Unusable):
        one.parse(one.from_form([], options), options)


@every_example
def test_an_answer_is_one_line_for_a_person(one, raw, good, bad):
    options = one.options(raw)
    for wire in good:
        text = one.text(one.parse(wire, options), options)
        assert text.strip()
        assert "\n" not in text


@every_example
def test_an_answer_lies_in_columns_of_known_types(one, raw, good, bad):
    columns = one.columns(one.options(raw))
    assert columns
    assert set(columns.values()) <= set(COLUMN_TYPES)
    assert next(iter(columns)) == "label"
    assert all(name.startswith("label_") for name in list(columns)[1:])


@every_example
def test_an_answer_fills_its_columns_with_values_of_their_types(one, raw, good, bad):
    options = one.options(raw)
    columns = one.columns(options)
    for wire in good:
        row = one.row(one.parse(wire, options), options)
        assert list(row) == list(columns)
        for name, value in row.items():
            assert value is None or HOLDS[columns[name]](value)


@every_kind
@pytest.mark.parametrize("raw", [7, "labels", [1, 2], {"nonsense": 1}, True])
def test_options_that_are_none_are_refused_in_words(one, raw):
    with pytest.raises(Unusable) as refused:
        one.options(raw)
    assert refused.value.cure


def test_an_unknown_kind_is_named_with_the_nearest():
    with pytest.raises(NotFound, match="Did you mean 'choice'"):
        kind("choise")


@every_example
def test_what_is_shown_is_the_seeds_and_json_and_every_answer_has_a_place_in_it_or_none(one, raw, good, bad):
    options = one.options(raw)
    shown = one.shown(options, 3)
    assert one.shown(options, 3) == shown
    assert json.loads(json.dumps(shown)) == shown
    for wire in good:
        place = one.place(one.parse(wire, options), options, shown)
        assert place is None if shown is None else place is None or place >= 0
        assert one.place(one.parse(wire, options), options, None) is None


@every_kind
def test_a_kind_that_can_shuffle_takes_both_ways_and_no_other(one):
    if not one.can_shuffle:
        return
    raw, *_ = next(one.examples())
    for by in ("assignment", "annotator"):
        options = one.options({**raw, "shuffle": by})
        assert options["shuffle"] == by
        assert one.is_shown_by_annotator(options) == (by == "annotator")
        assert sorted(one.shown(options, 1)["order"]) == sorted(one.shown(options, 2)["order"])
        assert len({json.dumps(one.shown(options, seed)) for seed in range(20)}) > 1
    assert one.options({**raw, "shuffle": ""}) == one.options(raw)
