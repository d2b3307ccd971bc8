"""`assay prep run|plan|show|runs|compare|rollback|lineage`, and pipelines that imports and datasets go through."""

import json

import polars as pl
import pytest

PEOPLE = """
name = "people"
[sources]
crm = "crm.csv"
[[steps]]
verb = "clean_names"
[[steps]]
verb = "cast"
to = { age = "integer" }
"""
TIDY = '[sources]\nraw = {}\n[[steps]]\nverb = "clean_names"\n[[steps]]\nverb = "normalize_text"\n'


@pytest.fixture
def prep(assay):
    assay.file("crm.csv", "Id,Age\n1,31\n2,x\n")
    assay.file("people.toml", PEOPLE)

    def run(command, *arguments):
        return assay("prep", command, *arguments, here=False)

    return run


def test_a_pipeline_is_planned_run_and_found_kept(prep, tmp_path):
    assert "it was never run" in prep("plan", "people.toml").out
    first = prep("run", "people.toml", "--to", "out.csv")
    assert first.code == 0, first.err
    assert "3 of 3 steps run, 2 rows" in first.out
    assert "cast set aside 1 value" in first.err
    assert (tmp_path / "out.csv").read_text() == "id,age\n1,31\n2,\n"
    assert "0 of 3 steps run" in prep("run", "people.toml").out
    assert "All of it is kept" in prep("plan", "people.toml").out


def test_json_is_all_that_is_printed_where_it_is_asked_for(prep):
    done = prep("run", "people.toml", "--json")
    assert (done.data["status"], done.err) == ("done", "")
    assert [one["id"] for one in prep("runs", "--json").data] == [done.data["id"]]
    assert prep("plan", "people.toml", "--json").data["is_nothing"] is True


def test_a_target_that_is_there_is_refused_before_anything_is_done(prep, tmp_path):
    assert prep("run", "people.toml", "--to", "crm.csv").code == 2
    assert not (tmp_path / ".prep").exists()


def test_what_is_wrong_in_the_file_is_said_with_its_line(prep, assay):
    assay.file("people.toml", PEOPLE.replace("clean_names", "clean_name"))
    done = prep("run", "people.toml")
    assert (
        done.code,
        "people.toml, line 6: there is no verb 'clean_name'. Did you mean 'clean_names'?" in done.err,
    ) == (2, True)
    assert prep("run", "peple.toml").err == "assay: There is no file 'peple.toml'. Did you mean 'people.toml'?\n"


def test_runs_are_compared_and_rolled_back(prep, assay, tmp_path):
    first = prep("run", "people.toml", "--json").data
    assay.file("crm.csv", "Id,Age\n1,31\n2,3\n3,4\n")
    second = prep("run", "people.toml", "--to", "out.csv", "--json").data
    told = prep("compare", first["id"], "--json").data
    assert (told["after"], told["is_same"]) == (second["id"], False)
    assert "2 → 3" in prep("compare", first["id"]).out
    done = prep("rollback", first["id"], "--to", "out.csv", "--overwrite")
    assert done.code == 0, done.err
    assert pl.read_csv(tmp_path / "out.csv").height == 2
    assert prep("rollback", "nothing").code == 3


def test_another_process_at_work_is_exit_code_4(prep, tmp_path):
    from prep import RunStore

    with RunStore(tmp_path / ".prep").alone("a test"):
        done = prep("run", "people.toml")
    assert (done.code, "a test. Wait until it is done, or stop it" in done.err) == (4, True)


def test_lineage_is_said_drawn_and_told_as_events(prep, tmp_path):
    prep("run", "people.toml")
    done = prep("lineage", "people", "--svg", "people.svg", "--openlineage", "events.jsonl")
    assert "clean_names  <- crm" in done.out
    assert (tmp_path / "people.svg").read_text().startswith("<svg")
    assert len((tmp_path / "events.jsonl").read_text().splitlines()) == 2
    assert prep("show", "people.toml", "--as", "mermaid").out.startswith("flowchart LR")


