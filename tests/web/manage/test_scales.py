"""A rating's consensus on the pages: how sure it is within one point, and the median of the answers beside it."""

import re

import pytest

from labeling.services import items, projects
from labeling.services.answers import import_answers
from labeling.services.consensus import run_consensus

GIVEN = {"i0": (2, 3, 5), "i1": (4, 4, 4), **{f"i{n}": (n % 5 + 1,) * 3 for n in range(2, 20)}}


@pytest.fixture
def rated(office, read):
    project = office.store.write(
        projects.create_project,
        name="rude",
        question="How rude?",
        kind="rating",
        options={"low": 1, "high": 5},
        actor=None,
    )
    office.store.write(
        projects.set_role, project=project.id, member=office.people["manager"], role="manager", actor=None
    )
    items.import_items(office.store, project=project.id, rows=[{"id": key, "text": key} for key in GIVEN], actor=None)
    rows = [
        {"item": key, "annotator": who, "label": point}
        for key, points in GIVEN.items()
        for who, point in zip(("ann", "bob", "cid"), points, strict=True)
    ]
    import_answers(office.store, project=project.id, rows=rows, actor=None)
    run_consensus(office.store, project=project.id, actor=None)
    manager = office.sign_in("manager")
    return lambda path: read(manager.get(f"/projects/rude/{path}").text)


@pytest.mark.parametrize("path", ["items/one?key=i0", "disagreements?item=i0"])
def test_the_median_stands_beside_the_model_with_how_sure_it_is_within_one_point(rated, path):
    page = rated(path)
    told = re.search(r"confidence (\.\d\d).*?(\.\d\d) within one point; the median of the answers is 3\b", page)
    assert told, page
    assert float(told[2]) >= float(told[1])
