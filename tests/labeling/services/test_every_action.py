"""What holds of every action there is: what it changes has its line in the log, and PostgreSQL would understand it too.

A new service is found here by itself, and fails until it has a story below.
"""

import base64
import importlib
import inspect
import io
import pkgutil

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.dialects import postgresql

import labeling.services
import labeling.store
from labeling.services import answers, items, media, members, work
from labeling.services.consensus import run_consensus
from labeling.store import annotators, chain
from labeling.store import answers as stored_answers
from labeling.store import consensus as stored_consensus
from labeling.store import decisions as stored_decisions
from labeling.store import gold as stored_gold
from labeling.store import guidelines as stored_guidelines
from labeling.store import items as stored_items
from labeling.store import media as stored_media
from labeling.store import members as stored_members
from labeling.store import overlap as stored_overlap
from labeling.store import projects as stored_projects
from labeling.store import remarks as stored_remarks
from labeling.store import suggestions as stored_suggestions
from labeling.store.quick import Quick

SILENT = {"touch_session", "renew", "keep_figures"}
"""They change nothing that anybody relies on: when a session or a lease ends, what can be measured again."""


DOT = base64.b64decode("R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==")


def modules(package):
    return [
        importlib.import_module(f"{package.__name__}.{entry.name}") for entry in pkgutil.iter_modules(package.__path__)
    ]


ACTIONS = {
    name: action
    for module in modules(labeling.services)
    for name, action in inspect.getmembers(module, inspect.isfunction)
    if not name.startswith("_")
    and action.__module__ == module.__name__
    and next(iter(inspect.signature(action).parameters.values())).annotation == "Writing"
}


def signed_in(world):
    member = world.member()
    world.store.write(members.open_session, member=member, token_hash="s")
    return member


def invited(world):
    member = world.member()
    world.store.write(members.invite, member=member, secret_hash="i", actor=None)
    return member


def token(world):
    given = {"name": "t", "token_hash": "h", "scopes": ["read"], "actor": None}
    return world.store.write(members.create_token, member=world.member(), **given).id


def holding(world, **more):
    """A project with an annotator, and what they hold."""
    project = world.project(count=3).id
    member = world.member(project)
    held = world.desk(project, member).assignments[0].assignment
    return {"project": project, "member": member, **more}, held


def answered(world):
    given, held = holding(world)
    world.submit(given["project"], given["member"], held)
    return given, held


def with_lease_run_out(world):
    given, _ = holding(world)
    world.clock.pass_minutes(60)
    return {"project": given["project"]}


def ruled(world):
    project = world.project(count=2).id
    give = {"project": project, "item": "i0", "reason": "because"}
    world.store.write(ACTIONS["adjudicate"], **give, answer="a", actor=world.root)
    return {**give, "actor": world.root}


def published(world):
    project = world.project().id
    world.publish(project)
    return {"project": project, "member": world.member(project), "version": 1}


def closed(world):
    project = world.project().id
    world.store.write(ACTIONS["close_project"], project=project, actor=None)
    return {"project": project, "actor": None}


def disabled(world):
    member = world.member()
    world.store.write(members.disable_member, member=member, actor=None)
    return {"member": member, "actor": None}


def with_gold(world):
    project = world.project(count=2).id
    world.gold(project, "i0")
    return {"project": project, "item_key": "i0", "actor": None}


def with_media(world):
    project = world.project().id
    workspace = world.store.path.parent
    sent = media.Sent("dot.gif", lambda: io.BytesIO(DOT))
    media.add_media(world.store, workspace=workspace, project=project, files=[sent], actor=None)
    return {"workspace": workspace, "project": project, "names": ["dot.gif"], "reason": "asked", "actor": None}


def leased(world, **more):
    given, held = holding(world)
    return {**given, "assignment": held, **more}


def leases(world):
    given, held = holding(world)
    world.clock.pass_minutes(1)
    return {**given, "assignments": [held]}


def revised(world):
    given, held = answered(world)
    return {**given, "assignment": held, "answer": "b", "key": "r", "revision": 1}


def decided(world):
    project = world.project(count=2).id
    world.member(project, name="ann")
    return {"project": project, "annotator": "ann", "decision": "pause", "reason": "because", "actor": world.root}


def disputed(world):
    given, held = answered(world)
    number = world.store.write(ACTIONS["dispute"], **given, assignment=held, reason="I stand by it")
    return {
        "project": given["project"],
        "dispute": number,
        "accept": True,
        "answer": "You are right",
        "actor": world.root,
    }


def standing_by(world):
    given, held = answered(world)
    return {**given, "assignment": held, "reason": "I stand by it"}


def frozen(world, **more):
    return {"project": world.project().id, "snapshot": "abc", "actor": None, **more}


