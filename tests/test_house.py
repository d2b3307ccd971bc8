"""The house stays in order: what every commit is held to beside its own tests."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CODE = sorted(path for package in ("labeling", "prep", "web") for path in (ROOT / package).rglob("*.py"))


def run(*command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONWARNINGS": "default"}
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False, env=environment
    )


def test_ruff_finds_nothing():
    done = run("ruff", "check", "--output-format", "concise", ".")
    assert done.returncode == 0, done.stdout + done.stderr


def test_everything_is_formatted():
    done = run("ruff", "format", "--check", ".")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_the_types_are_strict():
    done = run("mypy")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_floors_only_look_down():
    # The command, not the module: the module, run as one, does nothing and calls that a success.
    command = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "kept" in done.stdout


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def offenders(modules: tuple[str, ...], allowed: str) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}: {name}"
        for path in CODE
        if not path.relative_to(ROOT).as_posix().startswith(allowed)
        for name in imports(path)
        if name.split(".")[0] in modules
    ]


def test_sql_is_spoken_only_in_the_store():
    assert offenders(("sqlalchemy", "sqlite3", "alembic", "psycopg"), "labeling/store/") == []


def test_http_is_spoken_only_in_the_web():
    assert offenders(("fastapi", "starlette", "uvicorn", "jinja2", "http", "urllib3", "requests"), "web/") == []


def test_the_environment_is_read_only_in_the_settings():
    reading = re.compile(r"\bos\.(environ|getenv|putenv)\b|from os import .*\b(environ|getenv)\b")
    found = [str(path.relative_to(ROOT)) for path in CODE if reading.search(path.read_text())]
    assert set(found) <= {"web/settings.py"}


def test_no_suppression_goes_without_its_rule():
    bare = re.compile(r"#\s*type:\s*ignore(?!\[)|#\s*noqa(?!:)")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in CODE
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if bare.search(line)
    ]
    assert found == []


def test_the_top_level_holds_only_what_is_agreed():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    if not tracked:
        pytest.skip("no git checkout here")
    agreed = {
        *("pyproject.toml", "README.md", "labeling", "prep", "web", "tests", ".ci", ".gitignore"),
        *("LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "requirements.lock"),
    }
    assert {line.split("/")[0] for line in tracked.split("\n") if line} <= agreed


def test_no_file_names_a_registry_or_this_machine():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    here = str(ROOT.parent) + "/"
    address = re.compile(r"(registry|index-url|index_url)\s*=\s*[\"'{]?.*https?://|/simple[\"'/ ]")
    found = []
    for name in tracked.split("\n"):
        path = ROOT / name
        if name and path.is_file() and path.suffix not in {".png", ".webp", ".ico"}:
            text = path.read_text()
            if name != "tests/test_house.py" and ((len(here) > 2 and here in text) or address.search(text)):
                found.append(name)
    assert found == []


def test_the_lock_holds_every_dependency_with_its_hashes():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lock = (ROOT / "requirements.lock").read_text()
    locked = {line.split("==")[0].split("[")[0].lower() for line in lock.splitlines() if "==" in line[:80]}
    asked = {re.split(r"[\[<>=!~; ]", name, maxsplit=1)[0].lower() for name in project["dependencies"]}
    assert asked <= locked
    assert lock.count("--hash=sha256:") >= len(locked)
    assert "://" not in lock
