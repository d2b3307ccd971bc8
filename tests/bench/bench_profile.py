"""What a profile costs beside one polars `describe` of the same frame, in CPU seconds of the same run.

    python tests/bench/bench_profile.py [rows, by default 10,000,000] [rounds]

The two take turns; the least of each counts. A second part draws pairs of frames from one distribution and counts how
often drift is reported (the share of false alarms, which must not exceed the level).
"""

import resource
import sys

import numpy as np
import polars as pl

from prep.drift import Thresholds, drift_between
from prep.profile import profile_of


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def frame_of(rows: int) -> pl.DataFrame:
    """Ten columns: ids, numbers, categories, a time, two of text."""
    chance = np.random.default_rng(0)
    said = pl.Series(["refund", "delivery", "late", "thanks", "order", "never came", "broken box", "please help"])

    def words() -> pl.Series:
        return said.gather(chance.integers(0, 8, rows))

    moment = 1_700_000_000_000_000 + chance.integers(0, 10**12, rows)
    frame = pl.DataFrame(
        {
            "id": chance.permutation(rows),
            "amount": chance.lognormal(3, 1, rows),
            "age": chance.integers(18, 90, rows),
            "score": chance.normal(0, 1, rows),
            "paid": chance.random(rows) < 0.3,
            "at": pl.Series(moment).cast(pl.Datetime("us")),
            "label": words(),
            "country": words().cast(pl.Categorical),
        }
    )
    number = pl.col("id").cast(pl.String)
    return frame.with_columns(
        pl.concat_str(words(), words(), words(), number, separator=" ").alias("text"), code="M-" + number
    )


def timed(work) -> float:
    before = cpu()
    work()
    return cpu() - before


def false_alarms(trials: int, rows: int = 400) -> float:
    """How often two samples of one distribution are said to differ where every effect counts."""
    chance = np.random.default_rng(1)
    every = Thresholds(ks=0, psi=0, js=0, missing=0, words=0)
    alarms = 0
    for _ in range(trials):
        old, new = (
            pl.DataFrame(
                {
                    "x": chance.normal(size=rows),
                    "y": chance.integers(0, 9, rows),
                    "label": chance.choice(["a", "b", "c"], rows, p=[0.7, 0.25, 0.05]),
                    "gap": np.where(chance.random(rows) < 0.1, None, chance.random(rows)).tolist(),
                }
            )
            for _ in range(2)
        )
        alarms += drift_between(old, new, thresholds=every).has_drifted
    return alarms / trials


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    frame = frame_of(rows)
    took = [(timed(frame.describe), timed(lambda: profile_of(frame))) for _ in range(rounds)]
    describe, ours = min(one for one, _ in took), min(one for _, one in took)
    print(
        f"{rows:,} rows x {frame.width}: describe {describe:.2f} s CPU, profile {ours:.2f} s: {ours / describe:.2f} x"
    )
    trials = 1000
    print(f"false alarms at a level of 5 %: {100 * false_alarms(trials):.1f} % of {trials:,} pairs of frames")


if __name__ == "__main__":
    main()
