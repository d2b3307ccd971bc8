"""The figures of a project that pages, the API and the command line show: agreement and annotators' standings.

One definition for all of them, so that no two places show different numbers: agreement is over the answers that count
to items that are to be labeled (gold items are left out: they were chosen, and their answer is known).
numpy is loaded here, when a figure is first asked for. Call these in a thread.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from labeling.errors import Unusable
from labeling.kinds import Kind, kind
from labeling.kinds.kind import likeness, picks_in, positions_of
from labeling.kinds.measuring import each_part, keywords
from labeling.model import Counts
from labeling.store import (
    Store,
    annotators,
    answers,
    consensus,
    consensus_reads,
    gold,
    items,
    overview_reads,
    suggestions,
)
from labeling.store import figures as kept_figures
from labeling.store.annotators import AnnotatorRow
from labeling.store.answers import AnswerColumns
from web import breakdowns, details, orders

if TYPE_CHECKING:
    from labeling.agreement import ByVersion, Coefficient, Pairs
    from labeling.agreement.anchoring import Anchoring
    from labeling.audit import Audit, Standing, Stretch
    from labeling.audit.apart import ApartAudit
    from labeling.model import Project
    from labeling.scale import Scale
    from web.numbers import Numbers

RESAMPLES = 1000
MOST_LABELS = 200
THRESHOLD = 0.7
"""The accuracy wanted of annotators where nobody says another."""


@dataclass(frozen=True, slots=True)
class PartAgreement:
    """How far annotators agree on one question within an answer: a question of a form, one label of several."""

    name: str
    title: str
    alpha: Coefficient
    percent: Coefficient


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far the annotators of a project agree. All None or empty before the first answer."""

    alpha: Coefficient | None
    percent: Coefficient | None
    per_label: Mapping[Any, Coefficient]
    by_version: ByVersion | None
    pairs: Pairs | None
    answers: int
    parts: tuple[PartAgreement, ...] = ()


