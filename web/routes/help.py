"""The handbook under /help, and the description of the API for people under /api."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from labeling.errors import NotFound
from web import auth, markdown, openapi, wire
from web.catalogue import t
from web.pages import render

router = APIRouter(include_in_schema=False)
HANDBOOK = Path(__file__).parents[1] / "handbook"


@cache
def chapters() -> dict[str, str]:
    """Every chapter of the handbook by its short name, with its title, in the order of their files."""
    found = {}
    for path in sorted(HANDBOOK.glob("*.md")):
        titles = markdown.headings(path.read_text(encoding="utf-8"))
        found[_short(path)] = titles[0] if titles else path.stem
    return found


def _short(path: Path) -> str:
    """A chapter's name in an address: its file's, without the number that puts it in its place."""
    return path.stem.lstrip("0123456789-")


@router.get("/help")
async def contents(request: Request, _: auth.SignedIn) -> Response:
    """What the handbook has."""
    return render(request, "help.html", chapters=chapters(), chapter=None, title=t("Handbook"), html="")


@router.get("/help/{chapter}")
async def page(request: Request, chapter: str, _: auth.SignedIn) -> Response:
    """One chapter."""
    known = chapters()
    if chapter not in known:
        raise NotFound("chapter in the handbook", chapter, known)
    text = next(path for path in HANDBOOK.glob("*.md") if _short(path) == chapter).read_text(encoding="utf-8")
    body = re.sub(r"\A\s*# .*\n", "", text)  # the title is the page's h1
    html = _with_anchors(markdown.to_html(body))
    sections = [(found[1], found[2]) for found in re.finditer(r'<h2 id="([^"]*)">(.*?)</h2>', html)]
    return render(
        request,
        "help.html",
        chapters=known,
        chapter=chapter,
        title=known[chapter],
        html=html,
        sections=[(anchor, Markup(words).striptags()) for anchor, words in sections],  # noqa: S704 - cleaned before
    )


def _with_anchors(html: Markup) -> Markup:
    """A chapter's cleaned HTML with a name on each heading, so that a page can lead to the words on what it shows.

    Headings rise by one: the title, which was theirs, is the page's own.

    >>> _with_anchors(Markup("<h4>Is it right?</h4>"))
    Markup('<h3 id="is-it-right">Is it right?</h3>')
    """

    def named(found: re.Match[str]) -> str:
        words = re.sub(r"<[^>]*>|&[#\w]+;|[^\w\s<>-]", "", found[2]).casefold()
        level = max(2, int(found[1]) - 1)
        return f'<h{level} id="{"-".join(words.split())}">{found[2]}</h{level}>'

    return Markup(re.sub(r"<h([2-6])>(.*?)</h\1>", named, html, flags=re.DOTALL))  # noqa: S704 - cleaned before


@router.get("/api")
async def api_page(request: Request, _: auth.SignedIn) -> Response:
    """Every call of the API, readable without a script."""
    document = openapi.schema(request.app)
    return render(request, "api.html", groups=_groups(document), description=document["info"]["description"])


@router.get("/api/v1/openapi.json")
async def api_document(request: Request, _: auth.SignedIn) -> Response:
    """The same as OpenAPI 3.1."""
    return wire.Reply(openapi.schema(request.app))


def _groups(document: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The calls by their first tag, with a row for each parameter and field."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            call = {
                "method": method.upper(),
                "path": path,
                "summary": operation.get("description") or operation.get("summary", ""),
                "rows": _parameters(operation) + _fields(document, operation),
            }
            groups.setdefault((operation.get("tags") or ["other"])[0], []).append(call)
    return dict(sorted(groups.items()))


def _parameters(operation: dict[str, Any]) -> list[list[str]]:
    """A row for each part of the address: name, where, type, whether it must be there, meaning."""
    return [
        [
            one["name"],
            one["in"],
            _kind(one.get("schema", {})),
            "yes" if one.get("required") else "",
            one.get("description", ""),
        ]
        for one in operation.get("parameters", [])
    ]


def _fields(document: dict[str, Any], operation: dict[str, Any]) -> list[list[str]]:
    """A row for each field of the body."""
    content = operation.get("requestBody", {}).get("content", {})
    body: dict[str, Any] = next(iter(content.values()), {"schema": {}})["schema"]
    if "$ref" in body:
        body = document["components"]["schemas"][body["$ref"].rsplit("/", 1)[1]]
    required = set(body.get("required", ()))
    return [
        [name, "body", _kind(field), "yes" if name in required else "", field.get("description", "")]
        for name, field in body.get("properties", {}).items()
    ]


def _kind(field: dict[str, Any]) -> str:
    """A type in a word or two."""
    if "enum" in field:
        return " | ".join(map(str, field["enum"]))
    if "anyOf" in field:
        return " or ".join(_kind(one) for one in field["anyOf"])
    return str(field.get("type", "any"))
