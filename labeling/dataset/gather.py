"""From the store's rows to frames: one of items, one of annotations, one of posteriors. Knows no rule of validity."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from labeling import showing
from labeling.errors import Unusable
from labeling.kinds import kind
from labeling.kinds.kind import fate, positions_of
from labeling.media.names import named
from prep.phrase import numeral, phrase

if TYPE_CHECKING:
    import polars as pl

    from labeling.model import Project
    from labeling.store import Connection

Source = Literal["consensus", "adjudication", "gold"]
SOURCES: tuple[Source, ...] = ("consensus", "adjudication", "gold")
OWN_COLUMNS = (
    "id", "label", "confidence", "source", "votes", "annotators", "majority", "margin", "runner_up",
    "guideline_versions",
)  # fmt: skip
FIELD_PREFIX = "field_"


@dataclass(frozen=True, slots=True)
class Choices:
    """What is to be in the dataset. As JSON in the manifest, so that a snapshot says how it was made.

    `min_answers` answers that count and `min_confidence` (0 to 1) are asked of an item that nobody ruled on;
    `finished_only` leaves out items that still wait for answers. Gold items come in with their known answer on request.
    With `pseudonyms` annotators are numbered and comments left out. Raises Unusable for what makes no sense.

    >>> Choices(min_confidence=1.5)
    Traceback (most recent call last):
    labeling.errors.Unusable: min_confidence=1.5 is no confidence. Give a number from 0 to 1.
    """

    min_answers: int = 1
    min_confidence: float | None = None
    finished_only: bool = False
    with_gold: bool = False
    pseudonyms: bool = False

    def __post_init__(self) -> None:
        """Refuse what makes no sense."""
        if self.min_confidence is not None and not 0 <= self.min_confidence <= 1:
            raise Unusable(f"min_confidence={self.min_confidence} is no confidence", cure="Give a number from 0 to 1.")
        if self.min_answers < 1:
            raise Unusable(f"min_answers={self.min_answers} is too few", cure="Give 1 or more.")


@dataclass(slots=True)
class Gathered:
    """The tables of a dataset before any check, and what was left out.

    `excluded` counts items by reason; `examples` names up to five of each. `notes` says what was changed on the way,
    `fields` names the columns of items that are the items' own.
    """

    items: pl.DataFrame
    annotations: pl.DataFrame
    posteriors: pl.DataFrame
    excluded: dict[str, int]
    examples: dict[str, list[str]]
    notes: list[str]
    sources: dict[str, int]
    unfinished: int
    fields: list[str]


@dataclass(slots=True)
class _Answers:
    """What the annotations say of one item."""

    annotators: list[str] = field(default_factory=list)
    versions: set[int] = field(default_factory=set)


def gather(connection: Connection, project: Project, choices: Choices) -> Gathered:
    """The frames of a project as it stands, with the items that `choices` leaves in.

    `items`: `id`, the item's own fields, and OWN_COLUMNS (an answer that needs several columns has further ones,
    `label_…`); a field of such a name gets the prefix `field_`. A ruling
    stands above the consensus; its confidence is null. `annotations`: every revision of every answer to these items,
    `stands` marking the one that counts, `shown` (JSON text) and `position` what order the desk had drawn and where in it
    the answer stood. `posteriors`: `id`, `label`, `probability`, where a consensus gave any.
    """
    from labeling.store import dataset_reads

    given, annotations = _annotations(dataset_reads.every_annotation(connection, project.id), choices)
    left_out: Counter[str] = Counter()
    examples: dict[str, list[str]] = {}
    kept: list[tuple[Any, str, Source]] = []
    sources: Counter[str] = Counter()
    unfinished = 0
    for row in dataset_reads.every_item(connection, project.id):
        label, source = _label(row, choices)
        reason = _reason(row, label, source, len(given[row.id].annotators) if row.id in given else 0, choices)
        if reason:
            left_out[reason] += 1
            if len(examples.setdefault(reason, [])) < 5:
                examples[reason].append(row.key)
            continue
        kept.append((row, str(label), source))
        sources[source] += 1
        unfinished += row.answered < row.wanted and row.pool == "work"
    items, notes = _items(project, kept, given)
    items = _with_hashes(connection, project, items, [row.payload for row, _, _ in kept])
    keys = {row.id: row.key for row, _, _ in kept}
    return Gathered(
        items=items,
        annotations=_annotation_frame(project, annotations, keys),
        posteriors=_posteriors(project, kept),
        excluded=dict(left_out),
        examples=examples,
        notes=notes,
        sources=dict(sources),
        unfinished=unfinished,
        fields=[name for name in items.columns if name not in {*OWN_COLUMNS, *_label_types(project)}],
    )


def _label(row: Any, choices: Choices) -> tuple[str | None, Source]:
    """The JSON text of the label, and whose word it is."""
    if row.pool == "gold" and choices.with_gold:
        return row.known, "gold"
    if row.ruled is not None:
        return row.ruled, "adjudication"
    return row.answer, "consensus"


def _reason(row: Any, label: str | None, source: Source, answers: int, choices: Choices) -> str:
    """Why an item is left out; empty where it is in."""
    if row.key == f"erased-{row.id}":
        return phrase("erased on request")
    if row.pool == "gold" and not choices.with_gold:
        return phrase("gold: its answer was known before")
    if label is None:
        return (
            phrase("nobody has answered it yet")
            if answers == 0
            else phrase("the consensus was not computed with its answers")
        )
    if source != "consensus":
        return ""
    if choices.finished_only and row.answered < row.wanted:
        return phrase("it still waits for answers")
    if answers < choices.min_answers:
        return phrase("fewer than %(n)s answers", n=choices.min_answers)
    if choices.min_confidence is not None and (row.confidence is None or row.confidence < choices.min_confidence):
        return phrase("confidence below %(n)s, or none", n=numeral(choices.min_confidence, "g"))
    return ""


def _annotations(rows: Iterable[Any], choices: Choices) -> tuple[dict[int, _Answers], list[tuple[Any, ...]]]:
    """By item what counts, and every revision as a tuple ready for the frame."""
    given: dict[int, _Answers] = {}
    every = []
    for row in rows:
        who = f"annotator-{row.member:03d}" if choices.pseudonyms else row.name
        stands = row.revision == row.stands
        if stands and row.counted:
            one = given.get(row.item)
            if one is None:
                one = given[row.item] = _Answers()
            one.annotators.append(who)
            one.versions.add(row.guideline_version)
        comment = "" if choices.pseudonyms else row.comment
        every.append(
            (row.item, who, row.answer, row.revision, stands, row.guideline_version, row.seconds, row.submitted_at,
             bool(row.flagged), comment, bool(row.counted), row.source, row.shown, row.suggested)
        )  # fmt: skip
    return given, every


def _items(
    project: Project, kept: Sequence[tuple[Any, str, Source]], given: Mapping[int, _Answers]
) -> tuple[pl.DataFrame, list[str]]:
    import polars as pl

    of_label = _label_types(project)
    fields, notes = _fields([row.payload for row, _, _ in kept], (*OWN_COLUMNS, *of_label))
    nothing = _Answers()
    answers = [given.get(row.id, nothing) for row, _, _ in kept]
    agreed = [row if source == "consensus" else None for row, _, source in kept]
    own = [
        *_label_columns(project, [label for _, label, _ in kept]),
        pl.Series("confidence", [row.confidence if row is not None else None for row in agreed], pl.Float64),
        pl.Series("source", [source for _, _, source in kept], pl.String),
        pl.Series("votes", [len(one.annotators) for one in answers], pl.Int64),
        pl.Series("annotators", [sorted(one.annotators) for one in answers], pl.List(pl.String)),
        _label_columns(project, [row.majority for row, _, _ in kept])[0].alias("majority"),
        pl.Series("margin", [row.margin for row, _, _ in kept], pl.Float64),
        _label_columns(project, [row.runner_up for row, _, _ in kept])[0].alias("runner_up"),
        pl.Series("guideline_versions", [sorted(one.versions) for one in answers], pl.List(pl.Int64)),
    ]
    keys = pl.Series("id", [row.key for row, _, _ in kept], pl.String)
    return pl.DataFrame([keys, *fields, *own]), notes


def _with_hashes(
    connection: Connection, project: Project, items: pl.DataFrame, payloads: Sequence[str]
) -> pl.DataFrame:
    """Behind each field that names media, the SHA-256 of what they hold: `photo_sha256`; null where one is not there."""
    import polars as pl

    from labeling.store import media

    for name in showing.media_fields(project.shows):
        named_in = [named(json.loads(text).get(name)) for text in payloads]
        if not any(named_in):
            continue
        found = media.find(connection, project.id, {one for names in named_in for one in names})
        hashes = [[found[one].hash if one in found else None for one in names] for names in named_in]
        several = any(len(one) > 1 for one in hashes)
        values = hashes if several else [one[0] if one else None for one in hashes]
        column, before = f"{name}_sha256", name if name not in OWN_COLUMNS else FIELD_PREFIX + name
        while column in items.columns:
            column += "_"
        series = pl.Series(column, values, pl.List(pl.String) if several else pl.String)
        place = items.columns.index(before) + 1 if before in items.columns else len(items.columns)
        items = items.insert_column(place, series)
    return items


def _label_types(project: Project) -> dict[str, Any]:
    """The columns in which an answer lies, with their types in a frame, from the kind's own."""
    import polars as pl

    types = {
        "string": pl.String, "integer": pl.Int64, "number": pl.Float64, "boolean": pl.Boolean,
        "strings": pl.List(pl.String), "json": pl.String,
    }  # fmt: skip
    return {name: types[what] for name, what in kind(project.kind).columns(project.options).items()}


