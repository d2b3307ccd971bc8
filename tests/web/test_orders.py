"""The scale and the concordance, from the store to the page, the API and the terminal."""

import numpy as np
import pytest

from labeling.errors import Unusable
from labeling.services import items, projects
from labeling.services.answers import import_answers
from web.orders import orders_in, scale_in

MERIT = {"north": 1.5, "east": 0.5, "south": -0.5, "west": -1.5}


def made(office, name, kind, options, rows):
    project = office.store.write(
        projects.create_project, name=name, title=name, question="?", kind=kind, options=options, actor=None
    )
    items.import_items(office.store, project=project.id, rows=rows, actor=None)
    manager = office.people["manager"]
    office.store.write(projects.set_role, project=project.id, member=manager, role="manager", actor=None)
    return project


@pytest.fixture
def duel(office):
    rng = np.random.default_rng(0)
    names = list(MERIT)
    pairs = [rng.choice(4, 2, replace=False).tolist() for _ in range(60)]
    rows = [
        {"id": f"p{k}", "l": f"text {k}", "r": "text", "ml": names[i], "mr": names[j]} for k, (i, j) in enumerate(pairs)
    ]
    rows += [{"id": "odd", "l": "x", "r": "y", "ml": "never", "mr": "seen"}]
    project = made(office, "duel", "pairwise", {"fields": ["l", "r"], "things": ["ml", "mr"]}, rows)
    said = []
    for row in rows[:-1]:
        for who in ("ann", "bob", "cy"):
            chance = 1 / (1 + np.exp(MERIT[row["mr"]] - MERIT[row["ml"]]))
            label = "tie" if rng.random() < 0.1 else "a" if rng.random() < chance else "b"
            said.append({"item": row["id"], "annotator": who, "label": label})
    import_answers(office.store, project=project.id, rows=said, actor=None)
    return project


@pytest.fixture
def rank(office):
    rows = [{"id": f"r{k}", "list": ["one", "two", "three"]} for k in range(6)]
    project = made(office, "rank", "ranking", {"fields": ["list"], "count": 3}, rows)
    said = [
        {"item": f"r{k}", "annotator": who, "label": [1, 2, 3] if who != "cy" or k % 2 else [1, 3, 2]}
        for k in range(6)
        for who in ("ann", "bob", "cy")
    ]
    import_answers(office.store, project=project.id, rows=said, actor=None)
    return project


def test_the_scale_is_of_what_the_fields_name_and_says_what_it_cannot_place(office, duel):
    found = scale_in(office.store, duel)
    assert [one.thing for one in found.groups[0].things] == list(MERIT)
    assert set(found.alone) == {"never", "seen"}
    assert found.comparisons == 180


def test_the_page_the_api_and_the_terminal_show_the_same_scale(office, duel, capsys):
    from web.cli import run

    best = scale_in(office.store, duel).groups[0].things[0]
    browser = office.sign_in("manager")
    page = browser.get("/projects/duel/agreement/scale").text
    assert "north" in page
    assert f"+{best.score:.2f}".replace("0.", ".") in page
    assert "2 things have no comparison yet" in page
    reply = browser.get("/api/v1/projects/duel/scale").json()
    assert reply["groups"][0]["things"][0]["score"] == pytest.approx(best.score)
    assert reply["verdict"].startswith("“north” stands first of 4")
    assert run(["scale", "duel", "--workspace", str(office.path)]) == 0
    assert f"{best.score:+.2f}" in capsys.readouterr().out


def test_concordance_is_shown_with_its_interval_and_who_orders_otherwise(office, rank):
    found = orders_in(office.store, rank)
    assert found.concordance.low < found.concordance.value < 1
    assert found.rankers[0].annotator == "cy"
    browser = office.sign_in("manager")
    page = browser.get("/projects/rank/agreement/order").text
    assert f"W is .{round(100 * found.concordance.value)}" in page
    reply = browser.get("/api/v1/projects/rank/concordance").json()
    assert reply["concordance"]["value"] == pytest.approx(found.concordance.value)


@pytest.mark.parametrize("call", ["scale", "concordance"])
def test_another_kind_is_refused_in_words(office, call):
    reply = office.sign_in("manager").get(f"/api/v1/projects/mood/{call}")
    assert reply.status_code == 400
    assert "instead" in reply.json()["error"]["message"]


def test_an_item_that_holds_no_pair_is_refused_by_its_row(office, duel):
    rows = [{"id": "n1", "l": "x", "r": "y", "ml": "m", "mr": "n"}, {"id": "n2", "l": "x", "ml": "m", "mr": "n"}]
    with pytest.raises(Unusable, match="Row 2, column 'r'"):
        items.import_items(office.store, project=duel.id, rows=rows, actor=None)
