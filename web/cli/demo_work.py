"""The demo's work: a made-up team at the real desk, on a clock of its own. Prints nothing."""

from __future__ import annotations

import heapq
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

from labeling.model import Desk, Member, Project, Role
from labeling.services import gold, guidelines, items, members, projects, work
from labeling.simulator import INTENTS, Annotator, Clarity, Given, Message, messages
from labeling.store import Store
from web.cli import demo_texts as texts

ITEMS, GOLD, GOLD_RATE, OVERLAP, MIXED_SHARE, MORE = 400, 40, 0.15, 3, 0.6, 60
LABELS = tuple(INTENTS)
PAUSE_SECONDS = 1.5


@dataclass(slots=True)
class Clock:
    """A clock that stands until it is set; milliseconds since 1970."""

    now: int

    def __call__(self) -> int:
        """The time it shows."""
        return self.now


@dataclass(slots=True)
class Team:
    """Who is in the project, and with which password."""

    project: Project
    members: Mapping[str, Member]
    passwords: Mapping[str, str]


@dataclass(slots=True)
class World:
    """What only the maker of the demo knows: each item's truth; and how far each annotator is."""

    cases: Mapping[str, Message]
    known: Mapping[str, str]
    seed: int
    places: dict[str, int] = field(default_factory=dict)

    def truth(self, key: str) -> str:
        """The right label of an item."""
        return next(case.truth for case in self.cases.values() if case.key == key)


def days(now: int) -> tuple[int, int]:
    """Nine in the morning three days ago, and one day ago: when the two parts of the work begin."""
    today = datetime.fromtimestamp(now / 1000, UTC).date()
    morning = [datetime.combine(today - timedelta(days=back), time(9), UTC) for back in (3, 1)]
    return int(morning[0].timestamp() * 1000), int(morning[1].timestamp() * 1000)


