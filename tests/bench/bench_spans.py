"""Consensus of spans beside its rivals, on opinion expressions that 70 annotators marked in 2,320 Chinese sentences.

    uv run python tests/bench/bench_spans.py

Entity F1 counts a span as right where both ends and the label are the expert's. The expert's spans are read to count, never
to choose: every setting of the consensus stands in labeling/spans/consensus.py. `dev` and `test` are the data's own parts.
"""

import csv
import time
from collections import defaultdict
from pathlib import Path

import numpy as np

from labeling.spans import Continuum, Given, Span, agree_on, majority_by_character, pairwise_f1, unitized_alpha
from labeling.spans.matching import Score, score

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "oei_spans"


def read(data=DATA):
    """Answers (one of an annotator who marked nothing is there too), the expert's spans, lengths and parts, by sentence."""
    rows = {}
    for name in ("answers", "truth", "text"):
        with (data / f"{name}.csv").open(encoding="utf-8") as file:
            rows[name] = list(csv.DictReader(file))
    given, gold = defaultdict(list), defaultdict(list)
    for row in rows["answers"]:
        spans = given[row["task"], row["worker"]]
        if int(row["start"]) >= 0:
            spans.append(Span(int(row["start"]), int(row["end"]), row["label"]))
    for row in rows["truth"]:
        gold[row["task"]].append(Span(int(row["start"]), int(row["end"]), row["truth"]))
    answers = [Given(task, worker, tuple(sorted(spans))) for (task, worker), spans in given.items()]
    return (
        answers,
        gold,
        {row["task"]: len(row["text"]) for row in rows["text"]},
        {row["task"]: row["split"] for row in rows["text"]},
    )


def majority_by_span(answers, threshold=0.5):
    """The spans that more than a share of the annotators marked exactly."""
    by_item = defaultdict(list)
    for one in answers:
        by_item[one.item].append(one.spans)
    return {
        item: [
            span
            for span in {s for mine in given for s in mine}
            if sum(span in mine for mine in given) > threshold * len(given)
        ]
        for item, given in by_item.items()
    }


def entity_f1(found, gold, tasks):
    total = Score(0, 0, 0)
    for task in tasks:
        total += score(found.get(task, ()), gold[task])
    return total


def calibration(found, gold, bins=10):
    """The mean distance of confidence and share of right ones over ten bins of candidates (ECE)."""
    pairs = np.array([(one.confidence, one.span in gold[text.item]) for text in found for one in text.candidates])
    place = np.minimum((pairs[:, 0] * bins).astype(int), bins - 1)
    return sum(
        abs((pairs[place == k, 0] - pairs[place == k, 1]).mean()) * (place == k).mean()
        for k in range(bins)
        if (place == k).any()
    )


def main():
    answers, gold, length, part = read()
    began = time.perf_counter()
    found = agree_on(answers)
    seconds = time.perf_counter() - began
    rivals = {
        "majority by character": majority_by_character(answers),
        "majority by span": majority_by_span(answers),
        "consensus": {text.item: text.spans for text in found},
    }
    print(f"{len(length):,} sentences, {len({one.annotator for one in answers})} annotators, {len(answers):,} answers")
    print(f"{'entity F1 (precision / recall)':32}{'dev':>22}{'test':>22}{'all':>22}")
    for name, spans in rivals.items():
        row = [
            entity_f1(spans, gold, [task for task in length if which in {"all", part[task]}])
            for which in ("dev", "test", "all")
        ]
        print(
            f"{name:32}" + "".join(f"{100 * s.f1:8.1f} ({100 * s.precision:4.1f} /{100 * s.recall:5.1f})" for s in row)
        )
    print(f"consensus in {seconds:.2f} s; confidence of candidates: ECE {calibration(found, gold):.3f}")
    texts = defaultdict(dict)
    for one in answers:
        texts[one.item][one.annotator] = one.spans
    continua = [Continuum(length[item], spans) for item, spans in texts.items()]
    began = time.perf_counter()
    alpha = unitized_alpha(continua, ["POS", "NEG"])
    print(
        f"unitized alpha {alpha.value:.3f} [{alpha.low:.3f}, {alpha.high:.3f}] in {time.perf_counter() - began:.2f} s"
    )
    for how in ("exact", "overlap"):
        pairs = pairwise_f1(continua, how)
        print(f"F1 of pairs, {how:8} {pairs.value:.3f} [{pairs.low:.3f}, {pairs.high:.3f}]")


if __name__ == "__main__":
    main()
