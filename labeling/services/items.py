"""Bringing items in: staged first, checked, then shown all at once or not at all."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from labeling import showing
from labeling.errors import Closed, Unusable
from labeling.kinds import kind
from labeling.media.names import wanted
from labeling.model import Imported, Project
from labeling.store import Store, Writing, handout, imports, media, projects
from prep.phrase import numeral, phrase

ID_COLUMNS = ("id", "item", "item_id", "task", "task_id", "key", "unit")
"""Columns taken for the item's id where none is named, the first of them that is there."""

STAGED_AT_ONCE = 5_000
LONGEST_ID = 500
MOST_FIELDS = 500
LONGEST_ITEM = 5_000_000
"""Characters of all fields together: what a browser can still show at once."""
MOST_NAMED = 5
"""Of the media that are missing."""
RANKS = 40
"""Bits of the shuffled order within one import, so up to a million million items each."""

Row = Mapping[str, Any]


def import_items(
    store: Store,
    *,
    project: int,
    rows: Iterable[Row] | Iterable[Sequence[Row]],
    id_column: str | None = None,
    name: str = "",
    actor: int | None,
    progress: Callable[[int], None] | None = None,
    first_row: int = 1,
    pipeline: str = "",
    run: str = "",
    allow_missing: bool = False,
) -> Imported:
    """Items from rows (or batches of rows), each with its id and its fields as JSON values.

    Nothing is seen of them until all are in; on any error, all is as before. A row that repeats an id with the same
    content is counted once; with other content it is an error that names both. Memory stays flat however many come.
    An item that the project's kind cannot ask about is an error that names row and column.
    `progress` is called with the number of rows read so far. `pipeline` and `run` say which run of which pipeline the rows
    come of; the log and the items' lineage point to it. Media that fields name must be here, unless `allow_missing`.
    Raises Unusable, Closed.
    """
    batch, here = store.write(_begin, project=project, name=name, pipeline=pipeline, run=run, actor=actor)
    total = repeated = 0
    missing: dict[str, None] = {}
    pictured = showing.media_fields(here.shows)
    try:
        column = id_column
        for chunk in _chunks(rows):
            if column is None:
                column = _find_id(chunk[0], first_row)
            staged = [_staged(row, column, first_row + total + place, here) for place, row in enumerate(chunk)]
            for place, one in enumerate(staged):
                one["rank"] = _rank(batch, here.seed, total + place)
            if pictured:
                missing |= dict.fromkeys(_missing(store, project, chunk, pictured))
            repeated += store.write(_stage, batch=batch, rows=staged)
            total += len(chunk)
            if progress is not None:
                progress(total)
        if total == 0:
            none = phrase("There are no items in it")
            raise Unusable(none, cure=phrase("Give at least one row below the column names."))  # noqa: TRY301
        if missing and not allow_missing:
            raise _MissingMedia(list(missing))  # noqa: TRY301 - all is as before, as on any error
        came = {"pipeline": pipeline, "run": run} if run else {}
        added = store.write(_show, project=project, batch=batch, name=name, came=came, actor=actor)
    except BaseException:
        store.write(_abandon, batch=batch)
        raise
    while store.write(_sweep, batch=batch):
        pass
    return Imported(added, total - added, total, len(missing))


class _MissingMedia(Unusable):
    """Items name media that are not here."""

    def __init__(self, names: list[str]) -> None:
        first = ", ".join(repr(name[:80]) for name in names[:MOST_NAMED])
        more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
        media_are = "medium that items name is" if len(names) == 1 else "media that items name are"
        super().__init__(
            f"{len(names):,} {media_are} not here: {first}{more}",
            cure="Bring them in first (Settings, Media; or assay media add), or say that items come in all the same.",
        )


def _missing(store: Store, project: int, rows: Sequence[Row], fields: list[str]) -> list[str]:
    """The media that these fields of rows name and that are not in the project, in the order met."""
    names = list(dict.fromkeys(name for row in rows for name in wanted(row, fields)))
    with store.read() as connection:
        found = media.find(connection, project, names)
    return [name for name in names if name not in found]


