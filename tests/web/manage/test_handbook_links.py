"""Where a page leads to the handbook, the handbook has a heading of that name; and every panel of figures leads there."""

import re

import pytest

from labeling.services.consensus import run_consensus

PAGES = ("overview", "agreement", "agreement/consensus", "disagreements", "datasets", "items", "annotators")


def links(browser, path):
    return re.findall(r'href="(/help/[^"]*)"', browser.get(f"/projects/mood/{path}").text)


@pytest.fixture
def manager(team):
    run_consensus(team.office.store, project=team.office.project.id, actor=None)
    return team.manager


def test_every_link_into_the_handbook_finds_its_heading(manager):
    found = {link for path in PAGES for link in links(manager, path)}
    assert len(found) > 10
    chapters = {}
    for link in sorted(found):
        path, _, anchor = link.partition("#")
        page = chapters.setdefault(path, manager.get(path))
        assert page.status_code == 200, link
        assert f'id="{anchor}"' in page.text, link


@pytest.mark.parametrize("path", ["agreement", "agreement/consensus"])
def test_every_panel_of_figures_leads_to_the_handbook(manager, path):
    page = manager.get(f"/projects/mood/{path}").text
    panels = re.findall(r'<section class="panel" aria-labelledby="(\w+)">(.*?)</section>', page, re.DOTALL)
    assert len(panels) >= 4
    assert not [name for name, panel in panels if '<a class="about" href="/help/' not in panel]


def test_no_heading_of_the_handbook_is_there_twice(manager):
    for chapter in re.findall(r'href="(/help/\w+)"', manager.get("/help").text):
        anchors = re.findall(r'<h\d id="([^"]*)"', manager.get(chapter).text)
        assert len(anchors) == len(set(anchors)), chapter
        assert all(anchors), chapter
