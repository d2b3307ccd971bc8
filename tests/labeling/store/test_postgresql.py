"""The store's statements are ones that PostgreSQL understands too: asked of a real server where there is one."""

import contextlib
import gc
import importlib
import io
import os
import pkgutil
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.selectable import SelectBase

import labeling.store
from labeling.store.quick import Quick
from labeling.store.schema import metadata
from web.cli import run

DIALECT = postgresql.dialect(paramstyle="numeric_dollar")
PROGRAMS = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)


def as_postgresql(statement) -> str:
    return str(statement.compile(dialect=DIALECT, compile_kwargs={"render_postcompile": True}))


@pytest.fixture(scope="module")
def statements(tmp_path_factory):
    """Every statement of the whole line, from import to export, as PostgreSQL would be asked it."""
    seen: list[SelectBase | UpdateBase] = []

    def note(_connection, statement, *_rest):
        if isinstance(statement, SelectBase | UpdateBase):
            seen.append(statement)

    event.listen(Engine, "before_execute", note)
    try:
        folder = tmp_path_factory.mktemp("demo") / "demo"
        with contextlib.redirect_stdout(io.StringIO()):
            assert run(["demo", str(folder), "--no-serve", "--json"]) == 0
    finally:
        event.remove(Engine, "before_execute", note)
    for module in pkgutil.iter_modules(labeling.store.__path__):
        importlib.import_module(f"labeling.store.{module.name}") if not module.ispkg else None
    quick = [one._statement for one in gc.get_objects() if isinstance(one, Quick)]
    assert len(quick) > 20
    return sorted({as_postgresql(one) for one in [*seen, *quick]})


@pytest.fixture(scope="module")
def tables():
    made = [CreateTable(table) for table in metadata.sorted_tables]
    indices = [CreateIndex(index) for table in metadata.sorted_tables for index in table.indexes]
    return [str(one.compile(dialect=DIALECT)) for one in (*made, *indices)]


def test_every_statement_of_the_whole_line_can_be_said_to_postgresql(statements, tables):
    assert len(statements) > 60
    assert len(tables) > 30


@pytest.fixture(scope="module")
def ask():
    """Asks a PostgreSQL of its own, started for these tests, and gives its complaints."""
    if PROGRAMS is None or not (PROGRAMS / "initdb").exists():
        pytest.skip("no PostgreSQL server is installed here")
    folder = Path(tempfile.mkdtemp())  # a short path: a socket's may not be long
    nobody = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []  # it does not run as root
    if nobody:
        shutil.chown(folder, "postgres")

    def do(program: str, *arguments: str | Path) -> None:
        command = [*nobody, PROGRAMS / program, "-D", folder / "data", *arguments]
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    do("initdb", "-A", "trust", "-U", "assay")
    do("pg_ctl", "-o", f"-k {folder} -c listen_addresses= -c fsync=off", "-l", folder / "log", "-w", "start")

    def asked(text: str) -> str:
        command = ["psql", "-h", folder, "-U", "assay", "-d", "postgres", "-q", "-v", "ON_ERROR_STOP=0"]
        return subprocess.run(command, input=text, capture_output=True, text=True, check=False).stderr

    yield asked
    do("pg_ctl", "-m", "immediate", "stop")
    shutil.rmtree(folder, ignore_errors=True)


def test_a_real_postgresql_takes_the_tables_and_every_statement(ask, tables, statements):
    assert ask(";\n".join([*tables, "CREATE TABLE alembic_version (version_num text)"]) + ";\n") == ""
    prepared = [f"PREPARE q{number} AS {text};" for number, text in enumerate(statements)]
    assert ask("\n".join(prepared)) == ""
