"""A small pipeline over two files."""

from datetime import UTC, datetime, timedelta

import pytest

from prep import Pipeline, RunStore

CRM = "Id,Full Name,Age,City\n1, Ana ,31,Bonn\n2,Bo,x,Ulm\n3,Cy,55,Bonn\n"
WEB = "id,plan\n1,pro\n3,free\n4,pro\n"


class Clock:
    """A second passes each time it is looked at."""

    def __init__(self):
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self):
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "crm.csv").write_text(CRM)
    (tmp_path / "web.csv").write_text(WEB)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def store(folder):
    return RunStore(folder / ".prep", Clock())


@pytest.fixture
def people(folder):
    return (
        Pipeline("people", folder=folder)
        .source("crm", "crm.csv")
        .step("clean_names", name="tidy")
        .step("cast", to={"age": "integer"})
        .source("web", "web.csv")
        .merge("join", "cast", "web", on="id")
    )
