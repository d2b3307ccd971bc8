"""The chapter on merging is true: its code is run in order, and each table and text below a line of code is what that gives."""

import contextlib
import io
import re
from pathlib import Path

import pytest

CHAPTER = (Path(__file__).parents[3] / "web" / "handbook" / "87-merging.md").read_text()


def pieces():
    """The code to run in order, and the lines of code with what must come of them."""
    blocks = [block for block in re.split(r"\n\s*\n(?! {4})|\n\n(?= {4})", CHAPTER) if block.strip()]
    asked = None
    for block in blocks:
        if asked is not None and (block.startswith(("|", "    "))):
            yield asked, block
            asked = None
        elif re.fullmatch(r"`[^`]+`", block.strip()):
            asked = block.strip().strip("`")
        elif block.startswith("    "):
            yield "\n".join(line[4:] for line in block.splitlines()), None


def table_of(frame):
    lines = [frame.columns, ["---"] * frame.width, *frame.rows()]
    return ["|" + "|".join("" if cell is None else str(cell) for cell in line) + "|" for line in lines]


def squeezed(block):
    return [re.sub(r"\s*\|\s*", "|", line.strip()) for line in block.strip().splitlines()]


def test_every_table_and_text_of_the_chapter_is_what_its_code_gives():
    names, checked = {}, 0
    for code, wanted in pieces():
        if wanted is None:
            exec(code, names)
            continue
        checked += 1
        if wanted.startswith("|"):
            assert table_of(eval(code, names)) == squeezed(wanted), code
        else:
            assert said(code, names).split() == wanted.split(), code  # where lines break is the page's
    assert checked >= 14


def said(code, names):
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            eval(code, names)
    except names["prep"].PrepError as error:
        return f"{type(error).__name__}: {error}"
    return printed.getvalue().rstrip("\n")


@pytest.mark.parametrize("name", ["join", "union", "asof", "coalesce_sources", "link"])
def test_every_way_of_merging_has_its_place_in_the_chapter(name):
    assert f"| `{name}` |" in CHAPTER
