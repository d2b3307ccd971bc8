"""`link` by rules: who belongs to whom, how sure, by which rule, and whom a person should look at."""

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import prep
from prep import LinkRule
from prep.engines import collected, engine_of
from prep.errors import BrokenPromise, UnknownColumn, UnusableFrame, UnusableParameter
from prep.match.assign import one_to_one
from prep.match.rules import read_comparison
from prep.match.scores import similarity

CRM = pl.DataFrame(
    {
        "id": ["c1", "c2", "c3", "c4"],
        "name": ["Anna Müller", "Bo Li", "Carla Gomez", None],
        "zip": [53111, 89073, 53111, 10115],
        "born": [date(1990, 1, 1), date(1985, 5, 5), None, date(2000, 1, 1)],
    }
)
WEB = pl.DataFrame(
    {
        "id": ["w1", "w2", "w3", "w4"],
        "name": ["anna  MULLER", "Li, Bo", "Karla Gomes", "Dora"],
        "zip": [53111, 89073, 53111, 10115],
        "born": [date(1990, 1, 3), date(1985, 5, 5), date(1970, 1, 1), None],
    }
)
NAMES = LinkRule(block="zip", compare={"name": "jaro_winkler"}, review=0.6, name="names")


def pairs(rule, **more):
    return prep.link(CRM, WEB, rules=[rule], id="id", **more).select("left", "right", "decision").rows()


def test_rows_that_share_a_block_are_compared_without_case_accents_and_signs():
    assert pairs(NAMES) == [("c1", "w1", "match"), ("c3", "w3", "review" if score("c3") < 0.85 else "match")]


def score(left):
    return prep.link(CRM, WEB, rules=[NAMES], id="id").filter(pl.col("left") == left)["score"].item()


def test_words_in_another_order_are_alike_by_tokens():
    assert ("c2", "w2", "match") in pairs(LinkRule(block="zip", compare={"name": "tokens"}, review=0.6))


def test_the_rule_that_matched_is_said_and_the_better_one_wins():
    rules = [
        LinkRule(block="zip", compare={"name": "edit"}, name="by letters"),
        LinkRule(block="zip", compare={"name": "tokens"}, name="by words"),
    ]
    made = prep.link(CRM, WEB, rules=rules, id="id")
    assert dict(made.select("left", "rule").rows()) == {"c1": "by letters", "c2": "by words", "c3": "by letters"}


def test_a_value_that_is_missing_counts_half():
    rule = LinkRule(block="zip", compare={"name": "jaro_winkler", "born": "days:10"}, match=0.9, review=0.2)
    found = prep.link(CRM, WEB, rules=[rule], id="id", one_to_one=False)
    assert found.filter(pl.col("left") == "c4")["score"].to_list() == [0.5]
    assert found.row(0) == ("c1", "w1", 0.9, "match", "zip")


def test_a_pair_between_review_and_match_is_for_a_person_who_sees_both_sides():
    rule = LinkRule(block="zip", compare={"name": "edit"}, match=0.99, review=0.7)
    compared = prep.link.run(CRM, WEB, rules=[rule], id="id").compared
    looked_at = compared.filter(pl.col("decision") == "review")
    assert looked_at.select("left", "right", "name_left", "name_right").rows() == [
        ("c3", "w3", "Carla Gomez", "Karla Gomes")
    ]


def test_one_to_one_keeps_the_pairs_that_add_up_to_the_most():
    left = pl.DataFrame({"k": [1, 1], "name": ["martha", "marthe"]})
    right = pl.DataFrame({"k": [1, 1], "name": ["martha", "marhta"]})
    rule = LinkRule(block="k", compare={"name": "edit"}, match=0.6, review=0.5)
    assert prep.link(left, right, rules=[rule]).select("left", "right").rows() == [(0, 0), (1, 1)]
    assert prep.link(left, right, rules=[rule], one_to_one=False).height == 4


