"""No statement on the way of an answer may grow with the project: each goes through the index that is meant for it."""

import importlib
import pkgutil

import pytest

import labeling.store
from labeling.store.quick import Quick

QUICK = {
    f"{module}.{name}": quick
    for module in sorted(entry.name for entry in pkgutil.iter_modules(labeling.store.__path__) if not entry.ispkg)
    for name, quick in vars(importlib.import_module(f"labeling.store.{module}")).items()
    if isinstance(quick, Quick)
}
GROWING = ("items", "assignments", "annotations", "log", "returned", "seats", "gold", "agreed")
"""Tables that grow with the items, the answers or the annotators."""
MEANT = {
    "handout._next_open": "ix_items_open (project_id=? AND rank>?)",
    "handout._next_gold": "ix_items_gold (project_id=? AND rank>?)",
    "handout._last_open": "ix_items_open (project_id=?)",
    "handout._gold_count": "ix_gold_project_id (project_id=?)",
    "handout._came_back": "ix_returned_project_id_id (project_id=? AND id>?)",
    "handout._held": "ix_assignments_held (member_id=? AND project_id=?)",
    "handout._due": "ix_assignments_due (project_id=? AND expires_at<?)",
    "handout._one": "INTEGER PRIMARY KEY (rowid=?)",
    "handout._take": "INTEGER PRIMARY KEY (rowid=?)",
    "handout._seat": "sqlite_autoindex_seats_1 (project_id=? AND member_id=?)",
}


def plan(world, quick: Quick) -> list[str]:
    sql, names, constants = quick._compiled
    values = [constants.get(name, 1) for name in names]
    with world.store.read() as connection:
        raw = connection.connection.dbapi_connection
        return [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {sql}", values)]


@pytest.fixture
def large(world):
    """Enough rows that the planner has something to plan for, and the statistics it might go by."""
    project = world.project(count=300, gold_rate=0.2).id
    world.gold(project, *[f"i{number}" for number in range(20)])
    for member in world.annotators(project, 2):
        world.work_to_the_end(project, member)
    return world


@pytest.mark.parametrize("is_analyzed", [False, True], ids=["as it is", "after ANALYZE"])
def test_no_quick_statement_reads_a_growing_table_from_end_to_end(large, is_analyzed):
    if is_analyzed:
        large.store.write(lambda tx: tx.connection.exec_driver_sql("ANALYZE"))
    for name, quick in QUICK.items():
        for step in plan(large, quick):
            assert not step.startswith(tuple(f"SCAN {table}" for table in GROWING)), (name, step)


def test_no_quick_statement_sorts_what_grows(large):
    for name, quick in QUICK.items():
        if name == "handout._held":  # ten at most
            continue
        assert not [step for step in plan(large, quick) if "TEMP B-TREE" in step], name


@pytest.mark.parametrize("name", MEANT)
def test_a_statement_goes_through_the_index_that_is_meant_for_it(large, name):
    assert any(MEANT[name] in step for step in plan(large, QUICK[name])), plan(large, QUICK[name])


def test_every_quick_statement_runs_on_values_it_names():
    for name, quick in QUICK.items():
        sql, names, _ = quick._compiled
        assert sql.count("?") == len(names), name