def _begin(tx: Writing, *, project: int, name: str, pipeline: str, run: str, actor: int | None) -> tuple[int, Project]:
    here = projects.by_id(tx.connection, project)
    if here.closed_at is not None:
        raise Closed(phrase("The project %(title)r is closed and takes no items. Reopen it first.", title=here.title))
    number = imports.begin(tx.connection, project, name, actor, tx.now, pipeline=pipeline, run=run)
    return number, here


def _stage(tx: Writing, *, batch: int, rows: list[dict[str, Any]]) -> int:
    """Stage a chunk; how many of its rows only repeat what is there."""
    fresh: dict[str, dict[str, Any]] = {}
    repeats = [row for row in rows if fresh.setdefault(row["key"], row) is not row]
    seen = {row.key: row for row in imports.stage(tx.connection, batch, list(fresh.values()), tx.now)}
    for row in repeats:
        _same(row, fresh[row["key"]]["row"], fresh[row["key"]]["payload"])
    for key, old in seen.items():
        _same(fresh[key], old.row, old.payload)
    return len(repeats) + len(seen)


def _same(row: dict[str, Any], other_row: int, payload: str) -> None:
    if row["payload"] != payload:
        raise Unusable(
            phrase(
                "the id %(key)r stands in row %(other_row)s already, with other content",
                key=row["key"],
                other_row=other_row,
            ),
            row=row["row"],
            cure=phrase("Give every item an id of its own, or take one of the two rows out."),
        )


def _show(tx: Writing, *, project: int, batch: int, name: str, came: dict[str, str], actor: int | None) -> int:
    here = projects.by_id(tx.connection, project)
    if here.closed_at is not None:
        raise Closed(phrase("The project %(title)r was closed meanwhile and takes no items.", title=here.title))
    clash = imports.conflicts(tx.connection, project, batch)
    if clash:
        row, key = clash[0]
        raise Unusable(
            phrase("the project has an item %(key)r with other content", key=key),
            row=row,
            cure=phrase("An item never changes once it is in: give the new one another id, or take the row out."),
        )
    added = imports.show(tx.connection, project, batch, here.overlap, tx.now)
    # Another import may have begun later and been shown sooner: then cursors stand behind the items of this one.
    handout.rewind(tx.connection, project, batch << RANKS)
    tx.log(actor, "import_items", project, name or batch, added=added, **came)
    return added


def _sweep(tx: Writing, *, batch: int) -> int:
    return imports.sweep(tx.connection, batch)


def _abandon(tx: Writing, *, batch: int) -> None:
    imports.abandon(tx.connection, batch)


def _chunks(rows: Iterable[Row] | Iterable[Sequence[Row]]) -> Iterator[list[Row]]:
    stream = _flat(rows)
    while chunk := list(islice(stream, STAGED_AT_ONCE)):
        yield chunk


def _flat(rows: Iterable[Any]) -> Iterator[Row]:
    for one in rows:
        if isinstance(one, Mapping):
            yield one
        else:
            yield from one


def _find_id(row: Row, number: int) -> str:
    names = {str(name).casefold(): str(name) for name in row}
    for name in ID_COLUMNS:
        if name in names:
            return names[name]
    raise Unusable(
        phrase("There is no column with an id; the columns are: %(names)s", names=", ".join(map(repr, list(row)[:20]))),
        row=number,
        cure=phrase("Name the column that tells items apart, or call it %(ID_COLUMNS)r.", ID_COLUMNS=ID_COLUMNS[0]),
    )