def test_the_report_says_how_many_were_compared_matched_and_left_alone():
    change = prep.link.run(CRM, WEB, rules=[NAMES], id="id").change
    assert change.facts["compared"] == 6
    assert change.facts["matches"] + change.facts["review"] == 2
    assert (change.facts["alone_left"], change.facts["alone_right"]) == (2, 2)
    assert "of 6 pairs compared" in str(change)


def test_the_first_characters_alone_can_be_a_block():
    left, right = pl.DataFrame({"name": ["Johnson", "Smith"]}), pl.DataFrame({"name": ["johnsen", "Jones"]})
    rule = LinkRule(block="name[:4]", compare={"name": "edit"}, match=0.8)
    assert prep.link(left, right, rules=[rule]).select("left", "right", "rule").rows() == [(0, 0, "name[:4]")]


def test_a_gap_in_a_block_is_compared_with_nothing():
    left = pl.DataFrame({"zip": [None, ""], "name": ["x", "x"]}, schema={"zip": pl.String, "name": pl.String})
    assert prep.link(left, left, rules=[LinkRule(block="zip", compare={"name": "exact"})]).height == 0


def test_without_an_id_rows_are_named_by_their_number():
    assert prep.link(CRM, WEB, rules=[NAMES]).row(0)[:2] == (0, 0)


@pytest.mark.parametrize("engine", ["polars-lazy", "pandas", "pyarrow", "duckdb", "spark"])
def test_every_engine_gives_the_pairs_of_polars(engine, on, plain):
    wanted = prep.link.run(CRM, WEB, rules=[NAMES], id="id")
    found = prep.link.run(on(engine)(CRM), on(engine)(WEB), rules=[NAMES], id="id")
    assert engine_of(found.frame) == engine
    assert plain(found.frame) == wanted.frame.rows()
    assert collected(found.compared).columns == wanted.compared.columns
    assert found.change.facts == wanted.change.facts


def test_rules_can_be_written_as_in_a_file():
    written = [{"block": ["zip"], "compare": {"name": "jaro_winkler"}, "review": 0.6, "name": "names"}]
    assert prep.link(CRM, WEB, rules=written, id="id").rows() == prep.link(CRM, WEB, rules=[NAMES], id="id").rows()
    assert read_json(NAMES) == written[0] | {"match": 0.85}


def read_json(rule):
    return rule.as_json()


def test_a_block_that_would_compare_everything_is_refused_and_named():
    same = pl.DataFrame({"state": ["nsw"] * 6000, "name": ["x"] * 6000})
    with pytest.raises(
        UnusableFrame,
        match=r"compare 36,000,000 pairs.*rule 'state'.*'nsw' alone makes 36,000,000.*most_pairs=36000000",
    ):
        prep.link(same, same, rules=[LinkRule(block="state", compare={"name": "exact"})])


def test_an_id_that_repeats_is_refused():
    twice = CRM.with_columns(id=pl.lit("c"))
    with pytest.raises(BrokenPromise, match=r"id for each row is broken.*on the left: id='c' \(4 rows\)"):
        prep.link(twice, WEB, rules=[NAMES], id="id")
    with pytest.raises(UnusableFrame, match="has no 'id'"):
        prep.link(CRM.with_columns(id=pl.lit(None, pl.String)), WEB, rules=[NAMES], id="id")


