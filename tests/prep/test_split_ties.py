"""Groups that hang together, quotas that stand still, time, folds: on every engine, and without moving what was there."""

import datetime as dt
import warnings

import networkx as nx
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import prep
from prep.errors import UnknownColumn, UnusableFrame, UnusableParameter
from prep.links import components
from prep.splits import MovedRows, folds, split, split_by_time

ROWS = st.lists(
    st.tuples(st.integers(0, 9) | st.none(), st.sampled_from("uvwxyz") | st.none()), min_size=1, max_size=40
)
HALVES = {"train": 0.5, "test": 0.5}


def tied(rows):
    return pl.DataFrame(
        [(f"r{n}", *row) for n, row in enumerate(rows)],
        schema={"id": pl.String, "customer": pl.Int64, "house": pl.String},
        orient="row",
    )


@settings(deadline=None, max_examples=60)
@given(ROWS)
def test_connected_groups_are_the_components_that_networkx_finds(rows):
    graph = nx.Graph()
    for number, (customer, house) in enumerate(rows):
        graph.add_node(number)
        graph.add_edges_from((number, pair) for pair in (("c", customer), ("h", house)) if pair[1] is not None)
    wanted = {frozenset(n for n in one if isinstance(n, int)) for one in nx.connected_components(graph)}
    found = {}
    for number, group in enumerate(components(tied(rows), ["customer", "house"]).tolist()):
        found.setdefault(group, set()).add(number)
    assert {frozenset(one) for one in found.values()} == wanted


@settings(deadline=None, max_examples=60)
@given(ROWS, ROWS)
def test_no_connected_group_is_torn_and_growth_within_known_values_moves_nothing(rows, more):
    frame = tied(rows)
    before = split(frame, key="id", linked=["customer", "house"], shares=HALVES)
    group = pl.Series("g", components(frame, ["customer", "house"]))
    assert before.with_columns(group).group_by("g").agg(pl.col("split").n_unique())["split"].max() == 1
    known = {row for row in rows if None not in row}
    grown = pl.concat([frame, tied(rows + [row for row in more if row in known]).slice(len(rows))])
    after = split(grown, key="id", linked=["customer", "house"], shares=HALVES)
    assert after["split"].to_list()[: len(rows)] == before["split"].to_list()


@settings(deadline=None, max_examples=60)
@given(ROWS, ROWS)
def test_with_what_was_before_a_group_moves_only_when_it_is_tied_to_one_elsewhere(rows, more):
    old = split(tied(rows), key="id", linked=["customer", "house"], shares=HALVES)
    grown = tied(rows + more)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MovedRows)
        after = split(grown, key="id", linked=["customer", "house"], shares=HALVES, before=old)
    group = components(grown, ["customer", "house"]).tolist()
    parts = {}
    for number, part in enumerate(old["split"].to_list()):
        parts.setdefault(group[number], set()).add(part)
    for number, part in enumerate(old["split"].to_list()):
        assert after["split"][number] == (part if len(parts[group[number]]) == 1 else "train")


def test_groups_of_several_parts_that_are_tied_together_are_said():
    old = pl.DataFrame({"id": ["a", "b"], "customer": [1, 2], "split": ["train", "test"]})
    new = pl.DataFrame({"id": ["a", "b", "c"], "customer": [1, 2, 1], "house": ["x", "y", "y"]})
    with pytest.warns(MovedRows, match="1 groups tie rows together"):
        found = split(new, key="id", linked=["customer", "house"], shares=HALVES, before=old)
    assert found["split"].to_list() == ["train"] * 3


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.sampled_from("abc"), min_size=1, max_size=60),
    st.lists(st.sampled_from("abcd"), max_size=30),
    st.integers(0, 9),
)
def test_quotas_are_met_to_within_one_row_and_stand_still_when_data_grows(labels, more, seed):
    frame = pl.DataFrame({"id": range(len(labels)), "label": labels})
    old = split(frame, key="id", stratify="label", exact=True, seed=seed, shares={"train": 0.7, "test": 0.3})
    for label in set(labels):
        rows = old.filter(pl.col("label") == label)
        assert abs(rows.filter(pl.col("split") == "test").height - 0.3 * rows.height) < 1
    grown = pl.DataFrame({"id": range(len(labels + more)), "label": labels + more})
    new = split(
        grown, key="id", stratify="label", exact=True, seed=seed, shares={"train": 0.7, "test": 0.3}, before=old
    )
    assert new["split"].to_list()[: len(labels)] == old["split"].to_list()
    for label in set(labels + more):
        rows = new.filter(pl.col("label") == label)
        assert abs(rows.filter(pl.col("split") == "test").height - 0.3 * rows.height) < 1


def test_rows_that_are_nearly_alike_come_into_one_part():
    primes = (7919, 6007, 5303, 4099, 3001, 2003)
    words = [" ".join(f"{(n // 2 + 3) * prime % 99991:x}" for prime in primes) for n in range(200)]
    texts = [text + "." * (n % 2) for n, text in enumerate(words)]
    frame = pl.DataFrame({"id": range(200), "text": texts})
    alone, together = (split(frame, key="id", shares=HALVES, **how) for how in ({}, {"near": "text"}))
    assert not prep.leaks(alone, text="text", threshold=0.9).is_clean
    found = together["split"].to_list()
    assert found[0::2] == found[1::2]
    assert len(set(found)) == 2


