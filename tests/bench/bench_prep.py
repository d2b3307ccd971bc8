"""Cleaning verbs beside hand-written polars, pandas, pyjanitor and datasketch, each pair in one run, by CPU seconds.

    PYTHONPATH=. python tests/bench/bench_prep.py [verbs|pipeline|near|memory|same] [--rows 1000000]

pyjanitor and datasketch stand beside where they are installed: uv run --with pyjanitor --with datasketch python ...
"""

import argparse
import importlib.util
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
import unicodedata
from functools import partial
from pathlib import Path

import polars as pl

import prep


def table(count, seed=1):
    draw = random.Random(seed)
    names = [f"  Ana{n} Ruiz\u00a0" if n % 3 else f"Zoë {n}" for n in range(5000)]
    parts = {
        "id": pl.int_range(count, eager=True),
        "name": pl.Series(draw.choices([*names, None], k=count), dtype=pl.String),
        "amount": pl.Series(draw.choices(["1,234.50", "12", "-7.25", "3,000", None], k=count), dtype=pl.String),
        "day": pl.Series(
            draw.choices([f"2026-0{n % 9 + 1}-{n % 28 + 1:02}" for n in range(300)], k=count), dtype=pl.String
        ),
        "team": pl.Series(draw.choices(["red", "blue", "green", "n/a"], k=count), dtype=pl.String),
        "x": pl.Series([draw.gauss(50, 10) if draw.random() > 0.05 else None for _ in range(count)]),
        "n": pl.Series(draw.choices([1, 2, 3, 500, None], k=count), dtype=pl.Int64),
    }
    return pl.DataFrame(parts)


def hand_written():
    """For each verb: the step, and the same by hand in lazy polars: the same rows, NaN and bad values too (see `alike`)."""
    c, x = pl.col, pl.col("x").fill_nan(None)
    ws = c("name").str.normalize("NFKC").str.replace_all(INVISIBLE, "").str.replace_all(r"\s+", " ").str.strip_chars()
    q1, q3 = x.quantile(0.25, "linear"), x.quantile(0.75, "linear")
    number = c("amount").str.strip_chars()
    number = (
        pl.when(number.str.contains(r"^-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?$"))
        .then(number.str.replace_all(",", "", literal=True))
        .cast(pl.Float64, strict=False)
    )
    return {
        "normalize_text": (prep.step("normalize_text", columns="name"), lambda f: f.with_columns(ws)),
        "missing_tokens": (
            prep.step("missing_tokens", columns="team", tokens=["n/a", "na"]),
            lambda f: f.with_columns(
                pl.when(c("team").str.strip_chars().str.to_lowercase().is_in(["n/a", "na"]).not_())
                .then("team")
                .alias("team")
            ),
        ),
        "cast": (prep.step("cast", to={"amount": "number"}), lambda f: f.with_columns(number)),
        "parse_dates": (
            prep.step("parse_dates", columns="day", day_first=True),
            lambda f: f.with_columns(c("day").str.strip_chars().str.to_date("%Y-%m-%d", strict=False)),
        ),
        "impute": (
            prep.step("impute", columns="x", how="mean"),
            lambda f: f.with_columns(c("x").fill_nan(None).fill_null(c("x").fill_nan(None).mean())),
        ),
        "impute by group": (
            prep.step("impute", columns="x", how="median", by="team"),
            lambda f: f.with_columns(c("x").fill_nan(None).fill_null(c("x").fill_nan(None).median().over("team"))),
        ),
        "drop_missing": (
            prep.step("drop_missing", columns=["name", "x"]),
            lambda f: f.filter(c("name").is_not_null() & c("x").is_not_null() & c("x").is_not_nan()),
        ),
        "filter_rows": (
            prep.step("filter_rows", where="n > 1 and team in ['red', 'blue']"),
            lambda f: f.filter((c("n") > 1) & c("team").is_in(["red", "blue"])),
        ),
        "derive": (prep.step("derive", columns={"z": "x * n + 1"}), lambda f: f.with_columns(z=x * c("n") + 1)),
        "clip_outliers": (
            prep.step("clip_outliers", columns="x"),
            lambda f: f.with_columns(c("x").clip(q1 - 1.5 * (q3 - q1), q3 + 1.5 * (q3 - q1))),
        ),
        "drop_duplicates": (
            prep.step("drop_duplicates", columns=["name", "n"]),
            lambda f: f.unique(["name", "n"], keep="first", maintain_order=True),
        ),
        "bin": (
            prep.step("bin", columns="x", edges=[0, 25, 50, 75, 100]),
            _bin,
        ),
        "one_hot": (
            prep.step("one_hot", columns="team"),
            _one_hot,
        ),
        "scale": (
            prep.step("scale", columns="x", fit_where=None),
            lambda f: f.with_columns((c("x") - x.mean()) / x.std(ddof=0)),
        ),
        "pivot_longer": (
            prep.step("pivot_longer", columns=["x", "n"], keep="id", names="what"),
            lambda f: pl.concat(  # polars' unpivot leaves the rows in any order
                [f.select("id", pl.lit(one).alias("what"), c(one).alias("value")) for one in ("x", "n")],
                how="vertical_relaxed",
            ),
        ),
        "split_column": (
            prep.step("split_column", column="day", into=["y", "m", "d"], at="-"),
            _split,
        ),
    }


