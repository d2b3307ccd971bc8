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

FORMAT = "assay-snapshot/1"
FILE = "manifest.json"


def sealed(manifest: Mapping[str, Any]) -> bytes:
    """The manifest as a JSON file with the SHA-256 of all else in it as its last entry, `seal`."""
    told = {**manifest, "seal": _seal(manifest)}
    return (json.dumps(told, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def read(folder: Path) -> dict[str, Any]:
    """The manifest of the snapshot in a folder. Raises DamagedSnapshot when it is missing, edited or no manifest."""
    cure = "Restore the folder from a backup, or freeze the dataset again."
    try:
        found = json.loads((folder / FILE).read_bytes())
    except FileNotFoundError as error:
        raise DamagedSnapshot(f"The snapshot {folder.name} has no {FILE}. {cure}") from error
    except (ValueError, OSError, RecursionError) as error:
        raise DamagedSnapshot(f"The {FILE} of snapshot {folder.name} cannot be read: {error}. {cure}") from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise DamagedSnapshot(f"The {FILE} of snapshot {folder.name} is none of format {FORMAT}. {cure}")
    seal = found.pop("seal", None)
    if seal != _seal(found):
        raise DamagedSnapshot(f"The {FILE} of snapshot {folder.name} was changed after it was frozen. {cure}")
    if found.get("id") != folder.name:
        raise DamagedSnapshot(f"The folder {folder.name} holds the manifest of {found.get('id')}. {cure}")
    return found


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
