"""The files of web/static, compressed once and served from memory under names that hold their hash.

A browser may keep such a file for a year: what changes gets another name. The modules and style sheets that name each
other (`import "./keys.js"`, `url("./mark.svg")`) are rewritten to the hashed names.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

FOLDER = Path(__file__).parent / "static"
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
_NAMES = re.compile(
    rb"""(?P<before>(?:from|import)\s*\(?\s*|url\(\s*)(?P<quote>["'])(?P<name>\.{1,2}/[^"'\n]+)(?P=quote)"""
)
_COMMENTS = re.compile(rb"^[ \t]*(?://[^\n]*|/\*\*.*?\*/[ \t]*)\n", re.DOTALL | re.MULTILINE)
KEEP = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class File:
    """One file as it goes out."""

    url: str
    kind: str
    body: bytes
    packed: bytes | None


class StaticFiles:
    """All files of a folder, read once. `url(name)` is for templates, `serve` is the route's endpoint."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.folder = folder
        self._files: dict[str, File] = {}
        names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
        for name in names:
            if not PurePosixPath(name).name.startswith("."):
                self._add(name, ())
        self._by_url: Mapping[str, File] = {file.url: file for file in self._files.values()}

    def url(self, name: str) -> str:
        """The address of a file by its plain name. Raises KeyError, naming what there is.

        >>> StaticFiles().url("favicon.svg").startswith("/static/favicon.")
        True
        """
        if name not in self._files:
            raise KeyError(f"There is no static file {name!r}; there are: {', '.join(self._files)}.")
        return self._files[name].url

    def has(self, name: str) -> bool:
        """Whether there is a file of that plain name."""
        return name in self._files

    async def serve(self, request: Request) -> Response:
        """GET /static/…: the file of that hashed name, else 404."""
        file = self._by_url.get(request.url.path)
        return (
            Response("There is no such file.", 404, media_type="text/plain") if file is None else _reply(file, request)
        )

    async def favicon(self, request: Request) -> Response:
        """GET /favicon.ico: the mark, for browsers that ask without looking at the page."""
        return _reply(self._files["favicon.svg"], request, keep="public, max-age=86400")

    def _add(self, name: str, above: tuple[str, ...]) -> File:
        if name in self._files:
            return self._files[name]
        if name in above:
            raise ValueError(f"Static files name each other in a circle: {' → '.join((*above, name))}.")
        path = PurePosixPath(name)
        body = (self.folder / name).read_bytes()
        if path.suffix in {".js", ".css"}:
            body = without_comments(body) if path.suffix == ".js" else body
            body = _NAMES.sub(lambda found: self._renamed(found, path, (*above, name)), body)
        digest = hashlib.sha256(body).hexdigest()[:12]
        kind = TYPES.get(path.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
        packed = gzip.compress(body, 9, mtime=0) if len(body) > 200 and path.suffix in {".js", ".css", ".svg"} else None
        self._files[name] = File(f"/static/{path.with_suffix('')}.{digest}{path.suffix}", kind, body, packed)
        return self._files[name]

    def _renamed(self, found: re.Match[bytes], path: PurePosixPath, above: tuple[str, ...]) -> bytes:
        named = found["name"].decode()
        target = (self.folder / path.parent / named).resolve()
        if not target.is_relative_to(self.folder.resolve()) or not target.is_file():
            raise ValueError(f"static/{path} names {named}, and there is no such file.")
        url = self._add(target.relative_to(self.folder.resolve()).as_posix(), above).url
        return found["before"] + found["quote"] + url.encode() + found["quote"]


def without_comments(script: bytes) -> bytes:
    r"""A script without the lines that hold nothing but a comment: a seventh less on the wire, and the rest as written.

    >>> without_comments(b"// why\nlet a = 1; // kept\n/** One. */\nlet b = 2;\n")
    b'let a = 1; // kept\nlet b = 2;\n'
    """
    return _COMMENTS.sub(b"", script)


def _reply(file: File, request: Request, keep: str = KEEP) -> Response:
    headers = {"cache-control": keep, "content-type": file.kind, "vary": "accept-encoding"}
    if file.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(file.packed, headers={**headers, "content-encoding": "gzip"})
    return Response(file.body, headers=headers)