@pytest.mark.parametrize(
    "how",
    [{}, {"group": "house"}, {"linked": ["customer", "house"]}, {"near": "text"}, {"stratify": "label", "exact": True}],
)
@pytest.mark.parametrize("engine", ["lazy", "pandas", "pyarrow", "duckdb", "spark"])
def test_every_engine_gives_the_same_parts_and_its_own_kind_of_frame(engine, how, request):
    frame = pl.DataFrame(
        {
            "id": range(60),
            "customer": [n % 17 for n in range(60)],
            "house": [f"h{n % 23}" for n in range(60)],
            "text": [f"Order {n // 2 * 7919} is late{'!' * (n % 2)}" for n in range(60)],
            "label": ["xyz"[n % 3] for n in range(60)],
        }
    )
    wanted = dict(split(frame, key="id", shares=HALVES, **how).select("id", "split").iter_rows())
    given = as_engine(frame, engine, request)
    divided = split(given, key="id", shares=HALVES, **how)
    assert type(divided) is type(given)
    assert dict(prep.frames.to_polars(divided).select("id", "split").iter_rows()) == wanted


def as_engine(frame, engine, request):
    if engine == "duckdb":
        import duckdb

        connection = duckdb.connect()
        request.addfinalizer(connection.close)
        return connection.from_arrow(frame.to_arrow())
    if engine == "spark":
        return request.getfixturevalue("spark").createDataFrame(frame.rows(), schema=frame.columns)
    return {"lazy": frame.lazy, "pandas": frame.to_pandas, "pyarrow": frame.to_arrow}[engine]()


DAYS = pl.DataFrame({"day": [dt.date(2026, month, 1) for month in range(1, 7)] + [None]})


@pytest.mark.parametrize("engine", ["lazy", "pandas", "pyarrow", "duckdb", "spark"])
def test_time_parts_a_table_where_it_was_told_to_on_every_engine(engine, request):
    frame = DAYS.drop_nulls().with_columns(pl.col("day").cast(pl.Datetime("us")))
    divided = split_by_time(
        as_engine(frame, engine, request), time="day", until={"train": "2026-03-15", "validation": "2026-05-01"}
    )
    assert prep.frames.to_polars(divided)["split"].to_list() == ["train"] * 3 + ["validation"] + ["test"] * 2


def test_what_is_too_fresh_is_in_no_part():
    divided = split_by_time(DAYS, time="day", until={"train": "2026-03-15"}, gap=dt.timedelta(days=20))
    assert divided["split"].to_list() == ["train", "train", None, "test", "test", "test", None]


def test_a_time_with_a_zone_is_parted_in_utc():
    frame = pl.DataFrame({"at": [dt.datetime(2026, 1, 1, 23, 30, tzinfo=dt.UTC)]}).with_columns(
        pl.col("at").dt.convert_time_zone("Asia/Tokyo")
    )
    assert split_by_time(frame, time="at", until={"train": "2026-01-02"})["split"].to_list() == ["train"]


def test_each_row_is_in_one_fold_and_folds_grow_without_moving():
    few, many = (folds(pl.DataFrame({"id": range(size)}), key="id", k=7)["fold"].to_list() for size in (500, 2000))
    assert many[:500] == few
    assert set(many) == set("0123456")


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda f: split(f, key="id", group="house", linked=["customer"]), UnusableParameter, "exclude each other"),
        (lambda f: split(f, key="id", exact=True), UnusableParameter, "Say stratify="),
        (
            lambda f: split(f, key="id", exact=True, stratify="house", group="house"),
            UnusableParameter,
            "groups would be torn",
        ),
        (lambda f: split(f, key="id", linked=["hous"]), UnknownColumn, "Did you mean 'house'"),
        (lambda f: split(f, key="id", before=f.with_columns(split=pl.lit("dev"))), UnusableParameter, "a part 'dev'"),
        (lambda f: folds(f, key="id", k=1), UnusableParameter, "from 2 to 1000"),
        (lambda f: split_by_time(f, time="id", until={"train": "2026-01-01"}), UnusableFrame, "prep.parse_dates"),
        (lambda f: split_by_time(DAYS, time="day", until={}), UnusableParameter, "in the order of time"),
        (
            lambda f: split_by_time(DAYS, time="day", until={"a": "2026-02-01", "b": "2026-01-01"}),
            UnusableParameter,
            "later moment",
        ),
        (lambda f: split_by_time(DAYS, time="day", until={"train": "soon"}), UnusableParameter, "'soon' is no time"),
        (lambda f: split_by_time(DAYS, time="day", until={"test": "2026-01-01"}), UnusableParameter, "Name another"),
    ],
)
def test_what_makes_no_sense_is_refused(call, error, words):
    with pytest.raises(error, match=words):
        call(tied([(1, "x"), (2, "y")]))
