"""One at a time in a folder of runs; who it is, is said, and a dead one is taken over from. Knows no pipeline."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import socket
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from prep.errors import Busy

FILE = "lock"


@contextlib.contextmanager
def alone(folder: Path, what: str, now: datetime) -> Iterator[dict[str, Any] | None]:
    """The block runs while nobody else is in one on that folder; gives what a killed one before left, if it did.

    The system lets go of the lock when its process ends, however it ends: no lock outlives its holder.
    Raises Busy, naming process, machine, what it does and since when.
    """
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(_busy(folder, holder(folder))) from None
        left = holder(folder)
        me = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "what": what,
            "since": now.isoformat(timespec="seconds"),
        }
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(me).encode(), 0)
        try:
            yield left
        finally:
            os.ftruncate(descriptor, 0)  # a killed one leaves its name
    finally:
        os.close(descriptor)


def holder(folder: Path) -> dict[str, Any] | None:
    """Who wrote the lock last and did not leave; None when nobody did, or it cannot be read."""
    try:
        found = json.loads((folder / FILE).read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def is_held(folder: Path) -> bool:
    """Whether somebody is at work in the folder now."""
    try:
        descriptor = os.open(folder / FILE, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _busy(folder: Path, who: dict[str, Any] | None) -> str:
    if who is None:
        return f"Another process is at work in {folder}. Wait until it is done."
    return (
        f"Process {who.get('pid')} on {who.get('host')} is at work in {folder} since {who.get('since')}: "
        f"{who.get('what')}. Wait until it is done, or stop it (kill {who.get('pid')}); what it has finished is kept."
    )
