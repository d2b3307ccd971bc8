"""Pipelines in the browser: chosen on upload and on freezing, their runs and what a snapshot came of."""

import pytest

from labeling import dataset

pytestmark = pytest.mark.slow
TIDY = '[sources]\nraw = {}\n[[steps]]\nverb = "clean_names"\n[[steps]]\nverb = "normalize_text"\n'


@pytest.fixture
def piped(team):
    folder = team.office.path / "pipelines"
    folder.mkdir()
    (folder / "tidy.toml").write_text(TIDY)
    (folder / "half.toml").write_text(
        '[sources]\nx = {}\n[[steps]]\nverb = "filter_rows"\nwhere = "label == \'good\'"\n'
    )
    return team


def upload(team, content):
    reply = team.manager.post(
        "/projects/mood/items/import", data={"what": "items"}, files={"file": ("new.csv", content)}
    )
    return reply.headers["location"].removeprefix("/projects/mood/")


def test_no_run_yet_is_said_with_what_to_do(team):
    page = team.see("datasets/runs")
    assert "No pipeline was run for this project yet" in page


def test_from_the_upload_through_a_pipeline_to_the_lineage_of_a_snapshot(piped):
    ticket = upload(piped, b"ID,Text\nn1,  Wo  ist es? \n")
    assert "Send it through a pipeline first" in piped.see(ticket)
    piped.follow(piped.send(ticket, pipeline="tidy"))
    assert piped.sql("SELECT count(*) FROM items WHERE key = 'n1'") == 1
    run = piped.sql("SELECT run FROM imports WHERE name = 'new.csv'")

    assert "through the pipeline tidy" in piped.see("items/one?key=n1")
    page = piped.see("datasets/runs")
    assert "The last run, of tidy, is done." in page
    assert "items came in new.csv" in page
    page = piped.see(f"datasets/runs/{run}")
    assert "Did the run of tidy go well? Yes: it came to its end." in page
    assert "1 cell changed" in page

    assert "There is no pipeline 'halb'. Did you mean 'half'?" in piped.follow(
        piped.send("datasets/freeze", tag="v1", pipeline="halb")
    )
    office = piped.office
    dataset.freeze(
        office.store, workspace=office.path, project=office.project.id, pipeline="half", tag="v1", actor=None
    )
    page = piped.see("datasets/v1/lineage")
    assert "Of 1 raw file, known by the hash of the bytes" in page
    picture = piped.manager.get("/projects/mood/datasets/v1/lineage").text
    assert '<svg xmlns="http://www.w3.org/2000/svg" class="g"' in picture
    assert "<style" not in picture.split("<main")[1]
    assert piped.manager.get("/projects/mood/datasets/v1/lineage.svg").headers["content-type"] == "image/svg+xml"
    assert "Against the run before" in piped.see(f"datasets/runs/{run}")


def test_a_file_that_a_pipeline_cannot_use_leaves_nothing_and_the_run_says_why(piped):
    (piped.office.path / "pipelines" / "strict.toml").write_text(
        TIDY + '[[steps]]\nverb = "cast"\nto = { text = "integer" }\non_error = "raise"\n'
    )
    page = piped.follow(piped.send(upload(piped, b"id,text\nn1,x\n"), pipeline="strict"))
    assert "Step 'cast': cast cannot use 1 of the values" in page
    assert piped.sql("SELECT count(*) FROM items WHERE key = 'n1'") == 0
    assert "strict" in piped.see("datasets/runs")


def test_runs_of_another_project_are_not_shown(piped):
    from labeling import pipelines

    run = pipelines.pass_frame(piped.office.path, "tidy", {"Id": [1]}, project="other")
    assert "No pipeline was run" in piped.see("datasets/runs")
    piped.see(f"datasets/runs/{run.id}", 404)
    piped.see("datasets/runs/nothing", 404)


def test_the_api_imports_and_freezes_through_a_pipeline(piped):
    script = piped.office.token("manager", "manage")
    sent = script.post("/api/v1/projects/mood/import?file=a.csv&pipeline=tidy", content=b"ID,Text\nn7, b \n")
    assert sent.status_code == 202, sent.text
    piped.follow(f"/projects/mood/jobs/{sent.json()['id']}")
    assert piped.sql("SELECT count(*) FROM items WHERE key = 'n7'") == 1
