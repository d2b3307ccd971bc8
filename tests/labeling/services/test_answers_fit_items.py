"""An answer that its item cannot have is refused at every door, and nothing is written."""

import pytest

from labeling.errors import Unusable
from labeling.services import adjudication, gold, items, members, projects, work
from labeling.services.answers import import_answers
from labeling.services.suggestions import put_suggestions
from labeling.store import answers

BEYOND = {"spans": [{"start": 0, "end": 99, "label": "person"}]}
FITS = {"spans": [{"start": 0, "end": 3, "label": "person"}]}
WORDS = "ends beyond the text, which has 7 characters"


@pytest.fixture
def store(world):
    return world.store


@pytest.fixture
def marking(store):
    project = store.write(
        projects.create_project, name="names", question="Who?", kind="spans", options={"labels": ["person"]}, actor=None
    )
    items.import_items(store, project=project.id, rows=[{"id": "a", "text": "Ann ran"}], actor=None)
    member = store.write(members.create_member, name="zoe", actor=None).id
    store.write(projects.set_role, project=project.id, member=member, role="annotator", actor=None)
    return project.id, member


def test_at_the_desk_and_when_it_is_changed(store, marking):
    project, member = marking
    held = store.write(work.hand_out, project=project, member=member).assignments[0]
    given = {"project": project, "member": member, "assignment": held.assignment}
    with pytest.raises(Unusable, match=WORDS):
        store.write(work.submit, **given, answer=BEYOND, key="1")
    store.write(work.submit, **given, answer=FITS, key="2")
    with pytest.raises(Unusable, match=WORDS):
        store.write(work.revise, **given, answer=BEYOND, key="3", revision=1)
    with store.read() as connection:
        assert answers.columns(connection, project).label == [FITS]


def test_from_a_file_by_its_row(store, marking):
    project, _ = marking
    with pytest.raises(Unusable, match=f"Row 7, column 'label': .*{WORDS}"):
        import_answers(
            store, project=project, rows=[{"item": "a", "annotator": "zoe", "label": BEYOND, "line": 7}], actor=None
        )


def test_doccanos_triples_come_in_as_answers(store, marking):
    project, _ = marking
    import_answers(
        store, project=project, rows=[{"item": "a", "annotator": "zoe", "label": [[0, 3, "person"]]}], actor=None
    )
    with store.read() as connection:
        assert answers.columns(connection, project).label == [FITS]


def test_as_gold_as_a_ruling_and_as_a_suggestion(store, marking):
    project, _ = marking
    with pytest.raises(Unusable, match=f"item 'a': .*{WORDS}"):
        store.write(gold.set_gold, project=project, answers={"a": BEYOND}, actor=None)
    with pytest.raises(Unusable, match=WORDS):
        store.write(adjudication.adjudicate, project=project, item="a", answer=BEYOND, reason="so", actor=None)
    with pytest.raises(Unusable, match=f"Row 1, column 'answer': .*{WORDS}"):
        store.write(put_suggestions, project=project, rows=[{"item": "a", "answer": BEYOND, "model": "m"}], actor=None)
