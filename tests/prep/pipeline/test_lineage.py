"""What came of what: back to the raw files, as a picture, as OpenLineage events, as an MLflow dataset."""

import hashlib
import json
import xml.etree.ElementTree as ET
from datetime import UTC, datetime

import pytest

import prep
from prep.lineage import of_run, of_snapshot


@pytest.fixture
def run(people, store):
    return people.run(store=store)


def test_a_result_goes_back_to_its_raw_files_with_their_hashes(run, folder):
    found = of_run(run)
    assert [one["sha256"] for one in found.raw_files] == [
        hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in ("crm.csv", "web.csv")
    ]
    assert "join  <- cast, web" in str(found)


def test_the_picture_is_sound_svg_with_every_step_an_arrow_for_each_input_and_both_schemes(run):
    text = of_run(run).svg()
    tree = ET.fromstring(text)
    space = "{http://www.w3.org/2000/svg}"
    assert len(tree.findall(f".//{space}rect")) == 5
    assert len(tree.findall(f".//{space}path[@class='tip']")) == 4
    assert "prefers-color-scheme:dark" in text


def frozen(run, folder):
    store = prep.SnapshotStore(folder / "snapshots")
    return store.commit(
        "people", {"items": run.frame}, keys={"items": ["id"]}, created_at=datetime(2026, 1, 1, tzinfo=UTC),
        about={"lineage": {"run": run.id}},
    )  # fmt: skip


def test_a_snapshot_goes_back_through_its_run_to_the_raw_files(run, store, folder):
    found = of_snapshot(frozen(run, folder), store)
    assert [one.title for one in found.boxes][-1].startswith("people@")
    assert found.boxes[-1].inputs == ["f.join"]
    assert [one["path"].rsplit("/", 1)[-1] for one in found.raw_files] == ["crm.csv", "web.csv"]


def test_a_run_whose_record_is_gone_is_said_to_be(run, store, folder):
    snapshot = frozen(run, folder)
    (store.root / "runs" / f"{run.id}.json").unlink()
    assert "its record is gone" in of_snapshot(snapshot, store).svg()


def test_openlineage_events_go_through_the_real_client_to_a_file_and_are_valid(run, folder):
    from prep.openlineage import to_file

    to_file(run, folder / "events.jsonl")
    told = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
    assert [one["eventType"] for one in told] == ["START", "COMPLETE"]
    began, ended = told
    assert began["run"]["runId"] == ended["run"]["runId"]
    assert [one["name"] for one in ended["inputs"]] == [str(folder / "crm.csv"), str(folder / "web.csv")]
    assert ended["outputs"][0]["outputFacets"]["outputStatistics"]["rowCount"] == 3
    fields = ended["outputs"][0]["facets"]["schema"]["fields"]
    assert {one["name"]: one["type"] for one in fields}["age"] == "Int64"
    for one in told:  # what the specification asks of every event
        assert {"eventTime", "producer", "schemaURL", "run", "job"} <= set(one)
        assert datetime.fromisoformat(one["eventTime"]).tzinfo is not None
        assert one["schemaURL"].startswith("https://openlineage.io/spec/")


def test_a_failed_run_is_told_as_failed_with_its_error(people, store, folder):
    from prep.openlineage import events

    with pytest.raises(prep.PrepError):
        people.step("cast", name="strict", to={"city": "integer"}, on_error="raise").run(store=store)
    last = events(store.run("people"))[-1]
    assert last.eventType.value == "FAIL"
    assert "Step 'strict'" in last.run.facets["errorMessage"].message


@pytest.mark.filterwarnings("ignore")  # mlflow's own, on its file store and on pydantic
def test_a_snapshot_is_logged_as_a_dataset_in_mlflow(run, folder, monkeypatch):
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    import mlflow

    from prep.mlflow_dataset import log_snapshot

    snapshot = frozen(run, folder)
    mlflow.set_tracking_uri((folder / "mlruns").as_uri())
    with mlflow.start_run() as active:
        log_snapshot(snapshot)
    found = mlflow.get_run(active.info.run_id)
    dataset = found.inputs.dataset_inputs[0].dataset
    assert (dataset.name, dataset.digest) == (snapshot.ref, snapshot.id[:36])
    assert json.loads(dataset.source)["uri"] == snapshot.files()[0].as_uri()
    assert found.data.params["assay.snapshot"] == snapshot.id
