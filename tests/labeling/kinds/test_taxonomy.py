"""Tree of labels: how a tree is written, what a path may be, how far apart two are, what many annotators agree on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.errors import Unusable
from labeling.kinds import Vote, kind
from labeling.kinds.taxonomy import read_list

TAXONOMY = kind("taxonomy")
ZOO = TAXONOMY.options({"tree": read_list("animals\n  birds\n    owl\n    hawk\n  dog\nplants\n  oak")})


def refusal(text: str) -> str:
    with pytest.raises(Unusable) as refused:
        TAXONOMY.options(TAXONOMY.from_settings({"tree": text}))
    return str(refused.value)


def wrong(answer, options=ZOO) -> str:
    with pytest.raises(Unusable) as refused:
        TAXONOMY.parse(answer, options)
    return str(refused.value)


def names_of(text: str) -> list[str]:
    return [one.value for one in TAXONOMY.categories(TAXONOMY.options({"tree": read_list(text), "leaves_only": False}))]


def test_a_list_is_read_by_how_far_in_its_lines_begin():
    assert names_of("- animals\n\t- birds\n\t\t- owl\n\t- dog\n\n- plants") == [
        "animals",
        "animals > birds",
        "animals > birds > owl",
        "animals > dog",
        "plants",
    ]


def test_a_product_catalogue_with_a_path_a_line_is_read_too():
    catalogue = "# Google_Product_Taxonomy_Version: 2021-09-21\nPets\nPets > Birds\nPets > Birds > Cages\nPets > Cats"
    assert names_of(catalogue) == ["Pets", "Pets > Birds", "Pets > Birds > Cages", "Pets > Cats"]


def test_a_line_that_stands_under_nothing_is_named():
    assert refusal("animals\n    owl\n  dog") == (
        "Line 3 ('dog') begins 2 in, where no entry above it does. "
        "Begin it below the entry it belongs to, or level with those it stands beside."
    )


def test_words_after_a_colon_describe_an_entry_and_an_escaped_colon_is_part_of_the_name():
    tree = read_list("owl: flies at night: mostly\n\\# 1 \\: the first")
    assert [(node["name"], node["description"]) for node in tree] == [
        ("owl", "flies at night: mostly"),
        ("# 1 : the first", ""),
    ]


names = st.text(st.characters(blacklist_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=12).map(str.strip)
good_names = names.filter(lambda name: name and " > " not in f" {name} ")
trees = st.recursive(
    st.fixed_dictionaries({"name": good_names, "description": names, "children": st.just([])}),
    lambda below: st.fixed_dictionaries(
        {
            "name": good_names,
            "description": names,
            "children": st.lists(below, max_size=3, unique_by=lambda node: node["name"].casefold()),
        }
    ),
    max_leaves=8,
)


@given(st.lists(trees, min_size=2, max_size=4, unique_by=lambda node: node["name"].casefold()))
def test_a_written_list_reads_as_the_tree_it_was_written_from(tree):
    options = TAXONOMY.options({"tree": tree})
    assert TAXONOMY.options(TAXONOMY.from_settings(TAXONOMY.settings(options))) == options


def test_an_entry_that_stands_twice_is_named_with_where():
    assert refusal("animals\n  owl\n  dog\n  owl\nplants") == (
        "The entry 'owl' below 'animals' stands twice. Give each a name of its own."
    )


def test_entries_that_differ_in_case_alone_are_refused():
    assert "differs from 'Owl' in case alone" in refusal("Owl\nowl")


@pytest.mark.parametrize(("text", "said"), [("", "leaves nothing"), ("one", "leaves nothing")])
def test_a_tree_with_nothing_to_choose_is_refused(text, said):
    assert said in refusal(text)


def test_a_name_with_the_sign_that_parts_names_is_refused():
    with pytest.raises(Unusable, match="holds '>' between spaces"):
        TAXONOMY.options({"tree": ["a > b", "c"]})


@pytest.mark.parametrize(
    ("node", "said"),
    [
        (7, "Entry 2 has no name"),
        ({"name": " "}, "Entry 2 has no name"),
        ({"name": "x", "childs": []}, "unknown field 'childs'"),
        ({"name": "x", "children": "owl"}, "cannot be read"),
        ({"name": "x", "children": [3]}, "Entry 1 below 'x' has no name"),
        ({"name": "a\nb"}, "control character"),
    ],
)
def test_a_broken_entry_is_named_with_its_place(node, said):
    with pytest.raises(Unusable, match=said):
        TAXONOMY.options({"tree": ["fine", node]})


def test_a_tree_too_deep_or_too_large_is_refused():
    deep: list = ["end"]
    for level in range(13):
        deep = [{"name": f"l{level}", "children": deep}]
    with pytest.raises(Unusable, match="over 12 levels deep"):
        TAXONOMY.options({"tree": [*deep, "other"]})
    with pytest.raises(Unusable, match="20001 entries are more than 20000"):
        TAXONOMY.options({"tree": [str(number) for number in range(20_001)]})


def test_an_entry_of_that_name_elsewhere_in_the_tree_is_pointed_to():
    assert wrong("owl") == "There is no entry 'owl'. Did you mean 'animals > birds > owl'?"


def test_a_misspelt_entry_names_the_nearest_beside_it():
    assert "Did you mean 'animals > birds'?" in wrong("animals > brids > emu")


def test_an_entry_with_others_below_names_them_where_only_leaves_count():
    assert wrong("animals > birds") == "'animals > birds' has entries below it. Choose one of those: owl, hawk."


def test_a_path_beyond_a_leaf_says_that_nothing_is_below():
    assert "'plants > oak' has no entries below it" in wrong("plants > oak > leaf")


def test_distance_is_that_of_wu_and_palmer():
    between = {
        ("animals > birds > owl", "animals > birds > hawk"): 1 - 2 * 2 / 6,
        ("animals > birds > owl", "animals > dog"): 1 - 2 * 1 / 5,
        ("animals > birds > owl", "animals > birds"): 1 - 2 * 2 / 5,
        ("animals > dog", "plants > oak"): 1.0,
    }
    for (first, second), expected in between.items():
        assert TAXONOMY.distance(first, second, ZOO) == pytest.approx(expected)


paths = st.lists(st.sampled_from("abc"), min_size=1, max_size=5).map(" > ".join)


@given(paths, paths, paths)
def test_distance_is_a_metric_no_way_round_is_shorter(first, second, third):
    straight = TAXONOMY.distance(first, third, ZOO)
    assert straight <= TAXONOMY.distance(first, second, ZOO) + TAXONOMY.distance(second, third, ZOO) + 1e-12


def votes_of(table: dict[str, str]) -> list[Vote]:
    """One letter an annotator: o owl, h hawk, d dog, k oak."""
    paths = {"o": "animals > birds > owl", "h": "animals > birds > hawk", "d": "animals > dog", "k": "plants > oak"}
    return [
        Vote(item, f"ann{place}", paths[letter])
        for item, letters in table.items()
        for place, letter in enumerate(letters)
        if letter != "."
    ]


USUAL = {f"i{number}": letters for number, letters in enumerate(["ooo", "hhh", "ddd", "kkk", "ooo", "hhd", "kkk"] * 3)}


def verdict(letters: str):
    found = TAXONOMY.consensus(votes_of(USUAL | {"asked": letters}), ZOO)
    return next(one for one in found if one.item == "asked")


def test_a_clear_item_is_clear_at_every_level():
    one = verdict("ooo")
    assert (one.answer, one.majority, one.votes, one.is_tie) == (
        "animals > birds > owl",
        "animals > birds > owl",
        3,
        False,
    )
    assert one.confidence > 0.9
    assert one.disagreement == 0


def test_where_the_leaf_is_in_doubt_the_entry_above_may_be_sure():
    one = verdict("oh.")
    sure = dict(one.parts)
    assert sure["animals > birds > owl"] == one.confidence < 0.9
    assert sure["animals > birds"] > 0.95
    assert sure["animals"] >= sure["animals > birds"] >= sure["animals > birds > owl"] + sure["animals > birds > hawk"]


def test_a_lone_answer_is_less_sure_than_two_that_agree():
    assert verdict("o..").confidence < verdict("oo.").confidence < 1


def test_a_near_miss_costs_less_at_the_top_than_a_far_one():
    assert dict(verdict("ooh").parts)["animals"] > dict(verdict("ook").parts)["animals"]


def test_answers_that_nobody_else_checks_get_no_confidence():
    found = TAXONOMY.consensus([Vote(number, "ann", "plants > oak") for number in range(9)], ZOO)
    assert {(one.answer, one.confidence, one.parts) for one in found} == {("plants > oak", None, ())}


def test_two_equal_answers_are_drawn_by_the_seed_and_said_to_be_a_tie():
    split = votes_of({str(number): "oh" for number in range(40)})
    first, again, other = (TAXONOMY.consensus(split, ZOO, seed=seed) for seed in (1, 1, 2))
    assert first == again != other
    assert all(one.is_tie for one in first)
    assert {one.answer for one in first} == {"animals > birds > owl", "animals > birds > hawk"}


def test_the_order_of_votes_and_the_names_of_items_and_annotators_change_nothing():
    votes = votes_of(USUAL | {"asked": "ohd"})
    plain = TAXONOMY.consensus(votes, ZOO)
    renamed = [Vote(f"x{vote.item}", vote.annotator[::-1], vote.answer) for vote in votes]
    shuffled = [vote for at in range(0, len(renamed), 3) for vote in reversed(renamed[at : at + 3])]
    for before, after in zip(plain, TAXONOMY.consensus(shuffled, ZOO), strict=True):
        assert f"x{before.item}" == after.item
        assert before.answer == after.answer
        assert before.confidence == pytest.approx(after.confidence, abs=1e-5)


def test_the_votes_of_a_careless_annotator_count_less():
    good = {f"i{number}": letters for number, letters in enumerate(["oook", "hhhd", "dddo", "kkkh"] * 8)}
    found = TAXONOMY.consensus(votes_of(good | {"one": "o..k"}), ZOO)
    assert next(one for one in found if one.item == "one").answer == "animals > birds > owl"


def test_inner_entries_may_be_agreed_on_where_they_are_answers():
    loose = TAXONOMY.options({"tree": ZOO["tree"], "leaves_only": False})
    votes = [Vote(n, a, "animals > birds" if n < 5 else "plants") for n in range(10) for a in "xyz"]
    assert {one.answer for one in TAXONOMY.consensus(votes, loose)} == {"animals > birds", "plants"}


def test_no_votes_make_no_verdicts():
    assert TAXONOMY.consensus([], ZOO) == []
