"""What an item looks like: its fields with the HTML of those that are more than text. For the desk, its API and the pages.

A field is a dict with name and value; dressed it may also have `title` (the name people read; "" for none), `look` (the
classes of its box) and `html` (drawn here from what is not trusted). What cannot be shown as was asked is shown as text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool

from labeling import showing
from labeling.media.names import named
from labeling.store import media
from web import markdown, pages, security

if TYPE_CHECKING:
    from starlette.requests import Request

    from labeling.model import Desk, Medium, Project
    from web.auth import Seat

Field = dict[str, Any]
MOST_ROWS, MOST_COLUMNS, MOST_TURNS, MOST_MEDIA = 200, 30, 500, 50


async def at_desk(request: Request, seat: Seat, desk: Desk) -> Desk:
    """The desk with its items dressed; just as it was where the project says nothing of its fields."""
    if not seat.project.shows or not desk.assignments:
        return desk
    items = await run_in_threadpool(dress, request, seat, [held.fields for held in desk.assignments])
    held = [replace(one, fields=fields) for one, fields in zip(desk.assignments, items, strict=True)]
    return replace(desk, assignments=held)


def dress(request: Request, seat: Seat, items: Sequence[list[Field]]) -> list[list[Field]]:
    """Fields of items, as `labeling.showing.seen` gives them, dressed for whoever sits there."""
    project, shows = seat.project, seat.project.shows
    if not shows:
        return [list(fields) for fields in items]
    media_in = set(showing.media_fields(shows))
    paths = {field["name"] for fields in items for field in fields if field.get("of", field["name"]) in media_in}
    wanted = {name for fields in items for field in fields if field["name"] in paths for name in named(field["value"])}
    found: dict[str, Medium] = {}
    if wanted:
        with request.app.state.store.read() as connection:
            found = media.find(connection, project.id, wanted)
    urls = {name: address(request, seat, one) for name, one in found.items()}
    return [_item(project, fields, found, urls) for fields in items]


def of_item(request: Request, seat: Seat, payload: Mapping[str, Any]) -> list[Field]:
    """An item as its annotators see it; empty where the project says nothing of its fields."""
    project = seat.project
    return dress(request, seat, [showing.seen(payload, project.show, project.shows)])[0] if project.shows else []


def address(request: Request, seat: Seat, medium: Medium) -> str:
    """Where a medium is for somebody. An annotator's address holds a seal: it opens to them alone, and to none it was not
    handed to.
    """
    url = f"/api/v1/projects/{seat.project.name}/media/{medium.file}"
    return f"{url}?seal={_seal(request, seat, medium.file)}" if seat.role == "annotator" else url


def is_sealed(request: Request, seat: Seat, file: str, seal: str) -> bool:
    """Whether somebody was handed an item with this file in it."""
    return security.is_same(seal, _seal(request, seat, file))


def _seal(request: Request, seat: Seat, file: str) -> str:
    text = f"medium {seat.project.id} {seat.member.id} {file}"
    return security.seal(text, request.app.state.workspace.secret)[:32]


def _item(
    project: Project, fields: Iterable[Field], found: Mapping[str, Medium], urls: Mapping[str, str]
) -> list[Field]:
    shows: Mapping[str, Mapping[str, str]] = project.shows or {}
    there = {field["name"]: field for field in fields}
    captions = {said["caption"] for name, said in shows.items() if "caption" in said and name in there}
    pairs = {name: said["beside"] for name, said in shows.items() if name in there and said.get("beside") in there}
    dressed = []
    for name in _order(list(there), pairs):
        if name in captions:
            continue
        field = dict(there[name])
        said = shows.get(field.get("of", name), {})
        if "title" in said and "title" not in field:
            field["title"] = said["title"]
        way = said.get("as", "text")
        caption = there.get(said.get("caption", ""), {}).get("value")
        html = _html(way, field, said, found, urls, caption)
        looks = []
        if html is not None:
            field["html"] = str(html)
            looks = ["showing", f"as-{way}"]
        if name in pairs or name in pairs.values():
            looks = [*(looks or ["reading"]), "paired"]
        own = field.get("look", "").split()
        if looks:
            field["look"] = " ".join([*looks, *(look for look in own if look not in {"reading", *looks})])
        dressed.append(field)
    return dressed


def _order(names: list[str], pairs: Mapping[str, str]) -> list[str]:
    """The names in their order, the second of a pair right behind the first."""
    seconds = set(pairs.values())
    order: list[str] = []
    for name in names:
        if name not in seconds:
            order += [name, pairs[name]] if name in pairs else [name]
    return order


def _html(
    way: str,
    field: Field,
    said: Mapping[str, str],
    found: Mapping[str, Medium],
    urls: Mapping[str, str],
    caption: Any,
) -> Markup | None:
    """The HTML of a field; None where it is text, or cannot be what was asked and so is shown as text."""
    value, title = field["value"], said.get("title") or field["name"]
    if way in showing.MEDIA:
        return _media(way, value, title, found, urls, caption)
    if way == "markdown" and isinstance(value, str):
        return _draw("prose", markdown.of_item(value))
    if way == "dialogue":
        return _dialogue(value)
    if way == "table":
        return _table(value, title)
    if way == "code":
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
        return _draw("code", text, title)
    if way == "link" and isinstance(value, str) and is_link(value):
        return _draw("link", value.strip())
    return None


def is_link(text: str) -> bool:
    """Whether a text is an address on the web, and nothing that a browser would run.

    >>> is_link("https://example.org/a"), is_link("javascript:alert(1)"), is_link("https:///a"), is_link("see https://a.b")
    (True, False, False, False)
    """
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not any(map(str.isspace, text.strip()))


def _media(
    way: str, value: Any, title: str, found: Mapping[str, Medium], urls: Mapping[str, str], caption: Any
) -> Markup | None:
    names = named(value)
    if not names:
        return None
    shown = [
        {
            "name": name,
            "medium": found.get(name),
            "url": urls.get(name, ""),
            "is_link": is_link(name),
            # A sound that is called a film, say: it is shown as what it is.
            "sort": found[name].type.partition("/")[0] if name in found else way,
        }
        for name in names[:MOST_MEDIA]
    ]
    words = caption if isinstance(caption, str) else "" if caption is None else json.dumps(caption, ensure_ascii=False)
    return _draw("media", shown, title, words, len(names) - len(shown))


def _dialogue(value: Any) -> Markup | None:
    turns = showing.turns(value)
    if turns is None:
        return None
    speakers = {who: place for place, who in enumerate(dict.fromkeys(who for who, _ in turns))}
    shown = [{"who": who, "words": words, "place": speakers[who]} for who, words in turns[:MOST_TURNS]]
    return _draw("dialogue", shown, len(turns) - len(shown))


def _table(value: Any, title: str) -> Markup | None:
    value = showing.opened(value)
    head: list[str] = []
    if isinstance(value, dict) and value:
        rows = [[str(name), _cell(one)] for name, one in value.items()]
    elif isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        head = list(dict.fromkeys(str(name) for one in value[:MOST_ROWS] for name in one))
        rows = [[_cell(one.get(name)) for name in head] for one in value]
    elif isinstance(value, list) and value:
        rows = [[_cell(cell) for cell in one] if isinstance(one, list) else [_cell(one)] for one in value]
    else:
        return None
    wide = max(len(head), *(len(row) for row in rows))
    cut = [row[:MOST_COLUMNS] for row in rows[:MOST_ROWS]]
    return _draw(
        "table",
        head[:MOST_COLUMNS],
        cut,
        title,
        isinstance(value, dict),
        len(rows) - len(cut),
        max(0, wide - MOST_COLUMNS),
    )


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@cache
def _module() -> Any:
    return pages.environment().get_template("cards.html").module


def _draw(name: str, *given: Any) -> Markup:
    """A macro of cards.html: what it is given is escaped there."""
    return cast("Markup", getattr(_module(), name)(*given))


__all__ = ["Field", "Markup", "address", "at_desk", "dress", "is_link", "is_sealed", "of_item"]
