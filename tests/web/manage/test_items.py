"""The list of items and one item's page."""

import re

from labeling.services import items as services

NASTY = "<script>alert('x')</script>"


def test_search_finds_text_and_says_when_nothing_fits(team):
    assert "i17" in team.see("items?search=text 17")
    assert "No item fits" in team.see("items?search=unheard-of")


def test_filters_stay_on_the_next_page(team):
    rows = [{"id": f"n{number}", "text": "more"} for number in range(60)]
    services.import_items(team.office.store, project=team.office.project.id, rows=rows, actor=None)
    page = team.manager.get("/projects/mood/items?search=more").text
    following = re.search(r'href="([^"]+)" rel="next"', page)[1].replace("&amp;", "&")
    assert "search=more" in following
    assert "The last 10 items that fit." in team.see(following.removeprefix("/projects/mood/"))


def test_an_unknown_filter_is_refused_in_words(team):
    assert "is no state of an item" in team.see("items?state=lost", 400)
    assert "is no disagreement" in team.see("items?disagreement=much", 400)


def test_one_item_shows_every_answer_with_who_and_when(team):
    page = team.see("items/one?key=i15")
    assert all(name in page for name in ("ann", "bob", "cy", "2.5 s", "imported"))


def test_an_item_that_is_not_there_is_a_404(team):
    team.see("items/one?key=nowhere", 404)


def test_an_item_key_may_be_anything(team):
    key = "a/b?c=d&e#f é%20"
    services.import_items(
        team.office.store, project=team.office.project.id, rows=[{"id": key, "text": "odd"}], actor=None
    )
    page = team.manager.get("/projects/mood/items?search=odd").text
    href = re.search(r'<a href="([^"]+)"><span class="clamp">odd', page)[1].replace("&amp;", "&")
    assert "odd" in team.see(href.removeprefix("/projects/mood/"))


def test_nothing_stored_is_run_on_any_page(team):
    from labeling.services import adjudication

    store, project = team.office.store, team.office.project.id
    services.import_items(store, project=project, rows=[{"id": NASTY, "text": NASTY, NASTY: NASTY}], actor=None)
    store.write(adjudication.adjudicate, project=project, item="i15", answer="good", reason=NASTY, actor=None)
    for path in ("items", f"items/one?key={NASTY}", "items/one?key=i15", "log", "disagreements?item=i15", "settings"):
        assert NASTY not in team.manager.get(f"/projects/mood/{path}").text


def test_the_audit_log_holds_and_a_changed_line_is_found(team):
    assert "Every line holds" in team.send("log/verify", 200)
    import sqlite3

    with sqlite3.connect(team.office.store.path) as raw:
        raw.execute("UPDATE log SET detail = '{}' WHERE id = 3")
    assert "does not hold" in team.send("log/verify", 200)


def test_the_log_is_filtered(team):
    assert "import items" in team.see("log?action=import_items")
    assert "No lines" in team.see("log?action=nothing")
