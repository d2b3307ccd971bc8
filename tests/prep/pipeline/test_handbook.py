"""The chapters on pipelines are true: their code is run in order, and each table and text below a line of code is what it gives."""

import contextlib
import io
import re
import shlex
from pathlib import Path

import polars as pl
import pytest

CHAPTERS = Path(__file__).parents[3] / "web" / "handbook"


def pieces(chapter):
    """The code to run in order, and the lines of code with what must come of them."""
    blocks = [block for block in re.split(r"\n\s*\n(?! {4})|\n\n(?= {4})", chapter) if block.strip()]
    asked, code = None, []
    for block in blocks:
        if asked is not None and block.startswith(("|", "    ")):
            yield asked, block
            asked = None
        elif re.fullmatch(r"`[^`]+`", block.strip()):
            if code:
                yield "\n\n".join(code), None
            code, asked = [], block.strip().strip("`")
        elif block.startswith("    "):
            lines = [line[4:] for line in block.splitlines()]
            if lines[0].startswith("assay "):
                yield "\n\n".join(code), None
                code = [f"assay({line!r})" for line in lines]
            else:
                code.append("\n".join(lines))
    if code:
        yield "\n\n".join(code), None


def shown(code, names):
    if code.startswith("print("):
        with contextlib.redirect_stdout(io.StringIO()) as said:
            exec(code, names)
        return said.getvalue()
    made = eval(code, names)
    if isinstance(made, pl.DataFrame):
        lines = [made.columns, ["---"] * made.width, *made.rows()]
        return "\n".join(
            "|" + "|".join("" if cell is None else str(cell).strip() for cell in line) + "|" for line in lines
        )
    return str(made)


def squeezed(text):
    lines = [re.sub(r"\s*\|\s*", "|", line.strip()) for line in text.strip().splitlines()]
    return [re.sub(r"-{2,}", "---", line) for line in lines]


def assay(command):
    from web.cli import run

    assert run(shlex.split(command)[1:]) == 0, command


@pytest.mark.filterwarnings("ignore::UserWarning:sklearn")
@pytest.mark.parametrize("name", ["88-pipelines.md", "89-from-raw-to-snapshot.md"])
def test_every_example_of_the_chapter_gives_what_it_says(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names, checked = {"__name__": "chapter", "assay": assay}, 0
    for code, wanted in pieces((CHAPTERS / name).read_text()):
        if wanted is None:
            exec(compile(code, name, "exec"), names)
        else:
            assert squeezed(shown(code, names)) == squeezed(wanted), code
            checked += 1
    assert checked >= 9
