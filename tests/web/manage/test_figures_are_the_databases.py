"""What a page says in numbers is what the tables hold, and the rows behind a number are as many."""

import re

import pytest

ITEMS = "SELECT count(*) FROM items WHERE pool = 'work'"


def rows_behind(team, query):
    """How many items the list shows for a query, over all its pages."""
    address, count = f"/projects/mood/items?{query}", 0
    while address:
        page = team.manager.get(address).text
        count += page.count("<tr data-href")
        found = re.search(r'href="([^"]+)" rel="next"', page)
        address = found[1].replace("&amp;", "&") if found else ""
    return count


def test_the_overview_begins_with_how_many_items_are_done(team):
    done = team.sql(f"{ITEMS} AND answered >= wanted")
    assert f"{done} of {team.sql(ITEMS)} items are done" in team.see("overview")


@pytest.mark.parametrize(
    ("query", "condition"),
    [
        ("part=all_done", "pool = 'work' AND answered >= wanted"),
        ("part=part_done", "pool = 'work' AND answered > 0 AND answered < wanted"),
        ("part=open", "pool = 'work' AND answered = 0"),
        ("gold=1", "pool = 'gold'"),
        ("", "1 = 1"),
    ],
)
def test_a_number_leads_to_as_many_rows(team, query, condition):
    assert rows_behind(team, query) == team.sql(f"SELECT count(*) FROM items WHERE {condition}")


def test_answers_by_label_sum_to_all_answers(team):
    counted = {
        label: team.sql(f"""SELECT count(*) FROM annotations WHERE counted AND answer = '"{label}"'""")
        for label in ("good", "bad")
    }
    page = team.see("overview")
    assert all(f"{label} {count}" in page for label, count in counted.items())
    assert sum(counted.values()) == team.answers


def test_an_annotators_row_says_how_many_they_answered(team):
    count = team.sql("SELECT count(*) FROM annotations WHERE member_id = (SELECT id FROM members WHERE name = 'cy')")
    assert re.search(rf"\bcy not known yet \w+ {count} ", team.see("annotators"))


def test_the_queue_is_as_long_as_there_are_items_whose_answers_differ(team):
    differing = """SELECT count(*) FROM (SELECT item_id FROM annotations WHERE item_id IN
        (SELECT id FROM items WHERE pool = 'work') GROUP BY item_id HAVING count(DISTINCT answer) > 1)"""
    assert f"On {team.sql(differing)} items without a ruling" in team.see("disagreements")


def test_agreement_is_never_said_without_its_interval_and_its_items(team):
    said = r"\.\d+ Krippendorff's alpha.*95 % interval \.\d+ to \.\d+, from 24 items"
    assert re.search(said, team.see("agreement"))


def test_with_too_few_answers_a_page_says_how_few_instead_of_a_share(team):
    assert "no gold yet" in team.see("annotators")


def test_a_consensus_that_is_behind_the_answers_says_so(team):
    assert "Up to date" in team.see("agreement/consensus")
    from labeling.services.answers import import_answers

    more = [{"item": "i35", "annotator": "ann", "label": "good"}]
    import_answers(team.office.store, project=team.office.project.id, rows=more, actor=None)
    assert "1 has come since. Compute it again." in team.see("agreement/consensus")


def test_every_page_says_as_of_when(team):
    for path in ("overview", "items", "agreement", "annotators", "log"):
        assert re.search(r"As of \d\d:\d\d:\d\d", team.see(path))
