"""Every word of a manager's page comes from the catalogue, whatever state the project is in."""

import re

import pytest

from labeling.services import guidelines

EMPTY = [
    "items", "items/import", "guideline", "guideline/edit", "guideline/comments", "settings",
    "settings/members", "settings/media", "settings/gold", "settings/suggestions", "settings/tokens", "settings/close",
    "log",
]  # fmt: skip
AT_WORK = [
    *EMPTY, "items?state=disputed", "items?search=nothing-fits", "items/one?key=i10", "items/one?key=i20",
    "guideline?version=1", "guideline/diff?from=1&to=2", "settings/members/remove?member=annotator",
]  # fmt: skip
DATA = [
    "Assay", "English", "Deutsch", "The mood", "mood", "How does it sound?", "Be fair", "Look twice", "good", "bad",
    "text", "source", "hidden", "ann", "bob", "cy", "annotator", "manager", "reviewer", "other", "i10", "i20", "UTC",
    "min", "GB", "MB", "KB", "csv", "tsv", "jsonl", "parquet", "Krippendorff", "read", "label", "manage", "majority",
]  # fmt: skip
CHARTS = [
    "of", "Label", "Picture", "Share", "As table", "Day", "Answers", "alpha", "nominal", "Could be anything from", "to",
    "wide", "call", "or", "against", "about", "more", "items", "with", "two", "answers", "would decide", "As table",
]  # fmt: skip
"""What charts and verdicts on agreement say, which have a test of their own."""


def without_data(page):
    """The page without what the log and a comparison of texts quote as it was written."""
    page = re.sub(r'(<table class="rows log">.*?)<tbody>.*?</tbody>', r"\1", page, flags=re.DOTALL)
    page = re.sub(r'<select id="f-action".*?</select>', "", page, flags=re.DOTALL)
    return re.sub(r'<div class="difference">.*?</div>', "", page, flags=re.DOTALL)


@pytest.fixture
def german(office):
    manager = office.sign_in("manager")
    manager.post("/language", data={"language": "de"})
    return manager


@pytest.mark.parametrize("path", EMPTY)
def test_of_a_project_that_begins(office, german, unmarked, path):
    page = german.get(f"/projects/mood/{path}").text
    assert "⟦" in page
    assert " ".join(unmarked(without_data(page), DATA + CHARTS)) == ""


@pytest.mark.parametrize("path", AT_WORK)
def test_of_a_project_at_work(team, german, unmarked, path):
    team.office.store.write(
        guidelines.publish, project=team.office.project.id, body="# The mood\n\nLook twice", note="Look twice",
        change="meaning", actor=None,
    )  # fmt: skip
    page = german.get(f"/projects/mood/{path}").text
    assert "⟦" in page
    assert " ".join(unmarked(without_data(page), DATA + CHARTS)) == ""


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("settings", {"title": "", "overlap": "x"}),
        ("settings", {"title": "", "question": "", "overlap": "2", "target": "90", "gold_rate": "1", "again_rate": "1", "lease_minutes": "5"}),
        ("settings/members", {"name": "", "role": "annotator"}),
        ("settings/members", {"name": "text", "role": "boss"}),
        ("settings/tokens", {"name": ""}),
        ("settings/gold", {"key": "i12", "answer": ""}),
        ("settings/close", {"typed": "no"}),
        ("settings/suggestions", {"withheld": "x"}),
        ("guideline/edit", {"base": "0", "body": "", "note": ""}),
        ("guideline/edit", {"base": "1", "body": "text", "note": ""}),
    ],
)  # fmt: skip
def test_of_a_form_with_an_error(office, german, unmarked, path, fields):
    reply = german.post(f"/projects/mood/{path}", data=fields)
    assert reply.status_code == 400
    assert 'role="alert"' in reply.text
    assert " ".join(unmarked(reply.text, [*DATA, "no", "boss"])) == ""
