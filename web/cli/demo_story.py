"""The demo told: each step is done for real, then what was found is said in plain words."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labeling.store import Store, now_ms
from web.cli import demo_found as found
from web.cli import demo_texts as texts
from web.cli import demo_work as work
from web.cli.screen import between, count, facts, figure, heading, link, note, say, share, short, table

if TYPE_CHECKING:
    from labeling.agreement import Coefficient
    from web.settings import Workspace

FIRST_PART, RULINGS, TAG = 520, 6, "v1"


@dataclass(slots=True)
class Figures:
    """What the demo found. Agreement is value, low, high; shares are 0 to 1."""

    items: int = 0
    gold: int = 0
    answers: int = 0
    agreement_before: list[float | None] = field(default_factory=list)
    agreement_after: list[float | None] = field(default_factory=list)
    change: str = ""
    standings: dict[str, str] = field(default_factory=dict)
    majority_right: float | None = None
    consensus_right: float | None = None
    sure: int = 0
    sure_right: float | None = None
    dataset_right: float | None = None
    snapshot: str = ""
    export: str = ""
    log_lines: int = 0
    problems: int = 0

    def as_json(self) -> dict[str, Any]:
        """All of it as plain JSON values."""
        return asdict(self)


@dataclass(slots=True)
class Scene:
    """What every step works on."""

    workspace: Workspace
    store: Store
    clock: work.Clock
    world: work.World
    team: work.Team
    figures: Figures

    @property
    def project(self) -> int:
        """The project's number."""
        return self.team.project.id


def tell(
    workspace: Workspace, *, passwords: Mapping[str, str], hashes: Mapping[str, str], seed: int, quiet: bool
) -> Figures:
    """Go through all steps and, unless `quiet`, say what was found at each; the figures."""
    steps: tuple[tuple[str, Callable[[Scene], None]], ...] = (
        ("A question, and items to put it to", _set_up),
        ("The first half, under guideline v1", _first_part),
        ("The second half, under guideline v2", _second_part),
        ("Who can be relied on", _judge),
        ("One answer for each item", _agree),
        ("A reviewer rules on what divides the team", _rule),
        ("A dataset, frozen", _freeze),
        ("Out to training", _write_out),
        ("New messages come in", _go_on),
        ("Nothing was changed behind anybody's back", _prove),
    )
    clock = work.Clock(work.days(now_ms())[0])
    store = Store.open(workspace.database, clock=clock)
    with contextlib.closing(store), contextlib.redirect_stdout(io.StringIO()) if quiet else contextlib.nullcontext():
        team = work.make_team(store, passwords=passwords, hashes=hashes, seed=seed)
        scene = Scene(workspace, store, clock, work.make_world(seed), team, Figures())
        say(
            "Assay is a workbench in which a team labels data, finds out how good the labels are, and freezes a "
            "dataset it can stand behind. This is the whole way, with a team that is made up: the people and their "
            f"messages are simulated (seed {seed}), everything else is the real program at work."
        )
        for number, (title, step) in enumerate(steps, 1):
            heading(f"{number}. {title}")
            step(scene)
    return scene.figures


def _set_up(scene: Scene) -> None:
    figures, world = scene.figures, scene.world
    figures.items, figures.gold = work.bring_in(scene.store, scene.team, world), len(world.known)
    say(
        f"The project asks: {texts.QUESTION} One of {len(work.LABELS)} labels: {', '.join(work.LABELS)}. Every message "
        f"is to be read by {work.OVERLAP} of {len(texts.ANNOTATORS)} annotators, who do not see each other's answers."
    )
    say(
        f"{figures.items} messages are in, and {figures.gold} more whose answer is known: these gold items are mixed "
        "in, and nobody can tell them apart. Three of the messages:"
    )
    for case in list(world.cases.values())[:3]:
        say(f"  {case.key}  {short(case.text, 95)}")


