"""The demo: the whole line through the real program, told so that a newcomer understands it."""

import pytest

import prep


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What `assay demo --no-serve` prints, and where."""
    import contextlib
    import io

    from web.cli import run

    folder, out = tmp_path_factory.mktemp("demo") / "ws", io.StringIO()
    with contextlib.redirect_stdout(out):
        assert run(["demo", str(folder), "--no-serve"]) == 0
    return folder, out.getvalue()


@pytest.mark.parametrize(
    "words",
    [
        "What is this message about?",
        "95 % interval",
        "guideline v1",
        "Rose by",
        "right on gold",
        "consensus",
        "intents@v1",
        "prep.load",
        "sign in as",
        "assay serve",
    ],
)
def test_the_story_says(told, words):
    assert words in told[1]


def test_the_careless_annotator_is_found_and_the_skilled_ones_are_not(told):
    standing = {
        line.split()[0]: line.split()[-1] for line in told[1].splitlines() if line.rstrip().endswith((" fine", " look"))
    }
    assert standing["dev"] == "look"
    assert {standing[name] for name in ("ana", "ben", "carla")} == {"fine"}


def test_its_snapshot_is_sound_and_loads(told, capsys):
    from web.cli import run

    folder, _ = told
    assert run(["verify", "-w", str(folder)]) == 0
    assert prep.load("intents@v1", workspace=folder).height == 400


def test_its_export_has_three_parts(told):
    folder, _ = told
    assert {file.name.split("-")[0] for file in folder.rglob("data/*.parquet")} == {"train", "validation", "test"}


def test_messages_wait_for_whoever_wants_to_try_the_desk(told):
    from labeling.services import work
    from labeling.store import Store, members, now_ms

    with Store.open(told[0] / "assay.db", clock=now_ms) as store:
        with store.read() as connection:
            ana = members.by_name(connection, "ana")
        desk = store.write(work.hand_out, project=1, member=ana.id)
    assert (desk.state, len(desk.assignments)) == ("working", 2)


def test_no_item_has_more_answers_than_it_should_get(told):
    import sqlite3

    raw = sqlite3.connect(told[0] / "assay.db")
    over = raw.execute("SELECT count(*) FROM items WHERE pool = 'work' AND answered > wanted").fetchone()
    raw.close()
    assert over == (0,)


def test_one_who_signs_in_with_a_printed_password_is_let_in(told):
    from labeling.store import Store, members, now_ms
    from web.security import verify_password

    folder, text = told
    line = next(line for line in text.splitlines() if line.strip().startswith("ruth ") and "reviewer" in line)
    with Store.open(folder / "assay.db", clock=now_ms) as store, store.read() as connection:
        _, kept = members.password_hash(connection, "ruth")
    assert verify_password(line.split()[1], kept)


def test_the_same_seed_finds_the_same_figures(tmp_path, capsys):
    import json

    from web.cli import run

    found = []
    for name in ("one", "two"):
        assert run(["demo", str(tmp_path / name), "--json", "--seed", "5"]) == 0
        figures = json.loads(capsys.readouterr().out)
        found.append({key: figures[key] for key in ("agreement_before", "consensus_right", "standings", "items")})
    assert found[0] == found[1]


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path, capsys):
    from web.cli import run

    (tmp_path / "letter.txt").write_text("dear")
    assert run(["demo", str(tmp_path), "--no-serve"]) == 2
    assert "not empty" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
