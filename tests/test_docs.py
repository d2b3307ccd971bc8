"""The documentation is true: everything a user can name has its place, and every name in it exists."""

import re
from pathlib import Path

import pytest

from labeling import formats
from labeling.kinds import kinds
from labeling.model import SKIP_REASONS
from web.settings import Settings

ROOT = Path(__file__).parents[1]
HANDBOOK = {path.stem: path.read_text() for path in sorted((ROOT / "web" / "handbook").glob("*.md"))}
WHOLE = "\n".join(HANDBOOK.values())


def test_every_kind_has_its_row_in_the_handbook():
    assert [name for name in kinds() if f"| `{name}` |" not in WHOLE] == []


IN_EXPORTS = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "strings": "list of texts",
    "json": "JSON",
}


@pytest.mark.parametrize("one", kinds().values(), ids=list(kinds()))
def test_the_handbooks_table_says_of_every_kind_what_it_has(one):
    options = one.options(next(iter(one.examples()))[0])
    is_by_classes = bool(one.consensus_labels(options))
    each = "label" if one.labels(options) and (is_by_classes or one.parts(options)) else "–"
    cells = [
        f"`{one.name}`",
        "classes" if is_by_classes else "distance",
        "question" if each == "–" and one.parts(options) else each,
        "the models of the house" if is_by_classes else "a way of its own",
        "yes" if one.gives_confidence(options) else "no",
        "yes" if one.without_script(options) else "as JSON",
        IN_EXPORTS[one.columns(options)["label"]],
    ]
    row = f"| {' | '.join(cells)} |"
    assert row in HANDBOOK["30-projects"], f"web/handbook/30-projects.md lacks the row, or has another: {row}"


@pytest.mark.parametrize("name", kinds())
def test_every_kind_is_worked_by_keyboard_and_on_a_phone_in_a_test(name):
    tests = [path.read_text() for path in (ROOT / "tests" / "browser").glob("test_*.py")]
    mine = [text for text in tests if name == "choice" or f'"{name}"' in text]
    assert any(re.search(r"\.presses\(|keyboard\.press", text) for text in mine), "no test works it by keyboard"
    assert any("PHONE" in text or "360" in text for text in mine), "no test works it on a phone"


def test_every_export_format_has_its_row_in_the_handbook():
    assert [name for name in formats.formats() if f"| `{name}` |" not in WHOLE] == []


def test_every_setting_is_in_the_handbook():
    assert [key for key, _, _ in Settings.listing() if f"`{key}`" not in WHOLE] == []


def test_every_chapter_begins_with_its_title():
    assert [name for name, text in HANDBOOK.items() if not text.startswith("# ")] == []


def test_the_readme_is_short_and_its_links_lead_somewhere():
    text = (ROOT / "README.md").read_text()
    assert len(text.splitlines()) < 150
    links = re.findall(r"\]\((?!http)([^)#]+)", text)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_two_commands_of_the_readme_stand_in_it():
    text = (ROOT / "README.md").read_text()
    assert "pip install uv && uv run --no-dev assay demo" in text
    assert "pip install uv && uv run pytest" in text


def test_reasons_to_skip_are_words_a_person_understands():
    assert all(reason[0].isupper() and " " in reason for reason in SKIP_REASONS.values())