def _first_part(scene: Scene) -> None:
    work.publish(scene.store, scene.team, texts.GUIDELINE_1)
    came = work.label(scene.store, scene.clock, scene.team, scene.world, texts.UNCLEAR, answers=FIRST_PART)
    say(
        f"{_names()} each read the guideline and gave {came:,} answers in all. Before going on, the manager "
        f"({texts.MANAGER}) asks how far they agree:"
    )
    overall, by_label = found.agreement_so_far(scene.store, scene.team.project)
    scene.figures.agreement_before = [overall.value, overall.low, overall.high]
    _say_agreement(overall)
    say("1 is perfect agreement, 0 is what guessing gives. Which label is it that they do not agree on?")
    table(
        ["label", ("agreement", "right"), "interval"],
        [[label, figure(one.value), between(one.low, one.high)] for label, one in by_label],
    )
    one, other, times = found.most_mixed_up(scene.store, scene.team.project)
    say(
        f"Most often {one!r} and {other!r} are taken for each other ({times} pairs of answers). The guideline does not "
        "say what to do when a customer wants money back because the item is broken, or never came."
    )


def _second_part(scene: Scene) -> None:
    scene.clock.now = max(scene.clock.now, work.days(now_ms())[1])
    work.publish(scene.store, scene.team, texts.GUIDELINE_2, texts.NOTE_2)
    say(f"{texts.MANAGER} publishes v2. The change: {texts.NOTE_2}")
    came = work.label(scene.store, scene.clock, scene.team, scene.world, texts.CLEAR, answers=None)
    say(
        f"Everybody has to read the change before their next item; every answer carries its version. {came:,} more "
        "answers. Did it help? (Answers to gold items are not counted here: they are for judging people.)"
    )
    versions, change = found.agreement_by_version(scene.store, scene.team.project)
    table(
        ["guideline", ("answers", "right"), ("agreement", "right"), "95 % interval"],
        [
            [f"v{version}", f"{one.answers:,}", figure(one.value), between(one.low, one.high)]
            for version, one in versions
        ],
    )
    say(change)
    after = versions[-1][1]
    scene.figures.agreement_after = [after.value, after.low, after.high]
    scene.figures.change = change


def _judge(scene: Scene) -> None:
    from web.cli.audit import audit_here, show_standings

    with scene.store.read() as connection:
        judged = list(audit_here(connection, scene.team.project))
    say(
        "Gold tells how often each is right; the others' answers tell it a second time. No figure without its "
        "interval, and nobody is judged on one signal:"
    )
    show_standings(judged)
    for one in judged:
        if one.word == "look":
            value, change = found.agreement_without(scene.store, scene.team.project, str(one.annotator))
            say(
                f"Agreement without {one.annotator} would be {figure(value)}. {change} Whether they go on is for a "
                "person to say."
            )
    paces = found.paces(scene.store, scene.team.project)
    say("Seconds an answer, from each one's first quarter to their last:")
    facts({f"  {name}": f"{first:.1f} to {last:.1f}" for name, (first, last) in paces.items()})
    say("What was planted, which the program does not know:")
    facts({f"  {name}": planted for name, planted in texts.PLANTED.items()})
    scene.figures.standings = {str(one.annotator): one.word for one in judged}


def _agree(scene: Scene) -> None:
    run = found.run_consensus(scene.store, project=scene.project, actor=scene.team.members[texts.MANAGER].id)
    truth = found.compare_with_truth(scene.store, scene.project, scene.world)
    figures = scene.figures
    figures.answers = run.answers
    figures.majority_right, figures.consensus_right = truth.majority, truth.consensus
    figures.sure, figures.sure_right = truth.sure, truth.sure_right
    say(
        f"{run.answers:,} answers to {run.items} messages become one answer each. A plain majority counts heads; the "
        f"consensus ({run.method}) also learns how far each head is to be trusted, and says how sure it is. As the team "
        "is made up, the truth is known, so this can be checked:"
    )
    table(
        ["", ("right", "right")],
        [
            ["majority", share(truth.majority)],
            ["consensus", share(truth.consensus)],
            ["  of items answered under v1", share(truth.by_version.get(1))],
            ["  of items answered under v2", share(truth.by_version.get(2))],
            [f"  of the {truth.sure} items it is at least 90 % sure of", share(truth.sure_right)],
            [f"  of the {truth.unsure} others", share(truth.unsure_right)],
        ],
    )
    say(
        "Where v1 misled everybody, everybody agreed on the wrong label: no statistics can see that, only a clearer "
        "guideline and asking again. That is why every answer keeps the version it was given under."
    )


