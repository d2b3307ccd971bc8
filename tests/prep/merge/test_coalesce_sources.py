"""`coalesce_sources`: several sources made one, cell by cell, each cell's source recorded."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

import prep
from prep.engines import engine_of
from prep.errors import BrokenPromise, UnknownColumn, UnusableFrame, UnusableParameter
from prep.frames import columns_of
from prep.verb import ValuesSetAside

ENGINES = ["polars", "polars-lazy", "pandas", "pyarrow", "duckdb"]
CRM = pl.DataFrame(
    {
        "id": [1, 2, 4],
        "city": ["Bonn", None, "Köln"],
        "phone": ["11", "22", None],
        "at": [date(2024, 1, 1), date(2024, 5, 1), date(2024, 1, 1)],
    }
)
WEB = pl.DataFrame(
    {
        "id": [2, 3, 1],
        "phone": ["23", None, "12"],
        "city": ["Ulm", "Kiel", "Berlin"],
        "at": [date(2024, 2, 1), None, date(2024, 3, 1)],
    }
)
ERP = pl.DataFrame({"id": [1, 2], "city": ["Berlin", "Ulm"], "zip": ["10115", "89073"]})
ALL = {"crm": CRM, "web": WEB, "erp": ERP}


def column(name, **parameters):
    return prep.coalesce_sources(ALL, key="id", **parameters)[name].to_list()


def test_by_default_the_source_named_first_wins_where_it_has_a_value():
    made = prep.coalesce_sources(ALL, key="id")
    assert made.columns == ["id", "city", "phone", "at", "zip"]
    assert made.drop("at").rows() == [
        (1, "Bonn", "11", "10115"),
        (2, "Ulm", "22", "89073"),
        (4, "Köln", None, None),
        (3, "Kiel", None, None),
    ]


@pytest.mark.parametrize(
    ("rule", "cities"),
    [
        (["web", "crm"], ["Berlin", "Ulm", "Köln", "Kiel"]),
        (["erp"], ["Berlin", "Ulm", "Köln", "Kiel"]),
        ("newest:at", ["Berlin", "Ulm", "Köln", "Kiel"]),
        ("majority", ["Berlin", "Ulm", "Köln", "Kiel"]),
        ("most_complete", ["Bonn", "Ulm", "Köln", "Kiel"]),
    ],
)
def test_a_rule_says_which_source_wins(rule, cities):
    assert column("city", rules={"city": rule}) == cities


def test_the_newest_is_told_by_the_row_of_each_source():
    assert column("phone", rules={"phone": "newest:at"}) == ["12", "22", None, None]


def test_a_row_without_a_time_is_the_oldest_but_better_than_nothing():
    sources = {
        "a": pl.DataFrame({"id": [1, 2], "v": ["x", "y"], "at": [None, None]}, schema_overrides={"at": pl.Date}),
        "b": pl.DataFrame({"id": [1], "v": ["z"], "at": [date(2000, 1, 1)]}),
    }
    assert prep.coalesce_sources(sources, key="id", default="newest:at")["v"].to_list() == ["z", "y"]


def test_the_most_complete_row_wins_even_where_another_is_named_first():
    sources = {
        "thin": pl.DataFrame({"id": [1], "a": ["x"], "b": [None]}, schema_overrides={"b": pl.String}),
        "full": pl.DataFrame({"id": [1], "a": ["y"], "b": ["z"]}),
    }
    assert prep.coalesce_sources(sources, key="id", default="most_complete").rows() == [(1, "y", "z")]


def test_ties_go_to_the_source_named_first():
    sources = {name: pl.DataFrame({"id": [1], "v": [name]}) for name in ("b", "a", "c")}
    for rule in ("majority", "most_complete"):
        assert prep.coalesce_sources(sources, key="id", default=rule)["v"].to_list() == ["b"]


def test_the_source_of_every_cell_is_recorded_in_a_frame_of_the_same_shape():
    result = prep.coalesce_sources.run(ALL, key="id", rules={"phone": "newest:at"})
    assert result.sources.columns == result.frame.columns
    assert result.sources.rows() == [
        (1, "crm", "web", "crm", "erp"),
        (2, "web", "crm", "crm", "erp"),
        (4, "crm", None, "crm", None),
        (3, "web", None, None, None),
    ]


def test_conflicts_are_listed_with_the_value_of_each_source():
    conflicts = prep.coalesce_sources.run(ALL, key="id").conflicts
    assert conflicts.columns == ["id", "column", "taken", "source", "crm", "web", "erp"]
    assert conflicts.filter(pl.col("column") != "at").rows() == [
        (1, "city", "Bonn", "crm", "Bonn", "Berlin", "Berlin"),
        (1, "phone", "11", "crm", "11", "12", None),
        (2, "phone", "22", "crm", "22", "23", None),
    ]


def test_the_report_counts_what_came_from_where():
    change = prep.coalesce_sources.run(ALL, key="id").change
    assert change.facts["taken"]["city"] == {"crm": 2, "web": 2, "erp": 0}
    assert change.facts["conflicts"] == {"city": 1, "phone": 2, "at": 2, "zip": 0}
    assert "city: 2 from crm, 2 from web; sources differ on 1" in change.notes
    assert (change.rows_in, change.rows_out) == (8, 4)


@pytest.mark.parametrize(
    ("engine", "rule"),
    [
        *((engine, rule) for engine in ENGINES[1:] for rule in ("first", "newest:at", "most_complete", "majority")),
        ("spark", "newest:at"),
    ],
)
def test_every_engine_gives_the_rows_the_sources_and_the_conflicts_of_polars(engine, rule, on, plain):
    wanted = prep.coalesce_sources.run(ALL, key="id", default=rule)
    found = prep.coalesce_sources.run({name: on(engine)(one) for name, one in ALL.items()}, key="id", default=rule)
    assert engine_of(found.frame) == engine_of(found.sources) == engine
    assert columns_of(found.frame) == wanted.frame.columns
    dated = [tuple(str(value)[:10] for value in row) for row in plain(found.frame)]
    assert dated == [tuple(str(value)[:10] for value in row) for row in wanted.frame.rows()]
    assert plain(found.sources) == wanted.sources.rows()
    assert found.conflicts.drop("taken", "crm", "web").rows() == wanted.conflicts.drop("taken", "crm", "web").rows()
    assert found.change.facts == wanted.change.facts


def test_a_key_that_repeats_in_a_source_is_refused_by_name():
    twice = pl.DataFrame({"id": [7, 7, 8], "city": ["a", "b", "c"]})
    with pytest.raises(
        BrokenPromise, match=r"more than once in 'web': id=7 \(2 rows\). Keep one row of each key there first"
    ):
        prep.coalesce_sources({"crm": CRM, "web": twice}, key="id")


@pytest.mark.parametrize("engine", ENGINES)
def test_rows_without_a_key_are_set_aside_and_said(engine, on, plain):
    gap = pl.DataFrame({"id": [None, 9.0], "city": ["nobody's", "Ulm"]})
    sources = {"crm": on(engine)(CRM), "web": on(engine)(gap)}
    result = prep.coalesce_sources.run(sources, key="id")
    assert [row[0] for row in plain(result.frame)] == [1, 2, 4, 9]
    assert plain(result.without_key["web"]) == [(None, "nobody's")]
    assert "web: 1 row left out, with a gap in the key" in result.change.notes
    with pytest.warns(ValuesSetAside, match="left out 1 row of 'web'"):
        prep.coalesce_sources(sources, key="id")


def test_keys_of_two_types_meet():
    other = pl.DataFrame({"id": [1.0, 5.0], "zip": ["a", "b"]})
    assert prep.coalesce_sources({"crm": CRM, "x": other}, key="id")["id"].to_list() == [1, 2, 4, 5]


@pytest.mark.parametrize(
    ("parameters", "error", "says"),
    [
        ({"key": "idd"}, UnknownColumn, "Did you mean 'id'"),
        ({"key": []}, UnusableParameter, "By which column"),
        ({"key": "id", "rules": {"citty": "first"}}, UnknownColumn, "Did you mean 'city'"),
        ({"key": "id", "default": "newst:at"}, UnusableParameter, "Did you mean 'newest:at'"),
        ({"key": "id", "default": "newest:when"}, UnknownColumn, "'when'"),
        ({"key": "id", "default": "newest:city"}, UnusableFrame, "holds text, and what is newest cannot be told"),
        ({"key": "id", "default": ["crn"]}, UnusableParameter, "no source 'crn'. Did you mean 'crm'"),
        ({"key": "id", "default": "average"}, UnusableParameter, "Say one of: first, newest:COLUMN"),
    ],
)
def test_what_has_no_meaning_is_refused_with_the_cure(parameters, error, says):
    with pytest.raises(error, match=says):
        prep.coalesce_sources(ALL, **parameters)


def test_sources_without_names_are_refused():
    with pytest.raises(UnusableParameter, match="Give the sources by name"):
        prep.coalesce_sources([CRM, WEB], key="id")


def test_a_source_of_a_name_that_the_conflicts_need_is_refused():
    with pytest.raises(UnusableParameter, match="cannot be named 'taken'"):
        prep.coalesce_sources({"taken": CRM}, key="id")


@pytest.mark.parametrize("engine", ENGINES)
def test_sources_without_rows_give_their_columns(engine, on, plain):
    made = prep.coalesce_sources.run({name: on(engine)(one.head(0)) for name, one in ALL.items()}, key="id")
    assert (columns_of(made.frame), plain(made.frame)) == (["id", "city", "phone", "at", "zip"], [])
    assert made.conflicts.height == 0


def test_lists_and_structs_are_cells_like_others():
    sources = {
        "a": pl.DataFrame({"id": [1], "tags": [["x"]], "at": [{"lat": 1}]}),
        "b": pl.DataFrame({"id": [1], "tags": [["y", "z"]], "at": [{"lat": 1}]}),
    }
    result = prep.coalesce_sources.run(sources, key="id", rules={"tags": ["b"]})
    assert result.frame.rows() == [(1, ["y", "z"], {"lat": 1})]
    assert result.conflicts.rows() == [(1, "tags", "['y', 'z']", "b", "['x']", "['y', 'z']")]


SOURCE = st.dictionaries(
    st.integers(0, 5), st.tuples(st.none() | st.sampled_from("xyz"), st.none() | st.integers(0, 3)), max_size=5
)


def read(source):
    rows = [(key, *cells) for key, cells in source.items()]
    return pl.DataFrame(rows, schema={"id": pl.Int64, "a": pl.String, "b": pl.Int64}, orient="row")


@settings(max_examples=40, deadline=None)
@given(SOURCE, SOURCE, st.sampled_from(["first", "majority", "most_complete", "newest:b"]))
def test_coalescing_what_was_coalesced_changes_nothing(one, other, rule):
    made = prep.coalesce_sources({"one": read(one), "other": read(other)}, key="id", default=rule)
    again = prep.coalesce_sources({"one": made, "other": made}, key="id", default=rule)
    assert_frame_equal(again, made)


@settings(max_examples=40, deadline=None)
@given(SOURCE, SOURCE, SOURCE, st.sampled_from(["first", "majority", "most_complete", "newest:b"]))
def test_every_cell_has_the_value_of_the_source_recorded_for_it(one, two, three, rule):
    read_in = {"one": one, "two": two, "three": three}
    result = prep.coalesce_sources.run({name: read(s) for name, s in read_in.items()}, key="id", default=rule)
    assert result.frame["id"].to_list() == list(dict.fromkeys([*one, *two, *three]))
    for cells, sources in zip(result.frame.rows(), result.sources.rows(), strict=True):
        for place in (1, 2):
            values = {name: s[cells[0]][place - 1] for name, s in read_in.items() if cells[0] in s}
            if sources[place] is None:
                assert cells[place] is None
                assert not [value for value in values.values() if value is not None]
            else:
                assert values[sources[place]] == cells[place] is not None
