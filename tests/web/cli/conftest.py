"""The command as a person runs it: arguments in, exit code, output and complaints out."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from web.cli import run


@dataclass
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def data(self):
        """Its output as JSON."""
        return json.loads(self.out)


class Terminal:
    """A folder with a workspace in it, and the command."""

    def __init__(self, folder: Path, capsys) -> None:
        self.folder, self.workspace, self._capsys = folder, folder / "team", capsys

    def __call__(self, *arguments: object, here: bool = True) -> Ended:
        """Run `assay` with these arguments, in the workspace unless told otherwise."""
        words = [str(one) for one in arguments]
        code = run([*words, "--workspace", str(self.workspace)] if here else words)
        said = self._capsys.readouterr()
        return Ended(code, said.out, said.err)

    def file(self, name: str, text: str | bytes) -> Path:
        """A file beside the workspace."""
        path = self.folder / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def project(self, name: str = "intents", *more: object) -> None:
        """A project with three labels."""
        done = self("project", "create", name, "--labels", "refund,delivery,praise", "-q", "What?", *more)
        assert done.code == 0, done.err

    def items(self, count: int = 4, name: str = "intents") -> None:
        """Items i0, i1, … in the project."""
        rows = "".join(f"i{number},text {number}\n" for number in range(count))
        done = self("import", name, self.file("items.csv", "id,text\n" + rows))
        assert done.code == 0, done.err

    def answers(self, count: int = 4, name: str = "intents") -> None:
        """Three answers to each item; one annotator differs on every other."""
        labels = ("refund", "delivery", "praise")
        rows = [
            f"i{item},{who},{labels[(item + (who == 'cleo' and item % 2)) % 3]},{5 + item}\n"
            for item in range(count)
            for who in ("ann", "bob", "cleo")
        ]
        done = self("import-answers", name, self.file("answers.csv", "task,worker,label,seconds\n" + "".join(rows)))
        assert done.code == 0, done.err


@pytest.fixture
def assay(tmp_path, capsys, monkeypatch):
    """The command, with a new workspace."""
    monkeypatch.chdir(tmp_path)
    terminal = Terminal(tmp_path, capsys)
    assert terminal("init", terminal.workspace, here=False).code == 0
    return terminal


@pytest.fixture
def labeled(assay):
    """The command, with a project whose twelve items have three answers each."""
    assay.project()
    assay.items(12)
    assay.answers(12)
    return assay
