"""Media of projects: names, and what lies under each."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select

from labeling.media.names import base, named
from labeling.model import Medium
from labeling.store import schema as t
from labeling.store.rows import batched

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from labeling.store.rows import AnyRow

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Totals:
    """How many names there are, of which sorts, how many files and bytes lie under them."""

    names: int
    images: int
    audio: int
    video: int
    files: int
    bytes: int
    placed: int


def _medium(row: AnyRow) -> Medium:
    return Medium(
        row.name, row.hash, row.type, row.bytes, row.width, row.height, row.seconds, bool(row.has_place), row.at
    )


def find(connection: Connection, project: int, names: Collection[str]) -> dict[str, Medium]:
    """What these names mean, those that mean nothing left out.

    A name means the medium of just that name; else the one whose name ends alike, if there is only one such.
    """
    found: dict[str, Medium] = {}
    here = t.media.c.project_id == project
    for some in batched(dict.fromkeys(names), AT_ONCE):
        for row in connection.execute(select(t.media).where(here, t.media.c.name.in_(some))):
            found[row.name] = _medium(row)
        rest = [name for name in some if name not in found]
        if not rest:
            continue
        alike: dict[str, list[Medium]] = {}
        ends = {base(name) for name in rest}
        for row in connection.execute(select(t.media).where(here, t.media.c.base.in_(ends))):
            alike.setdefault(row.base, []).append(_medium(row))
        for name in rest:
            only = alike.get(base(name), [])
            if len(only) == 1:
                found[name] = only[0]
    return found


def size(connection: Connection, project: int, name: str) -> tuple[int, int] | None:
    """Width and height in pixels of the medium that an item's field names, as a browser shows it; None where unknown.

    The names of `labeling.media.names.named` are meant: `size(connection, project, named(value)[0])`.
    """
    medium = find(connection, project, [name]).get(name)
    return (medium.width, medium.height) if medium is not None and medium.width and medium.height else None


def by_hash(connection: Connection, project: int, digest: str) -> Medium | None:
    """A medium of the project with that content; None where there is none (any more)."""
    query = select(t.media).where(t.media.c.project_id == project, t.media.c.hash == digest).limit(1)
    row = connection.execute(query).first()
    return None if row is None else _medium(row)


def page(
    connection: Connection, project: int, *, search: str = "", after: str = "", limit: int = 100
) -> tuple[list[Medium], str | None]:
    """Media by name, behind `after`; and the `after` of the next page, None at the end."""
    query = select(t.media).where(t.media.c.project_id == project, t.media.c.name > after)
    if search:
        query = query.where(t.media.c.name.icontains(search, autoescape=True))
    rows = connection.execute(query.order_by(t.media.c.name).limit(limit + 1)).all()
    found = [_medium(row) for row in rows[:limit]]
    return found, found[-1].name if len(rows) > limit else None


def each(connection: Connection, project: int) -> Iterator[Medium]:
    """Every medium by name."""
    for row in connection.execute(select(t.media).where(t.media.c.project_id == project).order_by(t.media.c.name)):
        yield _medium(row)


def totals(connection: Connection, project: int) -> Totals:
    """How much there is."""
    here = t.media.c.project_id == project
    sorts: dict[str, int] = {}
    placed = 0
    query = select(t.media.c.type, func.count(), func.sum(t.media.c.has_place)).where(here).group_by(t.media.c.type)
    for type_, count, with_place in connection.execute(query):
        sort = type_.partition("/")[0]
        sorts[sort] = sorts.get(sort, 0) + count
        placed += with_place or 0
    files = select(t.media.c.hash, func.max(t.media.c.bytes).label("bytes")).where(here).group_by(t.media.c.hash)
    each_file = files.subquery()
    number, size_ = connection.execute(select(func.count(), func.sum(each_file.c.bytes)).select_from(each_file)).one()
    return Totals(
        sum(sorts.values()),
        sorts.get("image", 0),
        sorts.get("audio", 0),
        sorts.get("video", 0),
        number,
        size_ or 0,
        placed,
    )


def exact(connection: Connection, project: int, names: Collection[str]) -> dict[str, Medium]:
    """The media of just these names."""
    found = {}
    for some in batched(dict.fromkeys(names), AT_ONCE):
        query = select(t.media).where(t.media.c.project_id == project, t.media.c.name.in_(some))
        found.update({row.name: _medium(row) for row in connection.execute(query)})
    return found


def add(
    connection: Connection, project: int, rows: Sequence[Mapping[str, Any]], *, member: int | None, now: int
) -> None:
    """New names, none of which is there."""
    values = [{**row, "base": base(row["name"]), "project_id": project, "member_id": member, "at": now} for row in rows]
    for some in batched(values, AT_ONCE):
        connection.execute(insert(t.media), some)


def remove(connection: Connection, project: int, names: Collection[str]) -> list[str]:
    """Forget these names; the files that nothing names any more."""
    gone = exact(connection, project, names)
    for some in batched(gone, AT_ONCE):
        connection.execute(delete(t.media).where(t.media.c.project_id == project, t.media.c.name.in_(some)))
    files = {one.hash: one.file for one in gone.values()}
    left: set[str] = set()
    for hashes in batched(files, AT_ONCE):
        query = select(t.media.c.hash).where(t.media.c.project_id == project, t.media.c.hash.in_(hashes))
        left.update(connection.execute(query).scalars())
    return [file for digest, file in files.items() if digest not in left]


def named_by(connection: Connection, project: int, items: Collection[int] | None = None) -> set[str]:
    """The names of all media that items name (of the project, or only these), in whatever field. Reads every item."""
    query = select(t.items.c.payload).where(t.items.c.project_id == project)
    if items is not None:
        query = query.where(t.items.c.id.in_(list(items)))
    found: set[str] = set()
    for texts in connection.execution_options(stream_results=True).execute(query).scalars().partitions(AT_ONCE):
        names = {
            name for text in texts for value in json.loads(text).values() for name in named(value) if len(name) <= 300
        }
        found |= {one.name for one in find(connection, project, names).values()}
    return found
