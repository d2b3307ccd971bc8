"""The chapter on checking is true: its code is run in order, and each text below a line of code is what that prints."""

import contextlib
import dataclasses
import io
import re
from pathlib import Path

from prep.drift import Thresholds
from prep.schema import Column

CHAPTER = (Path(__file__).parents[2] / "web" / "handbook" / "83-checking.md").read_text()


def test_every_text_of_the_chapter_is_what_its_code_prints():
    names, checked, asked = {}, 0, None
    for block in re.split(r"\n\s*\n(?! {4})|\n\n(?= {4})", CHAPTER):
        if re.fullmatch(r"`print\(.+\)`", block.strip()):
            asked = block.strip().strip("`")
        elif block.startswith("    "):
            code = "\n".join(line[4:] for line in block.splitlines())
            if asked is None:
                exec(code, names)
                continue
            with contextlib.redirect_stdout(io.StringIO()) as said:
                exec(asked, names)
            assert said.getvalue().strip() == code.strip()
            checked, asked = checked + 1, None
    assert checked == 4


def test_every_field_of_a_column_and_every_threshold_has_its_word():
    fields = [one.name for one in dataclasses.fields(Column) if one.name != "name"]
    fields += [one.name for one in dataclasses.fields(Thresholds)]
    assert [name for name in fields if f"`{name}`" not in CHAPTER] == []
