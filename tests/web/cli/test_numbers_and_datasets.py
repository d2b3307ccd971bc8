"""From answers to a file for training, and the proof that nothing was changed on the way."""

import json
import shutil

import polars as pl
import pytest

import prep
from labeling.agreement import krippendorff_alpha


def test_agreement_is_the_one_of_the_library_with_its_interval_and_verdict(labeled):
    said = labeled("agreement", "intents", "--json").data["rows"][0]
    labels = ("refund", "delivery", "praise")
    answers = {
        "item": [item for item in range(12) for _ in range(3)],
        "annotator": [1, 2, 3] * 12,
        "label": [labels[(item + (who == 2 and item % 2)) % 3] for item in range(12) for who in range(3)],
    }
    expected = krippendorff_alpha(answers, labels=list(labels))
    assert (said["value"], said["low"], said["high"]) == (expected.value, expected.low, expected.high)
    assert said["verdict"]


@pytest.mark.parametrize("by", ["label", "version", "pair", "annotator", "day"])
def test_agreement_is_broken_down(labeled, by):
    assert labeled("agreement", "intents", "--by", by, "--json").data["rows"]
    assert labeled("agreement", "intents", "--by", by).code == 0


def test_an_unknown_coefficient_is_not_found_and_the_near_one_is_named(labeled):
    ended = labeled("agreement", "intents", "-c", "fleis_kappa")
    assert (ended.code, "Did you mean 'fleiss_kappa'" in ended.err) == (3, True)


@pytest.mark.parametrize("command", ["agreement", "audit", "consensus", "snapshot"])
def test_without_answers_there_is_nothing_to_compute_and_the_error_says_what_to_do(assay, command):
    assay.project()
    ended = assay(command, "intents")
    assert ended.code in {1, 2}
    assert ended.err
    assert "Traceback" not in ended.err


def test_the_audit_says_too_little_is_known_where_there_is_no_gold(labeled):
    assert {one["word"] for one in labeled("audit", "intents", "--json").data} == {"not known yet"}
    assert "fewer than 10 gold answers" in labeled("audit", "intents").out


def test_the_same_consensus_comes_of_the_same_seed(labeled):
    one, two = (labeled("consensus", "intents", "--seed", 3, "--json").data for _ in range(2))
    assert one["labels"] == two["labels"]
    assert one["items"] == 12


def test_an_unknown_method_is_not_found(labeled):
    assert labeled("consensus", "intents", "--method", "majorty").code == 3


def test_a_consensus_says_how_sure_it_is_and_what_it_is_unlike(labeled):
    found = labeled("consensus", "intents", "--json").data
    assert sum(one["items"] for one in found["confidence"]) == 12
    assert set(found["unlike"]) == {"majority", "drawn", "models"}


def test_disagreements_are_listed_those_first_that_tell_most(labeled):
    labeled("consensus", "intents")
    found = labeled("disagreements", "intents", "--json").data
    assert len(found) == 6
    assert found[0]["votes"] == 3
    told = [one["information"] for one in found]
    assert told == sorted(told, reverse=True)
    assert "bits" in labeled("disagreements", "intents").out


def test_with_few_items_there_are_no_parts_of_time_and_it_says_so(labeled):
    assert labeled("agreement", "intents", "--by", "part", "--json").data["rows"] == []
    assert "too few items for parts of time" in labeled("agreement", "intents", "--by", "part").out


def test_a_check_writes_nothing(labeled):
    labeled("consensus", "intents")
    ended = labeled("snapshot", "intents", "--check", "--json")
    assert (ended.code, ended.data["is_valid"], ended.data["items"]) == (0, True, 12)
    assert labeled("snapshots", "--json").data == []


def test_a_snapshot_is_frozen_tagged_listed_and_loaded(labeled):
    done = labeled("snapshot", "intents", "--tag", "v1", "--json").data
    [listed] = labeled("snapshots", "intents", "--json").data
    assert (listed["id"], listed["tags"]) == (done["id"], ["v1"])
    frame = prep.load("intents@v1", workspace=labeled.workspace)
    assert frame.height == 12


def test_the_same_content_is_the_same_snapshot(labeled):
    one, two = (labeled("snapshot", "intents", "--json").data for _ in range(2))
    assert one["id"] == two["id"]
    assert (one["is_new"], two["is_new"]) == (True, False)


def test_a_dataset_that_breaks_the_users_own_rules_is_listed_and_not_written(labeled):
    rules = labeled.file(
        "rules.yml",
        "schema_type: dataframe\nversion: 0.22\ncolumns:\n  text:\n    dtype: str\n    nullable: false\n"
        "    checks:\n      str_length:\n        min_value: 7\n        max_value: 100\n",
    )
    ended = labeled("snapshot", "intents", "--schema", rules)
    assert ended.code == 1
    assert "text 1" in ended.out
    assert labeled("snapshots", "--json").data == []


