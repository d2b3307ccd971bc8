"""`assay prep`: a verb on a file, from the terminal."""

import json

import polars as pl
import pytest

from prep.steps import verbs

RAW = 'Customer ID,Age,Price,Joined\n1, 31 ,"€ 1,200.50",03/04/2026\n2,4O,$5,25/12/2026\n'


@pytest.fixture
def raw(assay):
    return assay.file("raw.csv", RAW)


def run(assay, *words):
    return assay("prep", *words, here=False)


def test_without_a_verb_they_are_listed(assay):
    listed = run(assay).out
    assert [verb for verb in verbs() if verb not in listed] == []
    assert set(run(assay, "--json").data) == set(verbs())


@pytest.mark.parametrize("verb", verbs())
def test_without_a_file_a_verb_is_explained_with_its_parameters(assay, verb):
    ended = run(assay, verb)
    assert ended.code == 0
    assert "parameter" in ended.out
    assert run(assay, verb, "--json").data["parameters"] or verb == "nothing"


def test_a_file_is_cleaned_and_what_was_done_is_told(assay, raw):
    to = raw.with_name("clean.csv")
    ended = run(assay, "clean_names", raw, to)
    assert ended.code == 0
    assert "'Customer ID' is now 'customer_id'" in ended.out
    assert to.read_text().splitlines()[0] == "customer_id,age,price,joined"
    assert raw.read_text() == RAW


def test_values_that_cannot_be_used_are_listed_and_written(assay, raw):
    to, bad = raw.with_name("c.parquet"), raw.with_name("bad.csv")
    ended = run(
        assay,
        "cast",
        raw,
        to,
        "-p",
        "to.Age=integer",
        "-p",
        "to.Price=currency",
        "--bad",
        bad,
        "--row-id",
        "Customer ID",
    )
    assert "row 2, Age: '4O' is no whole number" in ended.out
    assert pl.read_parquet(to).select("Age", "Price", "Price_currency").rows() == [(31, 1200.5, "€"), (None, 5.0, "$")]
    assert bad.read_text() == "row,column,value,reason\n2,Age,4O,is no whole number\n"


def test_json_gives_the_report(assay, raw):
    report = run(assay, "parse_dates", raw, raw.with_name("d.jsonl"), "-p", "columns=Joined", "--json").data
    assert (report["verb"], report["facts"]["day_first"]) == ("parse_dates", {"Joined": True})


def test_a_step_that_learned_is_kept_and_does_the_same_to_another_file(assay):
    train, new = assay.file("train.csv", "x\n0\n10\n"), assay.file("new.csv", "x\n20\n")
    kept, out = train.with_name("scale.json"), train.with_name("out.csv")
    assert run(assay, "scale", train, out, "-p", "how=minmax", "-p", "fit_where=null", "--keep", kept).code == 0
    assert json.loads(kept.read_text())["fitted"] == {"x": [0.0, 10.0]}
    assert run(assay, "scale", new, out, "--step", kept, "--overwrite").code == 0
    assert out.read_text() == "x\n2.0\n"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["cst", "raw.csv", "o.csv"], 2, "Did you mean 'cast'"),
        (["cast", "raw.csv", "o.csv"], 2, "It needs: to"),
        (["cast", "raw.csv", "o.csv", "-p", "too.Age=integer"], 2, "Did you mean 'to'"),
        (["cast", "raw.csv", "o.csv", "-p", "to.Agee=integer"], 2, "Did you mean 'Age'"),
        (["cast", "raw.csv", "o.csv", "-p", "nonsense"], 2, "--param name=value"),
        (["clean_names", "rav.csv", "o.csv"], 3, "raw.csv"),
        (["clean_names", "raw.csv"], 2, "no file to write to"),
        (["clean_names", "raw.csv", "o.xlsx"], 2, "End its name in .csv"),
        (["clean_names", "raw.csv", "raw.csv"], 2, "is the file that is read"),
        (["clean_names", "raw.csv", "there.csv"], 4, "--overwrite"),
        (["clean_names", "raw.csv", "no/where.csv"], 3, "There is no folder"),
        (["scale", "raw.csv", "o.csv", "--step", "raw.csv"], 2, "is no step"),
        (["clean_names", "lies.csv", "o.csv"], 2, "lies.csv"),
        (["redact", "raw.csv", "o.csv", "-p", "patterns.x=(?=a)"], 2, "look-around"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(assay, raw, monkeypatch, words, code, said):
    monkeypatch.chdir(raw.parent)
    assay.file("there.csv", "x\n1\n")
    assay.file("lies.csv", "id,t\n1,caf\xc3\n".encode("latin-1") + b"2,\x00\xff\xfe\n")
    ended = run(assay, *words)
    assert (ended.code, said in ended.err) == (code, True), ended.err
    assert not (raw.parent / "o.csv").exists()


def test_a_list_does_not_go_into_csv(assay):
    file = assay.file("l.jsonl", '{"a": [1]}\n')
    ended = run(assay, "clean_names", file, file.with_name("o.csv"))
    assert (ended.code, "CSV holds no lists" in ended.err) == (2, True)