def _staged(row: Row, column: str, number: int, here: Project) -> dict[str, Any]:
    if column not in row:
        raise Unusable(
            phrase("there is no column %(column)r", column=column),
            row=number,
            cure=phrase("The columns are: %(names)s", names=", ".join(map(str, row))),
        )
    key = _key(row[column], number, column)
    if len(row) > MOST_FIELDS:
        raise Unusable(
            phrase("%(row)s fields are more than %(MOST_FIELDS)s", row=len(row), MOST_FIELDS=MOST_FIELDS),
            row=number,
            cure=phrase("Leave some out."),
        )
    if len(row) < 2:
        raise Unusable(
            phrase("there is nothing in it but the id"),
            row=number,
            cure=phrase("Add a column with what is to be labeled."),
        )
    fields = {str(name): _value(value, number, str(name)) for name, value in row.items() if name != column}
    try:
        kind(here.kind).check_item(fields, here.options)
    except Unusable as error:
        raise Unusable(error.what, row=number, column=error.column, cure=error.cure) from None
    return {"key": key, "row": number, "payload": _payload(fields, number)}


def _payload(fields: dict[str, Any], number: int) -> str:
    try:
        text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        if not text.isascii():
            text.encode()
    except UnicodeEncodeError as error:
        raise Unusable(
            phrase("a text holds half a character (a lone surrogate)"),
            row=number,
            cure=phrase("Read the file in its own encoding."),
        ) from error
    except (TypeError, ValueError, RecursionError) as error:
        raise Unusable(
            phrase("a field cannot be written as JSON (%(error)s)", error=error),
            row=number,
            cure=phrase("Write it as text."),
        ) from error
    if len(text) > LONGEST_ITEM:
        longest = max(fields, key=lambda name: len(str(fields[name])))
        raise Unusable(
            phrase("the item has %(numeral)s characters", numeral=numeral(len(text))),
            row=number,
            column=longest,
            cure=phrase(
                "Use at most %(LONGEST_ITEM)s: cut the text into items, or give a link to it.",
                LONGEST_ITEM=numeral(LONGEST_ITEM),
            ),
        )
    return text


def _key(value: Any, number: int, column: str) -> str:
    if isinstance(value, bool) or value is None or (isinstance(value, float) and not value.is_integer()):
        raise Unusable(
            phrase("%(value)r cannot be an id", value=value),
            row=number,
            column=column,
            cure=phrase("Fill in a text or whole number."),
        )
    if not isinstance(value, str | int | float):
        raise Unusable(phrase("an id is a text or a whole number"), row=number, column=column, cure=phrase("Mend it."))
    key = str(int(value) if isinstance(value, float) else value).strip()
    if not key:
        raise Unusable(
            phrase("the id is empty"), row=number, column=column, cure=phrase("Fill it in or delete the row.")
        )
    if len(key) > LONGEST_ID or any(ord(letter) < 32 for letter in key):
        raise Unusable(
            phrase("the id is too long or holds a control character"),
            row=number,
            column=column,
            cure=phrase("Use up to %(LONGEST_ID)s plain characters.", LONGEST_ID=LONGEST_ID),
        )
    return key


def _value(value: Any, number: int, column: str) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None  # a missing number, as frames write it
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, str | int | float | bool | list | dict | None):
        return value
    if hasattr(value, "isoformat"):
        return value.isoformat()
    raise Unusable(
        phrase("a value of type %(name)s cannot be kept", name=type(value).__name__),
        row=number,
        column=column,
        cure=phrase("Write it as text."),
    )


def _rank(batch: int, seed: int, place: int) -> int:
    """A place in the shuffled order, fixed for ever; later imports come behind earlier ones.

    No two are equal, or a cursor that stands on one would pass over the other: every step turns the numbers below
    2**40 into one another (an odd factor, a shift to the right, the seed's own bits).

    >>> sorted(_rank(0, 7, place) for place in range(1000)) == [_rank(0, 7, place) for place in range(1000)]
    False
    >>> len({_rank(0, 7, place) for place in range(1000)})
    1000
    """
    most = (1 << RANKS) - 1
    mixed = (place ^ seed) & most
    for factor in (0x9E3779B97F, 0xBF58476D1D, 0x94D049BB13):
        mixed = (mixed * factor) & most
        mixed ^= mixed >> 19
    return (batch << RANKS) + mixed