def _rule(scene: Scene) -> None:
    ruled = found.rule(scene.store, scene.team, scene.world, RULINGS)
    say(f"The messages that divide the annotators most wait in a queue. {texts.REVIEWER} reads them and rules:")
    table(
        ["item", "message", "the team said", "the ruling"],
        [[one.key, short(one.text, 50), ", ".join(one.said), one.ruling] for one in ruled],
    )
    say("A ruling stands above the consensus, with its reason, and can be taken back. Nothing is overwritten.")


def _freeze(scene: Scene) -> None:
    from labeling.dataset import freeze

    done = freeze(
        scene.store,
        workspace=scene.workspace.path,
        project=scene.project,
        tag=TAG,
        actor=scene.team.members[texts.MANAGER].id,
    )
    figures, check, one = scene.figures, done.check, done.snapshot
    figures.snapshot = one.id
    figures.dataset_right = found.right_in(one, scene.world)
    say(
        f"{count(check.items, 'item')} and every one of the {check.annotations:,} annotations behind them are checked "
        "against a schema made from the project, and frozen under the hash of their content:"
    )
    facts(
        {
            "  id": one.id,
            "  tag": f"{one.name}@{TAG}",
            "  labels by": ", ".join(f"{source} {items}" for source, items in check.sources.items()),
            "  left out": ", ".join(f"{items} ({reason})" for reason, items in check.excluded.items()) or "nothing",
            "  right": f"{share(figures.dataset_right)} against the truth",
        }
    )
    for gate in check.gates:
        if gate.state == "warn":
            say(f"  Beware: {gate.words}")
    say("The same content has the same id, on any machine and made by any engine. One changed label is another id.")


def _write_out(scene: Scene) -> None:
    path = found.write_out(scene.store, scene.workspace, scene.project, scene.team.members[texts.MANAGER].id)
    scene.figures.export = str(path)
    parts = found.parts(path)
    say(
        "Exported for training, with probabilities instead of hard labels beside them, and split so that an item never "
        f"changes sides when the data grows ({', '.join(f'{name} {rows}' for name, rows in parts.items())}):"
    )
    link(f"  {path}")
    say("In a training script:")
    link(f'  datasets.load_dataset("{path}")')
    link(f'  prep.load("{texts.PROJECT}@{TAG}", workspace="{scene.workspace.path}")')


def _go_on(scene: Scene) -> None:
    more = work.bring_in_more(scene.store, scene.team, scene.world)
    say(
        f"{more} new messages wait at the annotators' desks: sign in as one of them and label some. The snapshot stays "
        "what it was; the next one will have them in it."
    )


def _prove(scene: Scene) -> None:
    scene.figures.log_lines, problems = found.verify(scene.store, scene.workspace)
    scene.figures.problems = len(problems)
    if problems:
        for problem in problems:
            say(f"  {problem}")
        return
    say(
        f"Every answer, skip, ruling and snapshot is a line in a log, each chained to the one before: "
        f"{scene.figures.log_lines:,} lines, and every byte of the snapshot, are as they were written (assay verify)."
    )


def _say_agreement(one: Coefficient) -> None:
    say(f"{one.plain_name}: {figure(one.value)}, 95 % interval {between(one.low, one.high)}.")
    say(one.verdict())


def _names() -> str:
    names = [one.name for one in texts.ANNOTATORS]
    return f"{', '.join(names[:-1])} and {names[-1]}"


def show_logins(folder: Path, passwords: Mapping[str, str], *, is_served: bool) -> None:
    """Who can sign in, with the passwords made for this demo alone."""
    heading("Look around")
    roles = {texts.MANAGER: "manager: everything", texts.REVIEWER: "reviewer: disagreements, items"}
    table(
        ["sign in as", "password", "sees"],
        [
            [name, password, roles.get(name, "annotator: the desk, where messages wait")]
            for name, password in passwords.items()
        ],
    )
    if not is_served:
        say("Serve it with:")
        link(f"  assay serve --workspace {folder}")
    note("These passwords were made for this demo alone. Delete the folder to be rid of it.")
