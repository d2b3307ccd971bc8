"""Bringing answers in that were given elsewhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from labeling.errors import Closed, NotFound, Unusable
from labeling.kinds import kind
from labeling.kinds.kind import Kind
from labeling.model import ImportedAnswers, Project
from labeling.services.members import create_member
from labeling.store import Store, Writing, bulk, guidelines, items, members, projects
from prep.phrase import numeral, phrase

Row = Mapping[str, Any]
CLOCKS_APART_MS = 86_400_000
"""So far ahead of this clock may an answer's time be: clocks and zones differ, but by no more than a day."""
_YEAR_9999 = 253_370_764_800_000


@dataclass(slots=True)
class _Batch:
    """What one import knows of members and of what it has put in so far."""

    here: Project
    kind: Kind
    versions: set[int]
    who: dict[str, int]


def import_answers(
    store: Store,
    *,
    project: int,
    rows: Iterable[Row],
    actor: int | None,
    progress: Callable[[int], None] | None = None,
) -> ImportedAnswers:
    """Answers as rows of `item`, `annotator`, `label` and, where known, `time` (ms), `seconds`, `guideline_version`.

    A row's `line` is its place in the file that it comes from: errors name it; without it they count from 1.

    All of them or none. An annotator who is no member becomes one, without a password, with the role annotator. A
    second answer of one annotator to one item is a new revision and is counted in `changed`; the same answer again
    counts once. Items must be in already. Rows that passed over some themselves (labeling.formats.read_long) say how
    many in their `unlabeled`. Raises Unusable and NotFound, naming the row, and Closed.
    """
    return store.write(_import, project=project, rows=rows, actor=actor, progress=progress)


def _import(
    tx: Writing, *, project: int, rows: Iterable[Row], actor: int | None, progress: Callable[[int], None] | None
) -> ImportedAnswers:
    here = projects.by_id(tx.connection, project)
    if here.closed_at is not None:
        raise Closed(phrase("The project %(title)r is closed and takes no answers. Reopen it first.", title=here.title))
    batch = _Batch(here, kind(here.kind), {g.version for g in guidelines.listing(tx.connection, project)}, {})
    total = added = changed = 0
    for chunk in _chunks(rows):
        fresh, revised = _put(tx, batch, chunk, total, actor)
        added, changed = added + fresh, changed + revised
        total += len(chunk)
        if progress is not None:
            progress(total)
    if total == 0:
        raise Unusable(
            phrase("There are no answers in it"), cure=phrase("Give at least one row below the column names.")
        )
    bulk.settle(tx.connection, project)
    items.recount(tx.connection, project)
    tx.log(actor, "import_answers", project, here.name, added=added, changed=changed, total=total)
    unlabeled: int = getattr(rows, "unlabeled", 0)
    return ImportedAnswers(added, changed, total - added - changed, unlabeled, total + unlabeled)


def _chunks(rows: Iterable[Row], size: int = 5_000) -> Iterator[list[Row]]:
    stream = iter(rows)
    while chunk := list(islice(stream, size)):
        yield chunk


def _put(tx: Writing, batch: _Batch, rows: Sequence[Row], before: int, actor: int | None) -> tuple[int, int]:
    project = batch.here.id
    places = [row.get("line") or before + place for place, row in enumerate(rows, 1)]
    keys = [_text(row, "item", place) for place, row in zip(places, rows, strict=True)]
    found = items.numbers(tx.connection, project, list(dict.fromkeys(keys)))
    is_looked_at = batch.kind.looks_at_items(batch.here.options)
    fields = items.payloads(tx.connection, list(found.values())) if is_looked_at else {}
    ready = []
    for place, row, key in zip(places, rows, keys, strict=True):
        if key not in found:
            raise Unusable(
                phrase("there is no item %(key)r in this project", key=key),
                row=place,
                column="item",
                cure=phrase("Import the items first."),
            )
        ready.append(
            bulk.Given(
                item=found[key],
                member=_member(tx, batch, _text(row, "annotator", place), place, actor),
                answer=_answer(batch, row, place, fields.get(found[key])),
                guideline_version=_version(batch, row, place),
                seconds=_number(row, "seconds", place),
                at=_time(row, place, tx.now),
            )
        )
    return bulk.put(tx.connection, project, ready, tx.now)


def _text(row: Row, name: str, place: int) -> str:
    value = row.get(name)
    if value is None or isinstance(value, bool | list | dict) or not str(value).strip():
        raise Unusable(phrase("is empty"), row=place, column=name, cure=phrase("Fill it in or delete the row."))
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def _answer(batch: _Batch, row: Row, place: int, fields: Mapping[str, Any] | None) -> Any:
    raw = row.get("label")
    if isinstance(raw, str):
        raw = batch.kind.from_form([raw], batch.here.options)
    elif (
        raw is not None
        and not isinstance(raw, list | dict)
        and batch.kind.columns(batch.here.options) == {"label": "string"}
    ):
        raw = str(raw)
    try:
        answer = batch.kind.parse(raw, batch.here.options)
        if fields is not None:
            batch.kind.fits(answer, fields, batch.here.options)
        return batch.kind.dump(answer)
    except Unusable as error:
        raise Unusable(error.what, row=place, column="label", cure=error.cure) from error


def _version(batch: _Batch, row: Row, place: int) -> int:
    value = _number(row, "guideline_version", place)
    if value is None:
        return max(batch.versions, default=0)
    if value != 0 and value not in batch.versions:
        raise Unusable(
            phrase("there is no guideline version %(value)s", value=numeral(value, "g")),
            row=place,
            column="guideline_version",
            cure=phrase("Publish it first."),
        )
    return int(value)


def _time(row: Row, place: int, now: int) -> int:
    at = _number(row, "time", place)
    if at is not None and at > now + CLOCKS_APART_MS:
        moment = f"{dt.datetime.fromtimestamp(at / 1000, dt.UTC):%Y-%m-%d %H:%M} UTC" if at < _YEAR_9999 else f"{at:g}"
        raise Unusable(
            phrase("the time %(moment)s is still to come", moment=moment),
            row=place,
            column="time",
            cure=phrase("Give the time of the answer (milliseconds since 1970 in JSON), or leave it empty."),
        )
    return now if at is None else int(at)


def _number(row: Row, name: str, place: int) -> float | None:
    value = row.get(name)
    if value is None or value == "":
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = -1.0
    if not 0 <= number < 1e15:
        raise Unusable(
            phrase("%(value)r is no number from 0 up", value=value),
            row=place,
            column=name,
            cure=phrase("Mend it or leave it empty."),
        )
    return number


def _member(tx: Writing, batch: _Batch, name: str, place: int, actor: int | None) -> int:
    known = batch.who.get(name)
    if known is not None:
        return known
    try:
        one = members.by_name(tx.connection, name)
    except NotFound:
        try:
            one = create_member(tx, name=name, actor=actor)
        except Unusable as error:
            raise Unusable(error.what, row=place, column="annotator", cure=error.cure) from error
    if projects.role(tx.connection, batch.here.id, one.id) is None:
        projects.set_role(tx.connection, batch.here.id, one.id, "annotator")
        tx.log(actor, "set_role", batch.here.id, one.name, role="annotator")
    batch.who[name] = one.id
    return one.id