@pytest.mark.parametrize(
    ("rules", "error", "says"),
    [
        ([], UnusableParameter, "Give rules as a list"),
        ([{"block": "zip"}], UnusableParameter, "A rule needs compare"),
        ([{"block": "zip", "compare": {"name": "edit"}, "mtach": 1}], UnusableParameter, "Did you mean 'match'"),
        ([{"block": "zipp", "compare": {"name": "edit"}}], UnknownColumn, "Did you mean 'zip'"),
        ([{"block": "zip", "compare": {"nmae": "edit"}}], UnknownColumn, "Did you mean 'name'"),
        ([{"block": "zip", "compare": {"name": "levenshtein"}}], UnusableParameter, "Say one of: exact"),
        ([{"block": "zip", "compare": {"name": "jaro"}}], UnusableParameter, "Did you mean 'jaro_winkler'"),
        ([{"block": "zip", "compare": {"name": "number"}}], UnusableParameter, "write 'number:5'"),
        ([{"block": "zip", "compare": {"name": "edit*0"}}], UnusableParameter, "over 0"),
        ([{"block": "zip", "compare": {"name": "edit"}, "review": 0.9}], UnusableParameter, "no higher than match"),
        ([{"block": [], "compare": {"name": "edit"}}], UnusableParameter, "needs a block"),
        ([{"block": "zip", "compare": {}}], UnusableParameter, "compares nothing"),
        ([NAMES, NAMES], UnusableParameter, "Two rules are named 'names'"),
        ([{"block": "zip", "compare": {"name": "days:3"}}], UnusableFrame, "no dates"),
        (
            [{"block": "zip", "compare": {"name": "edit"}, "match": "high"}],
            UnusableParameter,
            "match='high' is not known",
        ),
        (["zip"], UnusableParameter, "a LinkRule or a mapping"),
    ],
)
def test_rules_without_a_meaning_are_refused_with_the_cure(rules, error, says):
    with pytest.raises(error, match=says):
        prep.link(CRM, WEB, rules=rules, id="id")


@pytest.mark.parametrize("parameters", [{"method": "rule"}, {"most_pairs": 0}, {"expected": 0}])
def test_parameters_without_a_meaning_are_refused(parameters):
    with pytest.raises(UnusableParameter, match=next(iter(parameters))):
        prep.link(CRM, WEB, rules=[NAMES], **parameters)


def test_tables_without_rows_have_no_links():
    made = prep.link(CRM.head(0), WEB, rules=[NAMES], id="id")
    assert (made.columns, made.height) == (["left", "right", "score", "decision", "rule"], 0)


# --- similarities, from the literature


@pytest.mark.parametrize(
    ("left", "right", "wanted"),
    [("martha", "marhta", 0.961), ("dwayne", "duane", 0.840), ("dixon", "dicksonx", 0.813)],
)
def test_jaro_winkler_gives_the_values_of_winkler(left, right, wanted):
    found = similarity(pl.Series([left]), pl.Series([right]), read_comparison("jaro_winkler"))
    assert found[0] == pytest.approx(wanted, abs=0.0005)


def test_edit_counts_a_swap_once_and_a_change_by_the_longer_text():
    comparison = read_comparison("edit")
    found = similarity(pl.Series(["ab", "kitten", "a"]), pl.Series(["ba", "sitting", "a"]), comparison)
    assert found.tolist() == pytest.approx([0.5, 1 - 3 / 7, 1.0])


def test_numbers_fall_off_with_their_distance():
    found = similarity(pl.Series([1.0, 1.0, None]), pl.Series([3.0, 9.0, 1.0]), read_comparison("number:4"))
    assert found.tolist() == [0.5, 0.0, 0.5]


# --- assignment


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(st.tuples(st.integers(0, 4), st.integers(0, 4)), st.integers(1, 9), max_size=9))
def test_the_pairs_kept_are_a_matching_of_the_largest_weight(weighted):
    left, right = (np.array([pair[side] for pair in weighted], dtype=int) for side in (0, 1))
    weights = np.array(list(weighted.values()), dtype=float)
    kept = one_to_one(left, right, weights)
    assert len(set(left[kept])) == len(set(right[kept])) == kept.sum()
    assert weights[kept].sum() == heaviest(list(weighted.items()))


def heaviest(pairs, used=frozenset()):
    if not pairs:
        return 0
    ((left, right), weight), *rest = pairs
    without = heaviest(rest, used)
    if ("l", left) in used or ("r", right) in used:
        return without
    return max(without, weight + heaviest(rest, used | {("l", left), ("r", right)}))