def _label_columns(project: Project, texts: Sequence[str | None]) -> list[pl.Series]:
    """Answers, as the JSON text they are stored as, in the columns of their kind; `label` first."""
    import polars as pl

    one = kind(project.kind)
    types = _label_types(project)
    rows: dict[str | None, dict[str, Any]] = {None: dict.fromkeys(types)}
    for text in texts:
        if text is not None and text not in rows:
            rows[text] = one.row(one.parse(json.loads(text), project.options), project.options)
    return [pl.Series(name, [rows[text][name] for text in texts], dtype) for name, dtype in types.items()]


def answers_in(project: Project, frame: pl.DataFrame) -> list[Any]:
    """The answers in the column `label` of a frame made here, as JSON has them."""
    values = frame["label"].to_list()
    is_json = kind(project.kind).columns(project.options)["label"] == "json"
    return [json.loads(value) for value in values] if is_json else values


def _fields(payloads: Sequence[str], own: Sequence[str]) -> tuple[list[pl.Series], list[str]]:
    """The items' own fields as columns, in the order met, and what had to be changed for it."""
    columns: dict[str, list[Any]] = {}
    for place, text in enumerate(payloads):
        for name, value in json.loads(text).items():
            column = columns.get(name)
            if column is None:
                column = columns[name] = [None] * len(payloads)
            column[place] = value
    taken = set(own) | set(columns)
    series: list[pl.Series] = []
    notes: list[str] = []
    for name, values in columns.items():
        shown = name
        if name in own:
            while shown in taken:
                shown = FIELD_PREFIX + shown
            taken.add(shown)
            notes.append(
                phrase(
                    "The field %(name)r is called %(shown)r, as the dataset has a column %(name)r of its own.",
                    name=name,
                    shown=shown,
                )
            )
        one, remark = _series(shown, values)
        series.append(one)
        notes += [remark] if remark else []
    return series, notes