def _split(frame):
    """Parts without spaces at their ends; nothing where there are fewer or more than three."""
    split = pl.col("split")
    parts = [split.struct.field(f"field_{place}").str.strip_chars() for place in range(3)]
    right = split.struct.field("field_3").is_null() & split.struct.field("field_2").is_not_null()
    made = [pl.when(right & (part != "")).then(part).alias(name) for part, name in zip(parts, "ymd", strict=True)]
    return frame.with_columns(pl.col("day").str.split_exact("-", 3).alias("split")).select(
        "id", "name", "amount", *made, "team", "x", "n"
    )


def _one_hot(frame):
    teams = frame.select(pl.col("team").unique().sort()).collect().to_series()
    made = [(pl.col("team") == team).fill_null(False).cast(pl.Int8).alias(f"team_{team}") for team in teams]
    return frame.with_columns(made).drop("team")


def _bin(frame):
    x = pl.col("x").fill_nan(None)
    found = pl.when(x > 100).then(pl.lit("> 100"))
    found = pl.when(x <= 100).then(pl.lit("[75, 100]")).otherwise(found)
    for edge, label in ((75, "[50, 75)"), (50, "[25, 50)"), (25, "[0, 25)"), (0, "< 0")):
        found = pl.when(x < edge).then(pl.lit(label)).otherwise(found)
    return frame.with_columns(x_bin=found)


def alike(pairs_to_compare):
    """That prep and the code by hand give the same rows of a table with all that goes wrong; else the race is none."""
    from polars.testing import assert_frame_equal

    place = pl.col("id")
    odd = pl.when(place % 7 == 0).then(float("nan")).when(place % 11 == 0).then(-1e3).when(place % 13 == 0).then(1e3)
    short, long = pl.lit("2026-1"), pl.lit(" 2026 - 01-02-3")
    days = pl.when(place % 5 == 0).then(short).when(place % 17 == 0).then(long).otherwise("day")
    frame = table(20_000).with_columns(x=odd.otherwise("x"), day=days)
    for name, (step, by_hand) in pairs_to_compare.items():
        mine, theirs = _run(step, frame), _by_hand(by_hand, frame)
        floats = [pl.col(one).fill_nan(None) for one, kind in theirs.schema.items() if kind.is_float()]
        try:
            assert_frame_equal(mine.with_columns(floats), theirs.with_columns(floats), check_dtypes=False)
        except AssertionError as error:
            raise SystemExit(f"{name}: by hand it is another thing: {error}") from error


def cpu(work, times=5):
    """The least CPU seconds of several runs."""
    best = float("inf")
    for _ in range(times):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return best