@pytest.fixture
def tidied(assay):
    """A project whose items came in through a pipeline, with answers."""
    assay.project()
    (assay.workspace / "pipelines").mkdir()
    (assay.workspace / "pipelines" / "tidy.toml").write_text(TIDY)
    done = assay("import", "intents", assay.file("raw.csv", "ID,Text\ni0,  a  b \ni1,c\ni2,d\n"), "--pipeline", "tidy")
    assert done.code == 0, done.err
    answers = "".join(f"i{n},{who},{label}\n" for n, label in enumerate(("refund", "praise", "praise")) for who in "ab")
    assert assay("import-answers", "intents", assay.file("a.csv", "task,worker,label\n" + answers)).code == 0
    return assay


def test_items_come_in_through_a_pipeline_and_the_log_names_the_run(tidied):
    told = next(one for one in tidied("log", "--json").data if one["action"] == "import_items")
    assert told["detail"]["pipeline"] == "tidy"
    run = told["detail"]["run"]
    runs = tidied("prep", "runs", "--store", tidied.workspace / ".prep", "--json", here=False).data
    assert [(one["id"], one["about"]["project"]) for one in runs] == [(run, "intents")]


def test_a_pipeline_that_fails_leaves_no_item_and_its_run_is_recorded(tidied):
    wrong = tidied.workspace / "pipelines" / "wrong.toml"
    wrong.write_text(TIDY + '[[steps]]\nverb = "cast"\nto = { text = "integer" }\non_error = "raise"\n')
    before = tidied("project", "show", "intents", "--json").out
    done = tidied("import", "intents", tidied.file("more.csv", "ID,Text\ni8,x\n"), "--pipeline", "wrong")
    assert (done.code, "Step 'cast': cast cannot use 1 of the values" in done.err) == (2, True)
    assert tidied("project", "show", "intents", "--json").out == before
    runs = tidied("prep", "runs", "wrong", "--store", tidied.workspace / ".prep", "--json", here=False).data
    assert [one["status"] for one in runs] == ["failed"]
    done = tidied("import", "intents", tidied.folder / "raw.csv", "--pipeline", "tdy")
    assert (done.code, "Did you mean 'tidy'" in done.err) == (3, True)


def test_a_dataset_passes_through_a_pipeline_before_its_gates(tidied):
    keep = tidied.workspace / "pipelines" / "praise.toml"
    keep.write_text('[sources]\nitems = {}\n[[steps]]\nverb = "filter_rows"\nwhere = "label == \'praise\'"\n')
    done = tidied("snapshot", "intents", "--pipeline", "praise", "--tag", "v1", "--json")
    assert done.code == 0, done.err
    assert done.data["check"]["items"] == 2
    assert done.data["manifest"]["tables"]["annotations"]["rows"] == 4
    assert done.data["check"]["excluded"] == {"left out by the pipeline praise": 1}
    told = next(one for one in tidied("log", "--json").data if one["action"] == "snapshot")
    assert told["detail"]["run"] == done.data["manifest"]["about"]["lineage"]["run"]
    told = tidied("prep", "lineage", "intents@v1", "--store", tidied.workspace / ".prep", here=False).out
    assert [line.split()[0] for line in told.splitlines()[1:]] == [
        "raw", "clean_names", "normalize_text", "raw.csv", "labeling", "items", "filter_rows", done.data["name"] + "@" + done.data["id"][:12],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        ('verb = "one_hot"\ncolumns = "label"', "gave a table without the column 'label'"),
        ('verb = "derive"\ncolumns = { id = "upper(id)" }', "gave an item 'I0' that nobody labeled"),
        ('verb = "derive"\ncolumns = { label = "upper(label)" }', "There is no label 'REFUND'"),
    ],
)
def test_a_pipeline_that_breaks_the_dataset_is_refused_and_nothing_is_frozen(tidied, steps, says):
    (tidied.workspace / "pipelines" / "bad.toml").write_text(f"[sources]\nitems = {{}}\n[[steps]]\n{steps}\n")
    done = tidied("snapshot", "intents", "--pipeline", "bad")
    assert done.code in {1, 2}
    assert says in done.err + done.out or "label" in done.out
    assert not (tidied.workspace / "snapshots" / "intents").exists()
    assert [one for one in json.loads(tidied("log", "--json").out) if one["action"] == "snapshot"] == []
