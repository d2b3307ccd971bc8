"""The database is brought up to date by itself, and only when there is something to do."""

import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import labeling.store
from labeling.errors import AssayError
from labeling.services.decisions import decide
from labeling.store import Store, migrate
from labeling.store.schema import metadata

VERSIONS = Path(labeling.store.__file__).parent / "migrations" / "versions"


def test_a_new_database_has_the_tables_of_the_schema_and_no_others(world):
    with world.store.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_a_new_database_has_the_partial_indexes_of_the_schema_word_for_word(world):
    made = dict(world.sql("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql NOTNULL"))
    wanted = {
        index.name: str(index.dialect_options["sqlite"]["where"])
        for table in metadata.sorted_tables
        for index in table.indexes
        if index.dialect_options["sqlite"]["where"] is not None
    }
    assert wanted
    assert {name: made[name].partition(" WHERE ")[2] for name in wanted} == wanted


def test_the_head_named_in_the_code_is_the_newest_file():
    newest = max(path.name for path in VERSIONS.glob("[0-9]*.py"))
    assert newest.startswith(f"{migrate.HEAD}_")
    assert re.search(rf'^revision = "{migrate.HEAD}"$', (VERSIONS / newest).read_text(), re.MULTILINE)


def test_opening_again_imports_no_alembic_and_nothing_heavy(tmp_path):
    Store.open(tmp_path / "assay.db").close()
    heavy = ("alembic", "pandas", "pandera", "pyarrow", "polars", "numpy", "scipy")
    code = (
        "import sys; from labeling.store import Store; import labeling.services.work, labeling.services.items\n"
        "Store.open(sys.argv[1]).close()\n"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "assay.db"], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_opening_again_changes_not_a_byte_of_what_is_there(world):
    before = world.everything()
    Store.open(world.store.path).close()
    assert world.everything() == before


def test_a_database_of_a_newer_assay_is_refused_in_words(tmp_path):
    path = tmp_path / "assay.db"
    Store.open(path).close()
    file = sqlite3.connect(path)
    with file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")
    file.close()
    with pytest.raises(AssayError, match="made by a newer Assay .schema 9999.. Update Assay"):
        Store.open(path)


def test_items_asked_once_more_before_they_were_named_are_named_by_the_migration(tmp_path, world):
    """The mark of 0005 is put back into a workspace of today, which is then brought up to date again."""
    project = world.project(count=4).id
    bob = world.member(project, name="bob")
    world.work_to_the_end(project, bob)
    world.store.write(decide, project=project, annotator="bob", decision="requeue", reason="look", actor=world.root)
    named = world.sql("SELECT member_id, item_id, project_id FROM requeued ORDER BY item_id")
    world.store.close()
    file = sqlite3.connect(world.store.path)
    with file:
        last = file.execute("SELECT max(id) FROM annotations").fetchone()[0]
        file.executescript(
            "ALTER TABLE assignments DROP COLUMN shown; ALTER TABLE annotations DROP COLUMN shown;"
            "ALTER TABLE assignments DROP COLUMN suggested; ALTER TABLE annotations DROP COLUMN suggested;"
            "DROP TABLE media; ALTER TABLE projects DROP COLUMN shows;"
            "ALTER TABLE projects DROP COLUMN costs;"
            "ALTER TABLE projects DROP COLUMN withheld; ALTER TABLE members DROP COLUMN desk;"
            "DROP TABLE suggestions; DROP TABLE remarks; DROP INDEX ix_annotations_commented;"
            " DROP TABLE requeued; ALTER TABLE seats DROP COLUMN reread_at; ALTER TABLE decisions DROP COLUMN"
            " guideline_version; ALTER TABLE seats ADD COLUMN requeued_to BIGINT NOT NULL DEFAULT 0;"
            f"UPDATE seats SET requeued_to = {last}; UPDATE alembic_version SET version_num = '0005'"
        )
    file.close()
    with Store.open(world.store.path) as store, store.read() as connection:
        raw = connection.connection.dbapi_connection
        found = raw.execute("SELECT member_id, item_id, project_id FROM requeued ORDER BY item_id").fetchall()
    assert len(named) == 4
    assert found == named


OPEN = "import sys; from labeling.store import Store; Store.open(sys.argv[1]).close()"


def test_a_new_workspace_may_be_opened_by_several_processes_at_once(tmp_path):
    crowd = [
        subprocess.Popen([sys.executable, "-c", OPEN, tmp_path / "assay.db"], stderr=subprocess.PIPE) for _ in range(4)
    ]
    ends = [(process.communicate(timeout=60)[1][-300:], process.returncode) for process in crowd]
    assert [code for _, code in ends] == [0, 0, 0, 0], ends
