"""Each run is recorded; two can be compared, and an earlier one can count again."""

import json

import polars as pl
import pytest

import prep
from prep import Pipeline, RunStore
from prep.errors import BadValues, Busy, StepFailed, UnknownSnapshot, UnreadableFile, UnusableParameter


def test_a_record_says_what_was_done_by_what_and_how_long(people, store):
    record = people.run(store=store).record
    assert record["status"] == "done"
    assert record["engine"] == f"polars {pl.__version__}"
    assert record["executor"]["pid"] > 0
    assert record["ended_at"] > record["started_at"]
    cast = next(one for one in record["steps"] if one["name"] == "cast")
    assert (cast["rows"], cast["set_aside"], cast["told"]["version"]) == (3, 1, 1)
    assert cast["told"]["parameters"] == {"to": {"age": "integer"}}
    assert cast["seconds"] > 0
    assert record["statistics"]["columns"]["city"]["vocabulary"] == {"Bonn": 2, "Ulm": 1}
    assert record["statistics"]["columns"]["age"]["missing"] == 1
    assert record["anomalies"] == ["cast set aside 1 value"]
    assert record["steps"][0]["file"]["bytes"] == (people.folder / "crm.csv").stat().st_size


def test_a_record_points_to_the_run_before_with_its_metrics(people, store):
    first, second = people.run(store=store), people.run(store=store)
    assert first.record["previous"] is None
    assert second.record["previous"]["run"] == first.id
    assert second.record["previous"]["rows"] == 3
    assert store.previous(second).id == first.id


def test_what_jumped_since_the_run_before_is_said(people, store, folder):
    people.run(store=store)
    (folder / "crm.csv").write_text("Id,Full Name,Age,City,Zip\n1,Ana,,Bonn,1\n")
    found = people.run(store=store).anomalies
    assert "1 rows, where the run before had 3" in found
    assert "new columns: zip" in found
    assert "age is missing in every row" in found
    assert "age is missing in 100% of the rows, and was in 33%" in found

    (folder / "crm.csv").write_text("Id,Full Name,Age,City\n1,Ana,1,Kiel\n2,Bo,2,Kiel\n3,Cy,3,Bonn\n")
    people.run(store=store)
    (folder / "crm.csv").write_text("Id,Full Name,Age,City\n1,Ana,1,Kiel\n2,Bo,2,Kiel\n3,Cy,3,Ulm\n")
    assert people.run(store=store).anomalies == ["city has new values: 'Ulm'", "city has lost values: 'Bonn'"]


def test_two_runs_are_compared_step_by_step(people, store):
    first = people.run(store=store)
    second = people.step("filter_rows", where="age > 40").run(store=store)
    found = store.compare(first.id, second.id)
    assert {one["name"]: one["changes"] for one in found.steps if one["changes"]} == {"filter_rows": ["new"]}
    assert found.results[0] == "3 -> 1 rows"
    assert "filter_rows: new" in str(found)


def test_rolled_back_an_earlier_result_counts_until_the_next_run(people, store):
    first = people.run(store=store)
    second = people.step("filter_rows", where="age > 40").run(store=store)
    assert store.current("people").id == second.id
    store.rollback(first.id)
    assert store.current("people").frame.height == 3
    third = people.run(store=store)
    assert store.current("people").id == third.id


def test_a_run_without_a_result_cannot_be_rolled_back_to(people, store, folder):
    (folder / "crm.csv").write_text("")
    with pytest.raises(UnreadableFile):
        people.run(store=store)
    with pytest.raises(UnusableParameter, match="is failed and has no result"):
        store.rollback("people")


def test_a_run_that_fails_is_recorded_with_the_step_and_keeps_what_was_done(people, store):
    failing = people.step("cast", name="strict", to={"city": "integer"}, on_error="raise")
    with pytest.raises(BadValues, match="Step 'strict': cast cannot use 3 of the values"):
        failing.run(store=store)
    run = store.run("people")
    assert (run.status, run.output, len(run.steps)) == ("failed", None, 5)
    assert "Step 'strict'" in run.record["error"]
    assert people.run(store=store).ran == []


def test_an_error_in_an_own_function_names_it(people, store):
    def broken(frame):
        return frame["nothing"]

    with pytest.raises(StepFailed, match=r"Step 'broken': .*broken raised ColumnNotFoundError"):
        people.step(broken).run(store=store)


def test_runs_are_found_by_id_its_ends_and_the_pipelines_name(people, store):
    run = people.run(store=store)
    assert store.run(run.id).id == store.run(run.id[-6:]).id == store.run("people").id == run.id
    with pytest.raises(UnknownSnapshot, match="There is no run 'peple'. Did you mean 'people'"):
        store.run("peple")


def test_a_record_that_was_edited_is_not_believed(people, store):
    run = people.run(store=store)
    people.run(store=store)
    path = store.root / "runs" / f"{run.id}.json"
    path.write_text(path.read_text().replace('"failed"', '"done"').replace("people", "persons"))
    assert [one.id for one in store.runs()] != []
    assert store.problems() == [f"The record of run {run.id} was changed after it was written."]


def test_two_at_once_are_refused_and_told_who_is_there(people, store):
    with (
        store.alone("a test"),
        pytest.raises(Busy, match=r"Process \d+ on .+ since 2026-01-01T00:00:01\+00:00: a test"),
    ):
        people.run(store=store)
    assert people.run(store=store).status == "done"