def commented(world):
    given, held = holding(world)
    world.submit(given["project"], given["member"], held, comment="Is this a refund?")
    return {"project": given["project"], "assignment": held, "reply": "It is.", "is_solved": True, "actor": world.root}


SUGGESTED = [{"item": "i1", "answer": "a", "model": "m", "confidence": 0.9}]


def with_suggestions(world):
    project = world.project(count=2).id
    world.store.write(ACTIONS["put_suggestions"], project=project, rows=SUGGESTED, actor=None)
    return {"project": project, "actor": None}


NEW = {"name": "new", "question": "?", "kind": "choice", "options": {"labels": ["a", "b"]}, "actor": None}
STORIES = {
    "accept_invite": lambda world: invited(world) and {"secret_hash": "i", "password_hash": "p"},
    "acknowledge": published,
    "adjudicate": lambda world: ruled(world) | {"item": "i1", "answer": "b"},
    "answer_comment": commented,
    "change_project": lambda world: {"project": world.project(count=2).id, "overlap": 5, "actor": None},
    "close_project": lambda world: {"project": world.project().id, "actor": None},
    "close_session": lambda world: signed_in(world) and {"token_hash": "s"},
    "close_sessions": lambda world: {"member": signed_in(world), "actor": None},
    "create_member": lambda world: {"name": "new", "actor": None},
    "create_project": lambda world: NEW,
    "create_token": lambda world: {
        "member": world.member(),
        "name": "t",
        "token_hash": "h",
        "scopes": ["read"],
        "actor": None,
    },
    "decide": decided,
    "disable_member": lambda world: {"member": signed_in(world), "actor": None},
    "dispute": standing_by,
    "enable_member": disabled,
    "hand_out": lambda world: {"project": (project := world.project(count=3).id), "member": world.member(project)},
    "keep_figures": lambda world: {
        "project": world.project().id,
        "state": 1,
        "answers": 2,
        "seconds": 0.5,
        "bodies": {"agreement": "{}"},
    },
    "invite": lambda world: {"member": world.member(), "secret_hash": "i", "actor": None},
    "open_session": lambda world: {"member": world.member(), "token_hash": "s"},
    "publish": lambda world: {"project": world.project().id, "body": "Do.", "actor": None},
    "reclaim": with_lease_run_out,
    "record_removal": lambda world: frozen(world, how="deleted", reason="a mistake"),
    "erase_items": lambda world: {
        "project": world.project(count=2).id,
        "keys": ["i1"],
        "reason": "asked",
        "actor": None,
    },
    "erase_member": lambda world: {"member": world.member(), "reason": "asked", "actor": None},
    "remove_media": with_media,
    "record_export": lambda world: frozen(world, written_as="csv", options={"split": [0.8, 0.2]}),
    "record_snapshot": lambda world: frozen(world, items=1, annotations=2, is_new=True),
    "record_tag": lambda world: frozen(world, tag="latest", before=None),
    "release": leases,
    "remove_gold": with_gold,
    "renew": leases,
    "reopen_project": closed,
    "revise": revised,
    "revoke_token": lambda world: {"token": token(world), "actor": None},
    "set_admin": lambda world: {"member": world.member(), "is_admin": True, "actor": None},
    "set_desk": lambda world: {"member": world.member(), "chosen": {"keys": {"skip": ["x"]}}},
    "set_gold": lambda world: {"project": world.project(count=2).id, "answers": {"i1": "a"}, "actor": None},
    "set_password": lambda world: {"member": world.member(), "password_hash": "p", "actor": None},
    "set_role": lambda world: {
        "project": world.project().id,
        "member": world.member(),
        "role": "reviewer",
        "actor": None,
    },
    "settle_dispute": disputed,
    "skip": lambda world: leased(world, reason="other"),
    "submit": lambda world: leased(world, answer="a", key="k"),
    "put_suggestions": lambda world: {"project": world.project(count=2).id, "rows": SUGGESTED, "actor": None},
    "remove_suggestions": with_suggestions,
    "touch_session": lambda world: signed_in(world) and {"token_hash": "s", "hours": 99},
    "withdraw": ruled,
}


def test_every_action_has_a_story():
    assert set(STORIES) == set(ACTIONS)


@pytest.mark.parametrize("name", sorted(STORIES))
def test_an_action_that_changes_something_has_its_line_in_the_log(world, name):
    given = STORIES[name](world)
    before, lines = world.everything("log", "log_head"), world.actions()
    world.store.write(ACTIONS[name], **given)
    changed = world.everything("log", "log_head") != before
    assert changed or name.startswith("record_"), "the story changes nothing"
    assert (len(world.actions()) > len(lines)) == (name not in SILENT)