def _series(name: str, values: list[Any]) -> tuple[pl.Series, str]:
    """A field as a column of one type; where the values have several, or are nested, as JSON text, which is said."""
    import polars as pl

    kinds = {type(value) for value in values if value is not None}
    if not kinds or kinds == {str}:
        return pl.Series(name, values, pl.String), ""
    if kinds == {bool}:
        return pl.Series(name, values, pl.Boolean), ""
    if kinds == {int} and all(-(2**63) <= value < 2**63 for value in values if value is not None):
        return pl.Series(name, values, pl.Int64), ""
    if kinds <= {int, float}:
        return pl.Series(name, [None if value is None else float(value) for value in values], pl.Float64), ""
    texts = [None if value is None else json.dumps(value, ensure_ascii=False) for value in values]
    series = pl.Series(name, texts, pl.String)
    if len(kinds) == 1:
        return series, phrase("The field %(name)r holds nested values; they are written as JSON text.", name=name)
    remark = phrase("The field %(name)r holds values of several types; they are written as JSON text.", name=name)
    return series, remark


def _annotation_frame(project: Project, rows: Sequence[tuple[Any, ...]], keys: Mapping[int, str]) -> pl.DataFrame:
    import polars as pl

    kept = [row for row in rows if row[0] in keys]
    columns = list(zip(*kept, strict=True)) if kept else [()] * 14
    item, who, answer, revision, stands, version, seconds, at, flagged, comment, counted, source, shown, suggested = (
        columns
    )
    read: dict[str, Any] = {text: json.loads(text) for text in set(answer)}
    drawn: dict[str, Any] = {text: json.loads(text) for text in set(shown) if text is not None}
    positions = positions_of(
        kind(project.kind), project.options, [read[text] for text in answer], [drawn.get(text) for text in shown]
    )
    return pl.DataFrame(
        [
            pl.Series("item", [keys[number] for number in item], pl.String),
            pl.Series("annotator", who, pl.String),
            *_label_columns(project, answer),
            pl.Series("revision", revision, pl.Int64),
            pl.Series("stands", stands, pl.Boolean),
            pl.Series("guideline_version", version, pl.Int64),
            pl.Series("seconds", seconds, pl.Float64),
            pl.Series("submitted_at", at, pl.Int64).cast(pl.Datetime("ms", "UTC")),
            pl.Series("flagged", flagged, pl.Boolean),
            pl.Series("comment", comment, pl.String),
            pl.Series("counted", counted, pl.Boolean),
            pl.Series("source", source, pl.String),
            pl.Series("shown", shown, pl.String),
            pl.Series("position", positions, pl.Int64),
            *_suggestions(project, [read[text] for text in answer], suggested),
        ]
    )


