"""Every word of a manager's page comes from the catalogue, whatever state the project is in."""

import re
from pathlib import Path

import pytest

import labeling
from labeling.services import guidelines
from web.routes.manage import log

EMPTY = [
    "overview", "items", "items/import", "guideline", "guideline/edit", "guideline/comments", "settings",
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
    "wide", "call", "or", "against", "about", "more", "items", "with", "two", "answers", "would decide", "As a table",
]  # fmt: skip
"""What charts and verdicts on agreement say, which have a test of their own."""


def without_data(page):
    """The page without what the log and a comparison of texts quote as it was written."""
    page = re.sub(r'(<table class="rows log">.*?)<tbody>.*?</tbody>', r"\1", page, flags=re.DOTALL)
    page = re.sub(r'<select id="f-action".*?</select>', "", page, flags=re.DOTALL)
    return re.sub(r'<div class="difference">.*?</div>', "", page, flags=re.DOTALL)


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


def test_of_a_project_to_be_made(office, unmarked):
    german = office.sign_in("admin")
    german.post("/language", data={"language": "de"})
    pages = [
        german.get("/projects/new"),
        german.get("/projects/new?kind=spans"),
        german.post("/projects/new", data={"name": "A b", "kind": "rating"}),
    ]
    assert pages[-1].status_code == 400
    for page in pages:
        assert "⟦" in page.text
        example = re.compile(r"<pre\b.*?</pre>", re.DOTALL)
        assert " ".join(unmarked(example.sub("", page.text), [*DATA, "admin"])) == ""


CSV = {"file": ("three.csv", b"key,text,label\nx1,good,bad\nx2,bad,good\n")}


@pytest.mark.parametrize("what", ["items", "answers"])
def test_of_a_file_looked_at_and_of_the_job_that_brings_it_in(office, german, unmarked, what):
    found = german.post("/projects/mood/items/import", data={"what": what}, files=CSV)
    address = found.headers["location"]
    looked = german.get(address)
    assert "three.csv" in looked.text
    assert " ".join(unmarked(looked.text, [*DATA, "three", "key", "utf", "x1", "x2"])) == ""
    if what == "answers":  # no column tells whose they are
        return
    there = german.post(address, data={"id_column": "key"}).headers["location"]
    first = german.get(there, follow_redirects=False)
    while first.status_code != 303:
        assert " ".join(unmarked(first.text, [*DATA, "three"])) == ""
        first = german.get(there, follow_redirects=False)
    told = german.get(first.headers["location"])
    assert 'class="flash good"' in told.text
    assert " ".join(unmarked(told.text, [*DATA, "three", "x1", "x2"])) == ""


def test_of_a_job_that_failed(office, german, unmarked):
    twice = {"file": ("twice.csv", b"key,text\nx1,good\nx1,bad\n")}
    address = german.post("/projects/mood/items/import", data={"what": "items"}, files=twice).headers["location"]
    there = german.post(address, data={"id_column": "key"}).headers["location"]
    page = german.get(there)
    while page.status_code == 200:
        page = german.get(there)
    assert "x1" in page.text
    assert " ".join(unmarked(page.text, [*DATA, "twice", "x1", "key"])) == ""


def test_every_action_of_the_log_has_words():
    sources = "\n".join(path.read_text(encoding="utf-8") for path in Path(labeling.__file__).parent.rglob("*.py"))
    named = set(re.findall(r"(?:\b(?:tx|writing)\.log\(\s*[^,\n]+,\s*|_Line\()\"([a-z_]+)\"", sources))
    assert len(named) > 40
    assert "submit" in named
    assert named == set(log.ACTIONS)


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