@pytest.mark.parametrize("name", sorted(set(STORIES) - {"touch_session", "close_session", "reclaim"}))
def test_an_action_on_what_is_not_there_changes_nothing(world, name):
    given = STORIES[name](world)
    aims = [name for name in ("project", "member", "token", "item", "assignment") if name in given]
    before = world.everything()
    for aim in aims:
        missing = "nothing" if aim == "item" else 999_999
        with pytest.raises(labeling.errors.AssayError):
            world.store.write(ACTIONS[name], **given | {aim: missing})
    assert world.everything() == before


def test_a_driver_that_fails_halfway_has_no_line_in_the_log(world):
    project = world.project().id
    before = world.actions()
    with pytest.raises(labeling.errors.Unusable):
        items.import_items(world.store, project=project, rows=[{"id": 1, "text": "x"}, {"id": None}], actor=None)
    with pytest.raises(labeling.errors.Unusable):
        answers.import_answers(world.store, project=project, rows=[{"item": "1"}], actor=None)
    with pytest.raises(labeling.errors.Unusable):
        run_consensus(world.store, project=project, actor=None)
    assert world.actions() == before


def read_all(world, project, member):
    """Every sort of question that pages ask."""
    with world.store.read() as connection:
        for part in (None, "open", "part_done", "all_done", "held", "skipped"):
            stored_items.page(connection, project, part=part)
        stored_items.page(
            connection, project, state="done", label="a", search="x", disagreement_at_least=0.1, flagged=True, gold=False,
            annotator="m0", after=1,
        )  # fmt: skip
        stored_items.one(connection, project, "i0")
        stored_items.counts(connection, project)
        stored_answers.columns(connection, project, annotator="m0")
        stored_answers.columns(connection, project, with_excluded=True, with_again=True)
        stored_decisions.listing(connection, project, member=member)
        stored_decisions.states(connection, project)
        stored_decisions.disputes(connection, project, is_open=True, member=member)
        stored_overlap.spread(connection, project, 5)
        stored_overlap.slots(connection, project)
        stored_answers.mine(connection, project, member, before=99)
        stored_consensus.disagreements(connection, project, after=(0.5, 1), at_least=0.1)
        stored_consensus.disputed_count(connection, project, 0.5)
        stored_consensus.label_counts(connection, project)
        stored_gold.answers(connection, project)
        stored_suggestions.standing(connection, project)
        stored_suggestions.answered(connection, project)
        stored_remarks.listing(connection, project, is_open=True, member=member)
        stored_remarks.one(connection, project, 1)
        stored_guidelines.readers(connection, project)
        stored_media.find(connection, project, ["a/b.png"])
        stored_media.page(connection, project, search="x", after="a")
        stored_media.totals(connection, project)
        stored_media.by_hash(connection, project, "0")
        stored_media.named_by(connection, project, [1])
        stored_members.listing(connection)
        stored_projects.of_member(connection, member)
        annotators.table(connection, project)
        annotators.per_day(connection, project)
        chain.page(connection, project=project, action="x", actor="root", before=9)
        chain.verify(connection)


def test_what_the_store_says_to_sqlite_postgresql_understands_too(world):
    said = []

    def listen(_connection, statement, *_):
        said.append(statement)

    event.listen(Engine, "before_execute", listen)
    try:
        project = world.project(count=20).id
        member = world.member(project)
        world.work_to_the_end(project, member)
        answers.import_answers(
            world.store, project=project, rows=[{"item": "i1", "annotator": "x", "label": "b"}], actor=None
        )
        run_consensus(world.store, project=project, actor=None)
        for name in ("withdraw", "accept_invite", "revoke_token"):
            world.names.append(name)
        world.store.write(ACTIONS["change_project"], project=project, overlap=4, actor=None)
        world.store.write(work.reclaim, project=project)
        read_all(world, project, member)
    finally:
        event.remove(Engine, "before_execute", listen)
    said += [
        quick._element
        for module in modules(labeling.store)
        for quick in vars(module).values()
        if isinstance(quick, Quick)
    ]
    assert len(said) > 100
    dialect = postgresql.dialect()
    for statement in said:
        assert "sqlite" not in str(statement.compile(dialect=dialect)).lower()


def test_no_statement_is_written_by_hand_but_what_begins_and_ends_a_transaction():
    by_hand = {
        f"{module.__name__.rpartition('.')[2]}: {line.strip()}"
        for module in modules(labeling.store)
        if not hasattr(module, "__path__")
        for line in inspect.getsource(module).splitlines()
        if "exec_driver_sql(" in line or "raw.execute(" in line or "import text" in line
    }
    assert not {line for line in by_hand if not line.startswith(("engine: ", "migrate: ", "quick: "))}