@dataclass(frozen=True, slots=True)
class Audited:
    """Everybody's standing, by their first answer; what could not be told; and how each one's agreement went."""

    standings: tuple[Standing, ...] = ()
    notes: tuple[str, ...] = ()
    courses: Mapping[str, tuple[Stretch, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Overview:
    """What takes walks over all items and answers: counts, everybody's work, answers by label and by day."""

    counts: Counts
    people: list[AnnotatorRow]
    labels: list[tuple[Any, int]]
    days: list[tuple[int, int]]
    wanted: int
    flagged: int


@dataclass(frozen=True, slots=True)
class Agreed:
    """What takes walks over all that a consensus run agreed on: items by label, by confidence, and unlike what; and
    for each question within an answer, items by its answer.
    """

    labels: dict[Any, int]
    bands: list[tuple[float, float, int]]
    unlike: Mapping[consensus_reads.Why, int]
    parts: tuple[tuple[str, str, dict[Any, int]], ...] = ()


def agreement(numbers: Numbers, store: Store, project: Project) -> Agreement:
    """The agreement over the answers that stand."""
    return numbers.of(store, project, "agreement", lambda: Source(store, project).agreement())


def breakdown(
    numbers: Numbers, store: Store, project: Project, by: breakdowns.By | None, asked: breakdowns.Asked
) -> breakdowns.Rows:
    """Agreement measured as it is asked for. Raises Unusable for a large project and for a
    coefficient that there is not.
    """
    from labeling.agreement import COEFFICIENTS

    if asked["coefficient"] not in COEFFICIENTS:
        choices = f"Those that there are: {', '.join(COEFFICIENTS)}."
        raise Unusable(f"There is no coefficient {asked['coefficient'][:40]!r}", cure=choices)
    _refuse_if_large(store, project, "agreement without by, coefficient, resamples or seed", "assay agreement")

    def compute() -> breakdowns.Rows:
        with store.read() as connection:
            given = breakdowns.answers_of(connection, project)
        return breakdowns.measured(given, project, by, asked)

    return numbers.of(store, project, f"breakdown {by} {sorted(asked.items())}", compute)


def audit(numbers: Numbers, store: Store, project: Project, threshold: float = THRESHOLD) -> Audited:
    """The audit of everybody over the answers that stand and the gold that is set; empty before the first answer.

    Answers that are excluded and those to items shown again are looked at too. Raises Unusable for another threshold
    where the project is large.
    """
    if threshold != THRESHOLD:
        _refuse_if_large(store, project, f"the audit with threshold={THRESHOLD:g}", "assay audit --threshold")
        name = f"audit {threshold!r}"
        return numbers.of(store, project, name, lambda: Source(store, project).audit(threshold))
    return numbers.of(store, project, "audit", lambda: Source(store, project).audit())


def anchoring(store: Store, project: Project) -> dict[str, Anchoring]:
    """What suggestions do to answers, of all models together (under "") and of each."""
    from labeling.agreement.anchoring import anchoring as compare

    one = kind(project.kind)
    with store.read() as connection:
        given = suggestions.answered(connection, project.id)
    seen: dict[str, tuple[list[float], list[float]]] = {"": ([], [])}
    known: dict[str, float] = {}
    for answer, told, _ in given:
        pair = f"{answer!r} {told['answer']!r}"
        if pair not in known:
            known[pair] = likeness(one, project.options, answer, told["answer"])
        for name in ("", told["model"]):
            seen.setdefault(name, ([], []))[0 if told["is_shown"] else 1].append(known[pair])
    return {name: compare(shown, withheld) for name, (shown, withheld) in seen.items()}


def detail(numbers: Numbers, store: Store, project: Project) -> details.Detail:
    """Where the agreement comes from; empty where there is nothing to compare."""
    return numbers.of(store, project, "detail", lambda: Source(store, project).detail())


def overview(numbers: Numbers, store: Store, project: Project) -> Overview:
    """How the whole project stands."""
    return numbers.of(store, project, "overview", lambda: Source(store, project).overview())


def agreed(numbers: Numbers, store: Store, project: Project, run: int) -> Agreed:
    """What the newest consensus run, of that number, agreed on."""

    def walk() -> Agreed:
        return Source(store, project).agreed()

    return numbers.get(("agreed", project.id, run), walk)


class Source:
    """What figures of one project are measured from; its answers are read once for all that are asked for.

    Opens nothing before it is asked, and numpy is loaded only for figures that need it.
    """

    def __init__(self, store: Store, project: Project) -> None:
        self.store, self.project = store, project

    @cached_property
    def columns(self) -> AnswerColumns:
        """Every answer that stands and counts."""
        with self.store.read() as connection:
            return answers.columns(connection, self.project.id)

    def agreement(self) -> Agreement:
        """How far annotators agree."""
        found = _agreement(self.columns, self.project)
        own = tuple(self._own_measures()) if found.alpha is not None else ()
        return replace(found, parts=(*found.parts, *own)) if own else found

    def _own_measures(self) -> Iterator[PartAgreement]:
        """What the kind itself measures beside, where it looks at items."""
        one, options, columns = kind(self.project.kind), self.project.options, self.columns
        if not one.looks_at_items(options):
            return
        sizes: dict[Hashable, Any] = {}
        numbers = list(dict.fromkeys(columns.number))
        with self.store.read() as connection:
            for start in range(0, len(numbers), 500):
                some = items.payloads(connection, numbers[start : start + 500])
                sizes |= {number: one.size(fields, options) for number, fields in some.items()}
        rows = zip(columns.number, columns.annotator, columns.label, columns.is_gold, strict=True)
        given = [(number, who, one.parse(label, options)) for number, who, label, is_gold in rows if not is_gold]
        for name, title, coefficient in one.measures(given, sizes, options, resamples=RESAMPLES):
            yield PartAgreement(name, title, coefficient, coefficient)

    def detail(self) -> details.Detail:
        """Where the agreement comes from."""
        return details.detail_of(self.project, self.columns)

    def audit(self, threshold: float = THRESHOLD) -> Audited:
        """What the audit says of each annotator."""
        with self.store.read() as connection:
            known = gold.answers(connection, self.project.id)
            given = answers.columns(connection, self.project.id, with_excluded=True, with_again=True)
        found = audit_of(given, known, self.project, threshold=threshold)
        if found is None:
            return Audited()
        standings = tuple(found)
        courses = {str(one.annotator): found.course(one.annotator) for one in standings}
        return Audited(standings, tuple(found.notes), courses)

    def overview(self) -> Overview:
        """How the whole project stands."""
        number = self.project.id
        with self.store.read() as connection:
            return Overview(
                counts=items.counts(connection, number),
                people=annotators.table(connection, number),
                labels=by_label(self.project, lambda: overview_reads.label_answers(connection, number)),
                days=annotators.per_day(connection, number),
                wanted=overview_reads.wanted_answers(connection, number),
                flagged=overview_reads.flagged_items(connection, number),
            )

    def scale(self) -> Scale | None:
        """The scale of all things compared; None where the project compares none."""
        return orders.scale_in(self.store, self.project) if self.project.kind == "pairwise" else None

    def orders(self) -> orders.Orders | None:
        """How alike annotators put things in order; None where the project ranks nothing."""
        return orders.orders_in(self.store, self.project) if self.project.kind == "ranking" else None

    def agreed(self) -> Agreed:
        """What the newest consensus agreed on."""
        number = self.project.id
        with self.store.read() as connection:
            return Agreed(
                labels=dict(by_label(self.project, lambda: consensus.label_counts(connection, number))),
                bands=consensus_reads.confidence_bands(connection, number),
                unlike=consensus_reads.counts(connection, number),
                parts=tuple(by_part(self.project, lambda: consensus.label_counts(connection, number))),
            )


Counted = Callable[[], list[tuple[Any, int]]]
"""Answers with how often each was given, read when it is asked for: of texts they may be as many as the answers."""


def by_label(project: Project, counted: Counted) -> list[tuple[Any, int]]:
    """How often each label was given, from how often each answer was; none for a kind without labels."""
    one = kind(project.kind)
    if not one.labels(project.options):
        return []
    if one.categories(project.options):
        return counted()
    found: Counter[Any] = Counter()
    for answer, many in counted():
        found.update(dict.fromkeys(one.labels_in(one.parse(answer, project.options)), many))
    return list(found.items())


def by_part(project: Project, counted: Counted) -> Iterator[tuple[str, str, dict[Any, int]]]:
    """Of each question within an answer whose answers are classes: its name and title, and how often each was given."""
    one = kind(project.kind)
    asked = [part for part in one.parts(project.options) if part.kind.consensus_labels(part.options)]
    if not asked or one.labels(project.options):  # then the parts are the labels, which `by_label` counts
        return
    answers = [(one.parse(answer, project.options), many) for answer, many in counted()]
    for part in asked:
        found: Counter[Any] = Counter()
        for answer, many in answers:
            said = part.read(answer)
            if said is not None:
                found[part.kind.dump(said)] += many
        yield part.name, part.title, dict(found)


TOGETHER: dict[str, Callable[[Source], Any]] = {
    "agreement": Source.agreement,
    "detail": Source.detail,
    "audit": Source.audit,
    "overview": Source.overview,
    "scale": Source.scale,
    "orders": Source.orders,
}
"""The figures that are measured together, from one reading of the answers, and kept under these names."""


def _agreement(columns: AnswerColumns, project: Project) -> Agreement:
    from labeling import agreement as measure
    from labeling.answers import Answers

    work = [place for place, is_gold in enumerate(columns.is_gold) if not is_gold]
    if not work:
        return Agreement(None, None, {}, None, None, 0)
    frame = {
        name: [getattr(columns, name)[place] for place in work]
        for name in ("item", "annotator", "label", "guideline_version")
    }
    one = kind(project.kind)
    how = keywords(one, project.options)
    table = Answers.of(frame, labels=how["labels"])
    far = {"distance": how["distance"]}
    # Of a tree's thousands of labels nobody reads a figure each, and each takes its time.
    told = how["labels"] or (one.categories(project.options) and len(table.labels) <= MOST_LABELS)
    return Agreement(
        alpha=measure.krippendorff_alpha(table, level=how["level"], **far, resamples=RESAMPLES),
        percent=measure.percent_agreement(table, **far, resamples=RESAMPLES),
        per_label=measure.per_label(table, resamples=RESAMPLES) if told else {},
        by_version=measure.by_version(frame, **how, resamples=RESAMPLES),
        pairs=measure.pairs(table, level=how["level"], **far, resamples=RESAMPLES),
        answers=len(work),
        parts=tuple(_parts(one, project, frame)),
    )


def _parts(one: Kind, project: Project, frame: Mapping[str, Sequence[Any]]) -> Iterator[PartAgreement]:
    from labeling import agreement as measure

    for part, table, how in each_part(one, project.options, frame):
        far = {"distance": how["distance"]}
        yield PartAgreement(
            part.name,
            part.title,
            alpha=measure.krippendorff_alpha(table, level=how["level"], **far, resamples=RESAMPLES),
            percent=measure.percent_agreement(table, **far, resamples=RESAMPLES),
        )


def audit_of(
    columns: AnswerColumns,
    known: Mapping[str, Any],
    project: Project,
    *,
    skips: Mapping[str, int] | None = None,
    threshold: float = THRESHOLD,
) -> Audit | ApartAudit | None:
    """The audit of everybody who gave one of these answers, gold being `known`; None without answers."""
    from labeling.audit.engine import audit as look

    if not len(columns):
        return None
    table: dict[str, list[Any]] = {
        "item": columns.item,
        "annotator": columns.annotator,
        "label": columns.label,
        "seconds": columns.seconds,
        "guideline_version": columns.guideline_version,
        "created_at": [at / 1000 for at in columns.submitted_at],
    }
    one = kind(project.kind)
    labels = list(one.consensus_labels(project.options))
    if not labels:
        from labeling.audit.apart import audit_apart

        how = keywords(one, project.options)
        right = partial(_is_right, one, project.options)
        picks = picks_in(one, project.options, columns.label, columns.shown)
        return audit_apart(table, how["distance"], right, gold=known, skips=skips, picks=picks, threshold=threshold)
    if any(shown is not None for shown in columns.shown):
        table["position"] = positions_of(one, project.options, columns.label, columns.shown)
    return look(table, gold=dict(known), skips=skips, labels=labels, threshold=threshold)


def _is_right(one: Kind, options: Mapping[str, Any], answer: Any, known: Any) -> bool:
    return one.is_right(one.parse(answer, options), one.parse(known, options), options)


def _refuse_if_large(store: Store, project: Project, what: str, command: str) -> None:
    with store.read() as connection:
        large = kept_figures.is_large(connection, project.id)
    if large:
        raise Unusable(
            f"{project.title or project.name} is large: its figures are measured by a job and kept",
            cure=f"Ask for {what}; on the server's machine `{command}` measures others.",
        )
