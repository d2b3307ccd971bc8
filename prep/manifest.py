"""A snapshot's manifest: what is in it, sealed against editing. Knows JSON, and no frame."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from prep.errors import DamagedSnapshot, UnusableParameter

FORMAT = "assay-snapshot/2"
FILE = "manifest.json"
_CURE = "Restore the folder from a backup, or freeze the dataset again."


def sealed(manifest: Mapping[str, Any]) -> bytes:
    """The manifest as a JSON file with the SHA-256 of all else in it as its last entry, `seal`."""
    told = {**manifest, "seal": _seal(manifest)}
    return (json.dumps(told, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def read(folder: Path) -> dict[str, Any]:
    """The manifest of the snapshot in a folder. Raises DamagedSnapshot when it is missing, edited or no manifest."""
    try:
        raw = (folder / FILE).read_bytes()
    except FileNotFoundError as error:
        raise DamagedSnapshot(f"The snapshot {folder.name} has no {FILE}. {_CURE}") from error
    except OSError as error:
        raise DamagedSnapshot(f"The {FILE} of snapshot {folder.name} cannot be read: {error}. {_CURE}") from error
    return parsed(raw, folder.name)


def parsed(raw: bytes, id_: str) -> dict[str, Any]:
    """The manifest in these bytes, which should be that of the snapshot `id_`. Raises DamagedSnapshot."""
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise DamagedSnapshot(f"The {FILE} of snapshot {id_} cannot be read: {error}. {_CURE}") from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise DamagedSnapshot(f"The {FILE} of snapshot {id_} is none of format {FORMAT}. {_CURE}")
    if not is_sealed(found):
        raise DamagedSnapshot(f"The {FILE} of snapshot {id_} was changed after it was frozen. {_CURE}")
    found.pop("seal")
    if found.get("id") != id_:
        raise DamagedSnapshot(f"The folder {id_} holds the manifest of {found.get('id')}. {_CURE}")
    return found


def is_sealed(found: Mapping[str, Any]) -> bool:
    """Whether the seal fits all else in it."""
    return found.get("seal") == _seal({name: value for name, value in found.items() if name != "seal"})


def plain(value: Any, where: str = "about") -> Any:
    """A value as JSON holds it: times as ISO 8601, paths as text, tuples and sets as lists, NaN as null.

    Raises UnusableParameter, naming the place, for what JSON cannot hold.

    >>> plain({"agreement": (0.5, float("nan"))})
    {'agreement': [0.5, None]}
    """
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(name): plain(one, f"{where}.{name}") for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one, where) for one in value]
    if isinstance(value, set | frozenset):
        return [plain(one, where) for one in sorted(value, key=str)]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    if hasattr(value, "item") and not hasattr(value, "__len__"):  # a number of numpy's
        return plain(value.item(), where)
    raise UnusableParameter(
        f"{where} is a {type(value).__name__}, which JSON cannot hold. Give text, numbers, lists or objects."
    )


def _seal(manifest: Mapping[str, Any]) -> str:
    text = json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()