def _suggestions(project: Project, labels: list[Any], suggested: Sequence[str | None]) -> list[pl.Series]:
    """What a model had suggested for each answer, and what became of it."""
    import polars as pl

    one = kind(project.kind)
    kept = [None if text is None else json.loads(text) for text in suggested]
    fates = [
        None if told is None else fate(one, project.options, label, told)
        for label, told in zip(labels, kept, strict=True)
    ]
    answers = [None if told is None else json.dumps(told["answer"], ensure_ascii=False) for told in kept]
    return [
        pl.Series("suggestion", fates, pl.String),
        pl.Series("suggested", answers, pl.String),
        pl.Series("suggested_by", [None if told is None else told["model"] for told in kept], pl.String),
        pl.Series("suggested_confidence", [None if told is None else told["confidence"] for told in kept], pl.Float64),
    ]


def _posteriors(project: Project, kept: Sequence[tuple[Any, str, Source]]) -> pl.DataFrame:
    """Of items that rest on the consensus: each label's probability, as the model gave it; of answers that are no
    classes the confidence of each piece: a label of several, a question's answer, a span (as JSON text).
    """
    import polars as pl

    one = kind(project.kind)
    is_class = bool(one.categories(project.options))
    label_type = _label_types(project)["label"] if is_class else pl.String

    item: list[str] = []
    label: list[Any] = []
    probability: list[float] = []
    read: dict[str, Any] = {}
    for row, _, source in kept:
        if source != "consensus" or row.posterior is None:
            continue
        for name, chance in json.loads(row.posterior).items():
            if name not in read:
                piece = json.loads(name)
                read[name] = piece if is_class or isinstance(piece, str) else name
            item.append(row.key)
            label.append(read[name])
            probability.append(chance)
    return pl.DataFrame(
        [
            pl.Series("item", item, pl.String),
            pl.Series("label", label, label_type),
            pl.Series("probability", probability, pl.Float64),
        ]
    )


def moment(at: int) -> datetime:
    """Milliseconds since 1970 as a time in UTC.

    >>> moment(0).isoformat()
    '1970-01-01T00:00:00+00:00'
    """
    return datetime.fromtimestamp(at / 1000, UTC)
