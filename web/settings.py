"""Where the server runs and what it allows; the workspace folder. The only reader of the environment.

Every setting is a key `ASSAY_…` of the environment; an unknown key or a bad value stops the start and says why.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any

from labeling.errors import NotAllowed, NotFound, Unusable, nearest
from labeling.media import Limits

PREFIX = "ASSAY_"
SECRET_BYTES = 32
LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]")


def _says(meaning: str, least: int = 0, most: int = 0) -> dict[str, Any]:
    return {"meaning": meaning, "least": least, "most": most}


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of a server, with what they mean and their default; times and sizes name their unit.

    >>> Settings(Path("ws")).upload_mb
    200
    """

    workspace: Path = field(default=Path(), metadata=_says("the workspace folder"))
    host: str = field(default="127.0.0.1", metadata=_says("the address to listen on"))
    port: int = field(default=8000, metadata=_says("the port to listen on", 0, 65535))
    trusted_hosts: tuple[str, ...] = field(
        default=(), metadata=_says("further host names it answers to, parted by commas")
    )
    behind_proxy: bool = field(default=False, metadata=_says("a proxy ends HTTPS and passes the address on"))
    secure_cookies: bool = field(default=False, metadata=_says("cookies travel only over HTTPS"))
    upload_mb: int = field(default=200, metadata=_says("the largest upload, in megabytes", 1, 100_000))
    media_mb: int = field(default=100, metadata=_says("the largest picture, sound or film, in megabytes", 1, 10_000))
    media_megapixels: int = field(
        default=100, metadata=_says("the most pixels of a picture or film, in millions", 1, 10_000)
    )
    body_kb: int = field(default=2048, metadata=_says("the largest other request, in kilobytes", 16, 1_000_000))
    session_hours: int = field(default=12, metadata=_says("how long a session lasts without use, in hours", 1, 24 * 90))
    login_tries: int = field(default=10, metadata=_says("wrong passwords in five minutes", 1, 10_000))
    answers_per_minute: int = field(
        default=12_000, metadata=_says("answers and skips that one member may send in a minute", 60, 10_000_000)
    )

    @property
    def media_limits(self) -> Limits:
        """How large a medium may be."""
        return Limits(self.media_mb * 1_000_000, self.media_megapixels)

    @property
    def is_secure(self) -> bool:
        """Whether people reach this server over HTTPS."""
        return self.secure_cookies or self.behind_proxy

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every host name the server answers to, without ports."""
        own = () if self.host in {"0.0.0.0", "::", "[::]"} else (self.host,)  # noqa: S104 - it is refused as a name here
        return tuple(dict.fromkeys((*LOCAL_HOSTS, *own, *self.trusted_hosts)))

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None, **given: Any) -> Settings:
        """The settings of the environment; what is given by name stands above it.

        Raises Unusable naming the key, the value and what is wanted.

        >>> Settings.from_environment({"ASSAY_PORT": "8080"}).port
        8080
        >>> Settings.from_environment({"ASSAY_PORT": "many"})
        Traceback (most recent call last):
        labeling.errors.Unusable: ASSAY_PORT is 'many'. Give a whole number from 0 to 65535.
        """
        environment = os.environ if environment is None else environment
        known = {PREFIX + one.name.upper(): one for one in fields(cls)}
        values: dict[str, Any] = {}
        for key, text in environment.items():
            if not key.startswith(PREFIX):
                continue
            if key not in known:
                near = nearest(key, list(known))
                raise Unusable(
                    f"There is no setting {key}", cure=f"Did you mean {near}?" if near else "Known: " + ", ".join(known)
                )
            values[known[key].name] = _read(key, text, known[key].default, known[key].metadata)
        values.update({name: value for name, value in given.items() if value is not None})
        return cls(**values)

    @classmethod
    def listing(cls) -> list[tuple[str, str, str]]:
        """Key, default and meaning of every setting, for the handbook."""
        return [
            (
                PREFIX + one.name.upper(),
                "" if one.default in (MISSING, ()) else str(one.default),
                one.metadata["meaning"],
            )
            for one in fields(cls)
        ]


def _read(key: str, text: str, default: Any, limits: Mapping[str, Any]) -> Any:
    """One value as the type of its default."""
    text = text.strip()
    if isinstance(default, bool):
        words = {
            "1": True,
            "true": True,
            "yes": True,
            "on": True,
            "0": False,
            "false": False,
            "no": False,
            "off": False,
        }
        if text.lower() not in words:
            raise Unusable(f"{key} is {text!r}", cure="Give yes or no.")
        return words[text.lower()]
    if isinstance(default, int):
        least, most = limits["least"], limits["most"]
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            raise Unusable(f"{key} is {text!r}", cure=f"Give a whole number from {least} to {most}.")
        return int(text)
    if isinstance(default, tuple):
        return tuple(part.strip().lower() for part in text.split(",") if part.strip())
    if not text:
        raise Unusable(f"{key} is empty", cure=f"Give {limits['meaning']}, or unset it.")
    return Path(text) if isinstance(default, Path) else text


class NoWorkspace(NotFound):
    """There is no workspace in that folder."""

    def __init__(self, path: Path) -> None:
        super().__init__("workspace", str(path))
        self.args = (f"There is no workspace in {path} (it holds no assay.db). Run: assay init {path}",)


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder that holds everything of one team: the database, the snapshots, the secret."""

    path: Path
    secret: bytes = field(repr=False)

    @property
    def database(self) -> Path:
        """The file of the store."""
        return self.path / "assay.db"

    @property
    def snapshots(self) -> Path:
        """The folder of the frozen datasets."""
        return self.path / "snapshots"


def init_workspace(path: Path | str) -> Workspace:
    """Make a workspace in that folder, or complete one that is there; nothing in it is changed.

    Raises NotAllowed where the secret in it is open to others or too short.
    """
    path = Path(path)
    if path.exists() and not path.is_dir():
        raise Unusable(f"{path} is a file", cure="Name a folder that is new, empty or a workspace.")
    (path / "snapshots").mkdir(parents=True, exist_ok=True)
    secret = path / "secret"
    if not secret.exists():
        _write_secret(secret)
    return Workspace(path, _secret(secret))


def open_workspace(path: Path | str) -> Workspace:
    """The workspace in that folder. Raises NoWorkspace where there is none, NotAllowed where its secret is not one."""
    path = Path(path)
    if not (path / "assay.db").is_file():
        raise NoWorkspace(path)
    return init_workspace(path)


def _write_secret(path: Path) -> None:
    """Written aside and linked into place: of two servers that start at once, one makes the secret and both use it."""
    aside = path.with_name(f".secret-{secrets.token_hex(8)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(SECRET_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(aside, path)
        except FileExistsError:
            return
    finally:
        aside.unlink()


def _secret(path: Path) -> bytes:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise NotAllowed(f"{path} can be read by others (mode {mode:04o}). Run: chmod 600 {path}")
    text = path.read_text(encoding="ascii", errors="replace").strip()
    if len(text) < 2 * SECRET_BYTES or len(set(text)) < 8:
        raise NotAllowed(f"{path} is too short to be a secret. Delete it: a new one is made at the next start.")
    return text.encode()
