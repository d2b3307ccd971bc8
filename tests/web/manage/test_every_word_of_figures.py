"""Every word of the pages with figures, datasets and decisions comes from the catalogue."""

import re

import pytest

from labeling import dataset
from tests.web.manage.test_every_word import DATA, without_data

PAGES = [
    "overview", "agreement", "agreement?by=pair", "agreement?by=label", "agreement/consensus", "disagreements",
    "disagreements?item=i10", "annotators", "annotators/ann", "annotators/cy", "annotators?sort=gold", "overlap",
    "datasets", "datasets/runs",
]  # fmt: skip
FIGURES = [
    "ann",
    "v1",
    "alpha",
    "nominal",
    "α",
    "q",
    "Wilson",
    "Dawid",
    "Skene",
    "auto",
    "bits",
    "bit",
    "asked",
    "vote shares",
]


@pytest.mark.parametrize("path", PAGES)
def test_of_a_project_at_work(team, german, unmarked, path):
    page = german.get(f"/projects/mood/{path}").text
    assert "⟦" in page
    page = re.sub(r'<table class="[^"]*preview.*?</table>', "", page, flags=re.DOTALL)
    assert " ".join(unmarked(without_data(page), [*DATA, *FIGURES])) == ""


@pytest.mark.parametrize(
    "path", ["agreement", "agreement/consensus", "disagreements", "annotators", "overlap", "datasets", "datasets/runs"]
)
def test_of_a_project_that_begins(office, german, unmarked, path):
    page = german.get(f"/projects/mood/{path}").text
    assert "⟦" in page
    assert " ".join(unmarked(page, [*DATA, *FIGURES])) == ""


def test_of_a_snapshot_and_what_changed_since_the_one_before(team, german, unmarked):
    office = team.office
    made = [
        dataset.freeze(office.store, workspace=office.path, project=office.project.id, choices=choices, actor=None)
        for choices in (dataset.Choices(), dataset.Choices(with_gold=True))
    ]
    old, new = (one.snapshot.id[:12] for one in made)
    for path in (f"datasets/{new}", f"datasets/{new}/diff?with={old}", f"datasets/{new}/delete"):
        reply = german.get(f"/projects/mood/{path}")
        assert reply.status_code == 200, reply.text
        page = re.sub(r"<(code|pre|table|dd)\b.*?</\1>", "", reply.text, flags=re.DOTALL)  # names, rows and hashes
        page = re.sub(r'<(ul|div) [^>]*lang="en".*?</\1>', "", page, flags=re.DOTALL)  # says that it is English
        assert " ".join(unmarked(page, [*DATA, *FIGURES, "posteriors", "huggingface", old, new])) == ""


def test_a_share_is_written_as_the_language_has_it_and_is_no_thousand(team, german):
    page = german.get("/projects/mood/agreement").text
    assert "0,667" in page
    assert "0\u202f667" not in page