def pairs(one, other, times=5):
    """The least CPU seconds of each, run in turns."""
    best = [float("inf"), float("inf")]
    for _ in range(times):
        for place, work in enumerate((one, other)):
            best[place] = min(best[place], cpu(work, 1))
    return best


def _run(step, frame):
    return step.run(frame.lazy()).frame.collect()


def _by_hand(work, frame):
    return work(frame.lazy()).collect()


def verbs(count):
    frame = table(count)
    alike(hand_written())
    print(f"{count:,} rows, CPU seconds, the least of 5 in turns; the rows are the same")
    print(f"{'verb':<18}{'prep':>8}{'by hand':>9}{'ratio':>7}")
    for name, (step, by_hand) in hand_written().items():
        mine, theirs = pairs(partial(_run, step, frame), partial(_by_hand, by_hand, frame))
        print(f"{name:<18}{mine:>8.3f}{theirs:>9.3f}{mine / theirs:>7.2f}", flush=True)


STEPS = [
    ("clean_names", {}),
    ("normalize_text", {"columns": ["name", "team"], "case": "lower"}),
    ("missing_tokens", {"columns": "team"}),
    ("cast", {"to": {"amount": "number"}}),
    ("parse_dates", {"columns": "day", "day_first": True}),
    ("impute", {"columns": "x", "how": "median"}),
    ("clip_outliers", {"columns": "x"}),
    ("drop_missing", {"columns": ["name", "team"]}),
    ("drop_duplicates", {"columns": ["name", "team", "n"]}),
    ("derive", {"columns": {"z": "x * 2 + 1"}}),
]


def by_prep(frame):
    for verb, parameters in STEPS:
        frame = prep.step(verb, **parameters).run(frame).frame
    return frame


def by_pandas(frame):
    """The same as one writes it in pandas."""
    frame = frame.rename(columns=lambda name: name.strip().lower().replace(" ", "_"))
    for name in ("name", "team"):
        text = frame[name].map(lambda value: unicodedata.normalize("NFKC", value), na_action="ignore")
        frame = frame.assign(**{name: text.str.replace(r"\s+", " ", regex=True).str.strip().str.lower()})
    frame = frame.assign(team=frame["team"].where(~frame["team"].isin(["n/a", "na", "-", ""])))
    frame = frame.assign(amount=_number(frame["amount"]), day=_date(frame["day"]))
    frame = frame.assign(x=frame["x"].fillna(frame["x"].median()))
    low, high = frame["x"].quantile([0.25, 0.75])
    frame = frame.assign(x=frame["x"].clip(low - 1.5 * (high - low), high + 1.5 * (high - low)))
    frame = frame.dropna(subset=["name", "team"]).drop_duplicates(["name", "team", "n"])
    return frame.assign(z=frame["x"] * 2 + 1)


def by_pyjanitor(frame):
    """The same with pyjanitor's verbs where it has them."""
    import janitor  # noqa: F401 # it adds methods to pandas

    frame = frame.clean_names()
    for name in ("name", "team"):
        text = frame[name].map(lambda value: unicodedata.normalize("NFKC", value), na_action="ignore")
        frame[name] = text.str.replace(r"\s+", " ", regex=True).str.strip().str.lower()
    frame["team"] = frame["team"].where(~frame["team"].isin(["n/a", "na", "-", ""]))
    frame = frame.transform_column("amount", _number, elementwise=False).transform_column(
        "day", _date, elementwise=False
    )
    frame = frame.impute("x", statistic_column_name="median")
    low, high = frame["x"].quantile([0.25, 0.75])
    frame = frame.transform_column(
        "x", lambda x: x.clip(low - 1.5 * (high - low), high + 1.5 * (high - low)), elementwise=False
    )
    frame = frame.dropna(subset=["name", "team"]).drop_duplicates(["name", "team", "n"])
    return frame.transform_column("x", lambda x: x * 2 + 1, dest_column_name="z", elementwise=False)


def _number(column):
    import pandas as pd

    return pd.to_numeric(column.str.replace(",", "", regex=False), errors="coerce")