def test_two_snapshots_are_compared(labeled):
    labeled("snapshot", "intents", "--tag", "v1")
    labeled.items(13)
    labeled.answers(13)
    labeled("snapshot", "intents", "--tag", "v2")
    assert labeled("diff", "intents@v1", "intents@v2", "--json").data["added"] == 1


@pytest.mark.parametrize("name", ["out.csv", "out.jsonl", "out.parquet"])
def test_an_export_is_written_in_the_format_its_name_says(labeled, name):
    labeled("snapshot", "intents", "--tag", "v1")
    ended = labeled("export", "intents@v1", "--to", labeled.folder / name)
    assert ended.code == 0, ended.err
    readers = {".csv": pl.read_csv, ".jsonl": pl.read_ndjson, ".parquet": pl.read_parquet}
    assert readers[f".{name.split('.')[1]}"](labeled.folder / name).height == 12


def test_an_export_is_split_with_soft_labels(labeled):
    labeled("snapshot", "intents")
    to = labeled.folder / "out.parquet"
    assert (
        labeled("export", "intents", "-o", to, "--splits", "train=0.5,test=0.5", "--soft-labels", "--together").code
        == 0
    )
    frame = pl.read_parquet(to)
    assert set(frame["split"]) <= {"train", "test"}
    total = frame.select(pl.sum_horizontal("probability_refund", "probability_delivery", "probability_praise"))
    assert all(abs(value - 1) < 0.01 for value in total.to_series())


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["intents@v9", "-o", "x.csv"], 3),
        (["nothing", "-o", "x.csv"], 3),
        (["intents", "-o", "x.bin"], 2),
        (["intents", "-o", "x.bin", "-f", "parket"], 3),
        (["intents", "-o", "x.csv", "--splits", "train"], 2),
        (["intents", "-o", "x.csv", "--splits", "train=0.5"], 2),
        (["intents", "-o", "nowhere/x.csv"], 2),
        (["intents", "-o", "x.csv", "--table", "itens"], 3),
        (["intents", "-o", "x.csv", "--group", "nothing", "--splits", "a=0.5,b=0.5"], 2),
    ],
)
def test_an_export_that_makes_no_sense_writes_nothing(labeled, arguments, code):
    labeled("snapshot", "intents")
    ended = labeled("export", *arguments)
    assert ended.code == code, ended.err
    assert "Traceback" not in ended.err
    assert not list(labeled.folder.glob("x.*"))


def test_an_export_does_not_write_over_a_file_unasked(labeled):
    labeled("snapshot", "intents")
    path = labeled.file("mine.csv", "precious")
    assert labeled("export", "intents", "-o", path).code == 2
    assert path.read_text() == "precious"
    assert labeled("export", "intents", "-o", path, "--overwrite").code == 0


def test_a_tag_can_be_moved(labeled):
    done = labeled("snapshot", "intents", "--json").data
    assert labeled("tag", "intents", "approved", "--json").data["id"] == done["id"]
    assert labeled("tag", "intents", "abc123").code == 2  # could be the beginning of an id


def test_verify_is_content_with_what_was_not_touched(labeled):
    labeled("snapshot", "intents")
    assert labeled("verify", "--json").data["problems"] == []


def test_verify_finds_one_changed_byte_of_a_snapshot(labeled):
    path = next((labeled.workspace / "snapshots").rglob("items.parquet")) if labeled("snapshot", "intents") else None
    path.chmod(0o644)
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)
    ended = labeled("verify")
    assert (ended.code, "items.parquet" in ended.out) == (1, True)


def test_verify_finds_a_snapshot_whose_whole_folder_is_gone(labeled):
    frozen = labeled("snapshot", "intents", "--json").data["id"]
    shutil.rmtree(labeled.workspace / "snapshots" / "intents")
    ended = labeled("verify", "--json")
    assert ended.code == 1
    assert frozen[:12] in json.dumps(ended.data["problems"])


def test_verify_finds_a_line_of_the_log_that_was_changed(labeled):
    import sqlite3

    with sqlite3.connect(labeled.workspace / "assay.db") as raw:
        raw.execute("UPDATE log SET subject = 'nothing happened' WHERE id = 2")
    raw.close()
    ended = labeled("verify", "--json")
    assert ended.code == 1
    assert "line 2" in json.dumps(ended.data["problems"])


def test_the_log_tells_what_was_done_and_can_be_narrowed(labeled):
    labeled("snapshot", "intents", "--tag", "v1")
    actions = [one["action"] for one in labeled("log", "--json").data]
    assert actions[:2] == ["tag", "snapshot"]
    assert {one["action"] for one in labeled("log", "--action", "import_items", "--json").data} == {"import_items"}


def test_bench_measures_and_says_what_was_promised(assay):
    [result] = assay("bench", "import", "--json", here=False).data
    assert result["value"] > 0
    assert result["target"] == 1.5
    assert assay("bench", "nothing", here=False).code == 3
