"""The exchange formats, one file each, found and not listed; and the writing of a snapshot in one of them.

A format is a module with NAME, SUFFIX ("" for a folder), DESCRIPTION, `write(frame, path, about)` and
`read(path, types=None)`. The law is that reading undoes writing. One that holds the answers of some kinds alone names them
in KINDS.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from labeling.errors import NotFound, StorageFull, Unusable
from labeling.formats.long import read_long

if TYPE_CHECKING:
    import polars as pl

    from prep.frozen import Snapshot

__all__ = ["Format", "every", "export", "fits", "formats", "one", "read_long"]


class Format(Protocol):
    """What the module of a format says. One that is for some kinds only names them in KINDS."""

    NAME: str
    SUFFIX: str
    DESCRIPTION: str

    def write(self, frame: pl.DataFrame, path: Path, about: Mapping[str, Any], **options: Any) -> None:
        """Write a table to a file or folder, whole or not at all. `about` is the snapshot's manifest, or {}.

        `options` are the format's own, such as `guard` of CSV.
        """

    def read(self, path: Path, types: Mapping[str, Any] | None = None) -> pl.DataFrame:
        """The table again. `types` are the polars types of its columns, for formats that do not keep them."""


@cache
def formats() -> Mapping[str, Format]:
    """Every format by its name, in the order of the names.

    >>> list(formats())
    ['coco', 'conll', 'csv', 'doccano', 'huggingface', 'jsonl', 'parquet']
    """
    modules = [importlib.import_module(f"{__name__}.{entry.name}") for entry in pkgutil.iter_modules(__path__)]
    found = {module.NAME: cast("Format", module) for module in modules if hasattr(module, "NAME")}
    return dict(sorted(found.items()))


def every(kind: str | None = None) -> list[Format]:
    """Every format, in the order of the names; with a kind, those that hold its answers."""
    return [one for one in formats().values() if kind is None or fits(one, kind)]


def fits(form: Format, kind: str) -> bool:
    """Whether a format holds the answers of a kind.

    >>> fits(one("coco"), "boxes"), fits(one("coco"), "choice"), fits(one("csv"), "choice")
    (True, False, True)
    """
    kinds = getattr(form, "KINDS", ())
    return not kinds or kind in kinds


def one(name: str) -> Format:
    """The format of that name. Raises NotFound, naming the nearest.

    >>> one("jsonl").SUFFIX
    '.jsonl'
    """
    try:
        return formats()[name]
    except KeyError:
        raise NotFound("format", name, formats(), list_all=True) from None


def export(
    snapshot: Snapshot,
    format: str,  # noqa: A002 - the word of the domain
    target: Path | str,
    *,
    table: str = "items",
    splits: Mapping[str, float] | None = None,
    seed: int = 0,
    stratify: str | Sequence[str] | None = None,
    group: str | Sequence[str] | None = None,
    together: bool = False,
    allow_leak: str = "",
    soft_labels: bool = False,
    guard: bool = True,
    tokeniser: str = "word",
) -> Path:
    """Write a table of a snapshot in a format; the path of the file or folder, which takes the place of what was there.

    `splits` are shares that add up to 1 (such as {"train": 0.8, "test": 0.2}): each row gets its part in a column
    `split`, by `prep.split` (seeded by id: an item never changes its part when others are added, and annotations go
    where their item goes). `group` keeps rows of one group together, `stratify` names columns whose strata are checked.
    With `soft_labels`, a column `probability_<label>` for each label says how sure the consensus is of it; an item that
    somebody ruled on has 1 for its label. `guard` disarms the cells of a CSV that a
    spreadsheet would run as formulas; `tokeniser` ("word", "space", "character") is CoNLL's.
    Raises NotFound (format), UnknownSnapshot (table), Unusable, Leak, StorageFull; whatever is raised, nothing is
    written.
    """
    from prep.errors import DiskFull

    form = one(format)
    asked = str(snapshot.about.get("kind") or "")
    if asked and not fits(form, asked):
        raise Unusable(
            f"The format {format} does not hold answers of the kind {asked}",
            cure="Take one of: " + ", ".join(found.NAME for found in every(asked)) + ".",
        )
    path = Path(target)
    _refuse_target(path, form)
    frame = snapshot.load(table)
    if soft_labels:
        from labeling.formats.soft import with_probabilities

        frame = with_probabilities(snapshot, frame, table)
    about = dict(snapshot.manifest)
    if splits is not None:
        from labeling.formats.parts import divided

        how = {"shares": splits, "seed": seed, "stratify": stratify, "group": group}
        frame, about["split"] = divided(snapshot, frame, table, how, together=together, allow_leak=allow_leak.strip())
    try:
        form.write(frame, path, about, **_own_options(form, guard=guard, tokeniser=tokeniser))
    except DiskFull as error:
        raise StorageFull(str(error)) from error
    return path


def _own_options(form: Format, *, guard: bool, tokeniser: str) -> dict[str, Any]:
    """The options of a format's own that were changed; any other format has none."""
    if form.NAME == "csv":
        return {} if guard else {"guard": False}
    return {"tokeniser": tokeniser} if form.NAME == "conll" else {}


def _refuse_target(path: Path, form: Format) -> None:
    if not path.parent.is_dir():
        raise Unusable(f"There is no folder {path.parent}", cure="Make it first, or name another.")
    if form.SUFFIX and path.is_dir():
        raise Unusable(f"{path} is a folder", cure=f"Name a file, such as {path / ('items' + form.SUFFIX)}.")
    if not form.SUFFIX and path.exists() and not path.is_dir():
        raise Unusable(f"{path} is a file", cure=f"The format {form.NAME} needs a folder; name another path.")
