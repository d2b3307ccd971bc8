"""Files that people send: streamed into the workspace under names of our own, and swept away when they were used.

How large a body may be is the gate's business (web.gate); it is counted as it streams in, and 413 says so in words.
"""

from __future__ import annotations

import json
import re
import secrets
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from labeling.errors import Unusable
from prep.phrase import phrase
from web.errors import Missing

if TYPE_CHECKING:
    from starlette.requests import Request

KEPT_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that lies in the workspace. `name` is what its sender called it: to be shown, never a path."""

    token: str
    path: Path
    name: str
    size: int

    def drop(self) -> None:
        """Take the file away; twice is once."""
        self.path.unlink(missing_ok=True)
        self.path.with_suffix(".json").unlink(missing_ok=True)


async def take_form(request: Request, *, owner: str, field: str = "file") -> tuple[Upload, FormData]:
    """The file of a form, with the form's other fields. `owner` says who may find it again (`find`).

    Raises Unusable where no file was chosen or it is empty.
    """
    form = await request.form(max_files=1, max_fields=100)
    sent = form.get(field)
    if not isinstance(sent, UploadFile) or not sent.filename:
        raise Unusable(phrase("No file was chosen"), cure=phrase("Choose a file, then send the form again."))
    upload = await run_in_threadpool(_copy, _folder(request), owner, sent.filename, sent.file)
    await form.close()
    return upload, form


async def take_body(request: Request, *, owner: str, name: str) -> Upload:
    """The body of a request as a file, for scripts that send it bare. Raises Unusable for an empty one."""
    folder = _folder(request)
    path = folder / _token(owner)
    try:
        with path.open("xb") as file:
            async for chunk in request.stream():
                file.write(chunk)
        return _noted(path, name)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def find(request: Request, token: str, *, owner: str) -> Upload:
    """A file sent earlier by the same owner, such as one that was looked at before it is imported. Raises Missing."""
    path = _folder(request) / token
    if not re.fullmatch(re.escape(owner) + r"-[0-9a-f]{32}", token) or not path.is_file():
        raise Missing("That file is not here any more; files are kept for a day. Send it again.")
    note = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    return Upload(token, path, note["name"], path.stat().st_size)


def _folder(request: Request) -> Path:
    folder: Path = request.app.state.workspace.path / "uploads"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _token(owner: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]+", owner):
        raise ValueError(f"An owner is letters, digits and -, not {owner!r}.")
    return f"{owner}-{secrets.token_hex(16)}"


def _copy(folder: Path, owner: str, name: str, source: BinaryIO) -> Upload:
    _sweep(folder)
    path = folder / _token(owner)
    try:
        with path.open("xb") as file:
            shutil.copyfileobj(source, file, 1 << 20)
        return _noted(path, name)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _noted(path: Path, name: str) -> Upload:
    size = path.stat().st_size
    shown = Path(name.replace("\\", "/")).name[:200] or "upload"
    if size == 0:
        raise Unusable(
            phrase("The file %(shown)r is empty", shown=shown),
            cure=phrase("Send one with a line of column names and rows."),
        )
    path.with_suffix(".json").write_text(json.dumps({"name": shown}), encoding="utf-8")
    return Upload(path.name, path, shown, size)


def _sweep(folder: Path) -> None:
    """Files nobody came back for."""
    old = time.time() - KEPT_SECONDS
    for path in folder.iterdir():
        if path.stat().st_mtime < old:
            path.unlink(missing_ok=True)