def test_a_lock_left_by_a_dead_process_is_taken_over_and_said(people, store):
    store.root.mkdir()
    (store.root / "lock").write_text(json.dumps({"pid": 999999, "host": "x", "what": "y", "since": "z"}))
    assert "Process 999999 was killed in the middle" in people.run(store=store).record["notes"][0]
    assert people.run(store=store).record["notes"] == []


def test_a_file_that_changes_while_it_is_read_is_refused(people, store, folder):
    def meddle(progress):
        if (progress.name, progress.state) == ("web", "running"):
            (folder / "web.csv").write_text("id,plan\n9,pro\n")

    with pytest.raises(UnreadableFile, match=r"web.csv: it changed while it was read. Wait until nobody writes"):
        people.run(store=store, tell=meddle)
    assert people.run(store=store).status == "done"


def test_progress_tells_each_step_and_what_became_of_it(people, store):
    told = []
    people.run(store=store)
    people.run(store=store, force=["join"], tell=lambda one: told.append((one.place, one.total, one.name, one.state)))
    assert [one for one in told if one[3] in {"cached", "done"}] == [
        (1, 5, "crm", "cached"),
        (2, 5, "tidy", "cached"),
        (3, 5, "cast", "cached"),
        (4, 5, "web", "cached"),
        (5, 5, "join", "done"),
    ]


def test_old_results_are_swept_and_the_records_stay(people, store):
    first = people.run(store=store)
    people.step("filter_rows", where="age > 40").run(store=store)
    assert store.sweep(keep=1) == 0  # the later one rests on all that the first made
    (people.folder / "crm.csv").write_text("Id,Full Name,Age,City\n7,Di,20,Bonn\n")
    people.run(store=store)
    assert store.sweep(keep=1) == 5
    assert len(store.runs()) == 3
    with pytest.raises(prep.PrepError, match="is not there any more"):
        first.load()


def scaled(folder):
    rows = {
        "id": list(range(40)),
        "x": [float(one) for one in range(40)],
        "gap": [1.0, None] * 20,
        "y": ["a", "b"] * 20,
    }
    return rows, (
        Pipeline("model", folder=folder)
        .source("raw")
        .step("split", key="id", shares={"train": 0.5, "test": 0.5})
        .step("impute", columns="gap", how="mean")
        .step("scale", columns="x", how="minmax")
        .step("encode_labels", columns="y", name="labels")
    )


def test_what_is_learned_is_learned_of_the_training_rows_alone_and_kept(folder, store):
    rows, model = scaled(folder)
    run = model.run(rows, store=store)
    train = run.load("split").filter(pl.col("split") == "train")
    assert run.step("scale")["fitted"]["x"] == [train["x"].min(), train["x"].max() - train["x"].min()]
    assert run.step("impute")["notes"] == ["learned from the rows of split 'train' alone"]


@pytest.mark.parametrize("kind", ["polars", "pandas", "pyarrow"])
def test_at_serving_time_new_rows_get_the_very_same(folder, store, kind):
    rows, model = scaled(folder)
    run = model.run(rows, store=store)
    new = prep.frames.to_kind(
        pl.DataFrame({"id": [1], "x": [7.0], "gap": [None]}, schema_overrides={"gap": pl.Float64}), kind
    )
    made = prep.frames.to_polars(run.pipeline.transform(new, leave_out=["labels"]))
    low, width = run.step("scale")["fitted"]["x"]
    assert made.to_dicts() == [{"id": 1, "x": (7.0 - low) / width, "gap": 1.0}]


def test_a_fitted_pipeline_goes_through_a_file(folder, store):
    rows, model = scaled(folder)
    run = model.run(rows, store=store)
    run.pipeline.write(folder / "model.json")
    again = prep.read_pipeline(folder / "model.json")
    new = pl.DataFrame({"id": [1], "x": [7.0], "gap": [2.0], "y": ["a"]})
    assert again.transform(new).equals(run.pipeline.transform(new))


def test_steps_that_have_learned_nothing_do_not_serve(folder):
    _, model = scaled(folder)
    with pytest.raises(prep.PrepError, match=r"has learned nothing yet. Run the pipeline first"):
        model.transform({"id": [1], "x": [7.0], "gap": [1.0], "y": ["a"]})


def test_a_store_is_made_on_the_first_run(tmp_path):
    assert RunStore(tmp_path / "none").runs() == []
    assert not (tmp_path / "none").exists()


def test_what_rows_said_is_erased_from_records_and_results_and_the_chain_stays_whole(people, store, folder):
    first = people.run(store=store)
    (folder / "crm.csv").write_text("Id,Full Name,Age,City\n1, Zoë ,31,Oslo\n2,Bo,old,Kiel\n")
    second = people.run(store=store)
    assert store.erase_values(lambda run: run.id == first.id) == 1
    everything = b"".join(path.read_bytes() for path in store.root.rglob("*.json")).decode()
    assert "Bonn" not in everything
    assert '"value": "old"' in everything
    assert list(store.root.rglob("*.parquet")) == []
    assert store.problems() == []
    erased = store.run(first.id)
    assert erased.record["values_erased_at"] > first.record["ended_at"]
    assert [one["rows"] for one in erased.steps] == [one["rows"] for one in first.steps]
    assert "rows" in str(store.compare(first.id, second.id))
    with pytest.raises(prep.PrepError, match="Run the pipeline again"):
        erased.load()
    assert people.run(store=store).output == second.output


def test_a_record_that_nobody_can_read_goes_when_values_are_erased(people, store):
    run = people.run(store=store)
    path = store.root / "runs" / f"{run.id}.json"
    path.write_text(path.read_text().replace("Bonn", "Bern"))
    store.erase_values(lambda _: False)
    assert not path.exists()