def make_world(seed: int) -> World:
    """The messages, and which of the clear ones are gold."""
    made = messages(ITEMS + GOLD, seed=seed, mixed_share=MIXED_SHARE)
    clear = [one for one in made if one.also is None]
    known = {one.key: one.truth for one in clear[:: len(clear) // GOLD][:GOLD]}
    return World({one.text: one for one in made}, known, seed)


def make_team(store: Store, *, passwords: Mapping[str, str], hashes: Mapping[str, str], seed: int) -> Team:
    """The members, the project and their roles."""
    made = {
        name: store.write(
            members.create_member, name=name, password_hash=hashes[name], display=name.capitalize(),
            is_admin=name == texts.MANAGER, actor=None,
        )
        for name in passwords
    }  # fmt: skip
    options = {
        "labels": [
            {"name": label, "description": INTENTS[label], "example": texts.EXAMPLES[label][0],
             "counterexample": texts.EXAMPLES[label][1]}
            for label in LABELS
        ]
    }  # fmt: skip
    mira = made[texts.MANAGER].id
    project = store.write(
        projects.create_project, name=texts.PROJECT, title=texts.TITLE, question=texts.QUESTION, kind="choice",
        options=options, show=["text"], overlap=OVERLAP, gold_rate=GOLD_RATE, lease_minutes=15, seed=seed, actor=mira,
    )  # fmt: skip
    for name, member in made.items():
        role: Role = "manager" if name == texts.MANAGER else "reviewer" if name == texts.REVIEWER else "annotator"
        store.write(projects.set_role, project=project.id, member=member.id, role=role, actor=mira)
    return Team(project, made, passwords)


def bring_in(store: Store, team: Team, world: World) -> int:
    """The messages as items and some of them as gold; how many items there are to label."""
    mira, project = team.members[texts.MANAGER].id, team.project.id
    rows = [one.payload() for one in world.cases.values()]
    done = items.import_items(store, project=project, rows=rows, name="messages.csv", actor=mira)
    store.write(gold.set_gold, project=project, answers=world.known, note="sure without a doubt", actor=mira)
    return done.added - len(world.known)


def bring_in_more(store: Store, team: Team, world: World) -> int:
    """Messages that nobody has seen yet, for whoever wants to try the desk; how many."""
    made = messages(MORE, seed=world.seed + 1, mixed_share=MIXED_SHARE)
    rows = [
        one.payload() | {"id": f"N-{number:04}"} for number, one in enumerate(made, 1) if one.text not in world.cases
    ]
    mira = team.members[texts.MANAGER].id
    return items.import_items(store, project=team.project.id, rows=rows, name="new-messages.csv", actor=mira).added


def publish(store: Store, team: Team, body: str, note: str = "") -> int:
    """A new guideline version; its number."""
    mira = team.members[texts.MANAGER].id
    made = store.write(guidelines.publish, project=team.project.id, body=body, note=note, change="meaning", actor=mira)
    return made.version


def label(store: Store, clock: Clock, team: Team, world: World, clarity: Clarity, *, answers: int | None) -> int:
    """Let the annotators work side by side until so many answers are in (None: until nothing is left); how many came.

    Each takes an item from the desk, needs their own time for it, submits or skips, and gets the next. At the end
    they close the desk, which gives back what they hold.
    """
    turns: list[tuple[int, int, int, Given]] = []
    people = list(texts.ANNOTATORS)
    for number, annotator in enumerate(people):
        clock.now += 20_000
        desk = _sit_down(store, team, annotator)
        _take(turns, clock.now, number, desk, world, annotator, clarity)
    came = 0
    while turns and (answers is None or came < answers):
        at, number, assignment, given = heapq.heappop(turns)
        clock.now = max(clock.now, at)
        desk = _answer(store, team, people[number], assignment, given)
        came += given.label is not None
        _take(turns, clock.now, number, desk, world, people[number], clarity)
    for _, number, assignment, _ in turns:
        who = team.members[people[number].name].id
        store.write(work.release, project=team.project.id, member=who, assignments=[assignment])
    return came


def _sit_down(store: Store, team: Team, annotator: Annotator) -> Desk:
    """Open the desk; read the guideline first where one is due."""
    who, project = team.members[annotator.name].id, team.project.id
    desk: Desk = store.write(work.hand_out, project=project, member=who, hold=1)
    if desk.state == "guideline" and desk.guideline is not None:
        store.write(guidelines.acknowledge, project=project, member=who, version=desk.guideline.version)
        desk = store.write(work.hand_out, project=project, member=who, hold=1)
    return desk


def _take(
    turns: list[tuple[int, int, int, Given]],
    now: int,
    number: int,
    desk: Desk,
    world: World,
    annotator: Annotator,
    clarity: Clarity,
) -> None:
    """Look at the item on the desk and put down when which answer will be given; nothing where there is none."""
    if not desk.assignments:
        return
    held = desk.assignments[0]
    case = world.cases[str(held.fields[0]["value"])]
    place = world.places.get(annotator.name, 0)
    world.places[annotator.name] = place + 1
    given = annotator.answer(case, LABELS, place=place, seed=world.seed, clarity=clarity)
    heapq.heappush(turns, (now + round(1000 * given.seconds), number, held.assignment, given))


def _answer(store: Store, team: Team, annotator: Annotator, assignment: int, given: Given) -> Desk:
    who, project = team.members[annotator.name].id, team.project.id
    desk: Desk
    if given.label is None:
        desk = store.write(work.skip, project=project, member=who, assignment=assignment, reason=given.skip, hold=1)
        return desk
    desk = store.write(
        work.submit, project=project, member=who, assignment=assignment, answer=given.label, key=uuid.uuid4().hex,
        flagged=given.flagged, active_ms=round(1000 * given.seconds), hold=1,
    )  # fmt: skip
    return desk


def shares_right(pairs: Sequence[tuple[Any, Any]]) -> float | None:
    """The share of pairs (said, true) that are equal; None of none."""
    return sum(said == true for said, true in pairs) / len(pairs) if pairs else None