def _date(column):
    import pandas as pd

    return pd.to_datetime(column, format="%Y-%m-%d", errors="coerce")


def pipeline(count):
    frame = table(count)
    as_pandas = frame.to_pandas()
    rivals = {"pandas": by_pandas} | ({"pyjanitor": by_pyjanitor} if importlib.util.find_spec("janitor") else {})
    print(f"ten steps, {count:,} rows, CPU and wall seconds, the least of 3 in turns")
    best = {}
    for _ in range(3):
        for name, work in {
            "prep": lambda: by_prep(frame.lazy()).collect(),
            **{k: (lambda v=v: v(as_pandas.copy())) for k, v in rivals.items()},
        }.items():
            began = time.process_time(), time.perf_counter()
            result = work()
            spent = time.process_time() - began[0], time.perf_counter() - began[1]
            best[name] = tuple(map(min, best.get(name, spent), spent))
            rows = len(result)
            print(f"  {name}: {rows:,} rows", file=sys.stderr)
    for name, (seconds, wall) in best.items():
        print(
            f"{name:<10} CPU {seconds:7.2f} ({seconds / best['prep'][0]:.1f}x)   wall {wall:7.2f} ({wall / best['prep'][1]:.1f}x)"
        )


def near(count):
    """Near-duplicates of short texts made with typing errors; the truth is Jaccard's likeness of every pair that was made."""
    from prep.minhash import grams_of, likeness

    draw = random.Random(2)
    letters = "eeeeeetttttaaaaooooiiiinnnnsssshhhhrrrrdddlllcuumwfgypbvk"
    words = ["".join(draw.choices(letters, k=draw.randint(2, 9))) for _ in range(8000)]
    texts = [" ".join(draw.choices(words, k=draw.randint(6, 14))) for _ in range(count * 7 // 10)]
    made = []
    for place in draw.choices(range(len(texts)), k=count - len(texts)):
        text = list(texts[place])
        for _ in range(draw.randint(1, 3)):
            text[draw.randrange(len(text))] = draw.choice(letters)
        made.append((place, len(texts) + len(made), "".join(text)))
    texts += [text for _, _, text in made]
    frame = pl.DataFrame({"id": range(len(texts)), "t": texts})
    began = time.process_time()
    found = prep.near_duplicates(frame, "t", threshold=0.8)
    mine = time.process_time() - began
    import numpy as np

    grams = grams_of(texts, 3)
    first, second = np.array([one[0] for one in made]), np.array([one[1] for one in made])
    true = likeness(grams, first, second) >= 0.8
    cluster = found["cluster"].to_numpy()
    recall = (cluster[first[true]] == cluster[second[true]]).mean()
    linked = found.filter(pl.len().over("cluster") > 1)
    together = linked.join(linked, on="cluster").filter(pl.col("id") < pl.col("id_right"))
    left, right = together["id"].to_numpy(), together["id_right"].to_numpy()
    exact = (likeness(grams, left, right) >= 0.8).mean()
    origin = np.arange(len(texts))
    origin[second] = first
    precision = (origin[left] == origin[right]).mean()
    print(f"near-duplicates of {count:,} short texts at 0.8: {true.sum():,} true pairs; recall {recall:.4f}; "
          f"pairs in one cluster: {len(left):,}, of one origin {precision:.4f}, themselves as alike {exact:.4f}")  # fmt: skip
    print(f"prep        CPU {mine:7.1f} s", flush=True)
    if importlib.util.find_spec("datasketch"):
        began = time.process_time()
        pairs_found = by_datasketch(texts)
        theirs = time.process_time() - began
        got = (
            sum((a, b) in pairs_found for a, b in zip(first[true].tolist(), second[true].tolist(), strict=True))
            / true.sum()
        )
        print(
            f"datasketch  CPU {theirs:7.1f} s ({theirs / mine:.1f}x), recall {got:.4f} (128 permutations, not verified)"
        )


def by_datasketch(texts):
    from datasketch import MinHash, MinHashLSH

    index, hashes, found = MinHashLSH(threshold=0.8, num_perm=128), [], set()
    for place, text in enumerate(texts):
        one = MinHash(num_perm=128)
        one.update_batch([text[at : at + 3].encode() for at in range(len(text) - 2)])
        hashes.append(one)
        index.insert(place, one)
    for place, one in enumerate(hashes):
        found.update((other, place) for other in index.query(one) if other < place)
    return found


INVISIBLE = "[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\x7F-\\x84\\x86-\\x9F\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"


LIMIT_MB = 400
SMALL = {
    "POLARS_IDEAL_MORSEL_SIZE": "20000",
    "POLARS_ROW_GROUP_PREFETCH_SIZE": "1",
    "_RJEM_MALLOC_CONF": "retain:false,dirty_decay_ms:1000",
}
"""What the handbook says to set where memory is short."""


def memory(count):
    """Nine steps over Parquet larger than a hard limit of memory (RLIMIT_DATA), streamed to Parquet; beside, without limit."""
    with tempfile.TemporaryDirectory() as folder:
        part = table(1_000_000)
        source = Path(folder) / "in"
        source.mkdir()
        for place in range(max(1, count // 1_000_000)):
            part.with_columns(pl.col("id") + place * 1_000_000).write_parquet(source / f"{place}.parquet")
        held = part.estimated_size() * len(list(source.iterdir())) / 2**20
        code = f"""
import resource, sys
limit = int(sys.argv[1])
if limit:
    resource.setrlimit(resource.RLIMIT_DATA, (limit << 20, limit << 20))
import polars as pl, prep
STEPS = {[one for one in STEPS if one[0] != "drop_duplicates"]!r}
frame = pl.scan_parquet({str(source)!r} + "/*.parquet")
for verb, parameters in STEPS:
    frame = prep.step(verb, **parameters).run(frame).frame
frame.sink_parquet({folder + "/out.parquet"!r})
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
        print(f"nine steps over {held:,.0f} MB of rows (as polars holds them), {held / LIMIT_MB:.1f} times the limit")
        for told, limit, settings in (
            (f"limited to {LIMIT_MB} MB, with the handbook's settings", LIMIT_MB, SMALL),
            ("not limited, as polars is set", 0, {}),
        ):
            began = time.perf_counter()
            command = [sys.executable, "-c", code, str(limit)]
            done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **settings})
            if done.returncode:
                raise SystemExit(f"{told}: {done.stderr[-500:]}")
            rows = pl.scan_parquet(folder + "/out.parquet").select(pl.len()).collect().item()
            print(
                f"{told}: {rows:,} rows left, at most {float(done.stdout):,.0f} MB resident, "
                f"{time.perf_counter() - began:.1f} s",
                flush=True,
            )


def same(count):
    """Every case of the conformance test at this size: pandas and pyarrow give the rows of polars, one by one."""
    from prep.frames import to_kind
    from tests.prep.steps.frames import rows, same_rows
    from tests.prep.steps.test_every_engine import CASES

    frame = rows(count)
    others = {"pandas": to_kind(frame, "pandas"), "pyarrow": frame.to_arrow()}
    tried = 0
    for verb, cases in CASES.items():
        for parameters in cases:
            expected = prep.step(verb, **parameters).run(frame).frame
            for other in others.values():
                same_rows(prep.step(verb, **parameters).run(other).frame, expected, in_order=True)
                tried += 1
    print(f"{tried} cases on pandas and pyarrow gave the rows of polars, {count:,} rows each")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "what", nargs="?", default="all", choices=["all", "verbs", "pipeline", "near", "memory", "same"]
    )
    parser.add_argument("--rows", type=int)
    asked = parser.parse_args()
    for name, (work, usual) in {
        "verbs": (verbs, 1_000_000),
        "pipeline": (pipeline, 1_000_000),
        "near": (near, 100_000),
        "memory": (memory, 60_000_000),
        "same": (same, 1_000_000),
    }.items():
        if asked.what in {name, "all"}:
            work(asked.rows or usual)
    print(f"resident at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB", file=sys.stderr)
