"""How a command ends: its exit code, and one sentence about what went wrong. The outermost door of the terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from labeling.errors import AssayError, Conflict, GuidelineDue, NotAllowed, NotFound, StorageFull
from prep.errors import PrepError

if TYPE_CHECKING:
    import typer

OK, PROBLEMS, BAD_INPUT, NOT_FOUND, CONFLICT, STORAGE, STOPPED = 0, 1, 2, 3, 4, 5, 130

MEANINGS = {
    OK: "done",
    PROBLEMS: "it ran and found problems: a check that failed, a snapshot that may not be frozen",
    BAD_INPUT: "wrong use, or input that cannot be used",
    NOT_FOUND: "there is no such workspace, project, item, snapshot",
    CONFLICT: "the state does not allow it: a closed project, a stale revision, a secret that others can read",
    STORAGE: "the disk: full, not writable, gone",
    STOPPED: "stopped by Ctrl+C",
}


class Problems(Exception):
    """The command ran to its end and what it found is bad; everything is said already."""


def guarded(app: typer.Typer, arguments: Sequence[str]) -> int:
    """Run the application on these arguments and turn whatever comes of it into an exit code."""
    try:
        app(args=list(arguments), prog_name="assay")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else (OK if end.code is None else BAD_INPUT)
    except Problems:
        return PROBLEMS
    except KeyboardInterrupt:
        _complain("Stopped.")
        return STOPPED
    except BrokenPipeError:  # the reader went away, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except (AssayError, PrepError) as error:
        _complain(str(error))
        return code_of(error)
    except OSError as error:
        _complain(_of_the_disk(error))
        return STORAGE if not isinstance(error, FileNotFoundError) else NOT_FOUND
    return OK


def code_of(error: Exception) -> int:
    """The exit code of an error of ours.

    >>> code_of(NotFound("project", "x"))
    3
    """
    from prep.errors import BrokenPromise, Busy, DamagedSnapshot, UnknownSnapshot

    kinds: tuple[tuple[tuple[type[Exception], ...], int], ...] = (
        ((NotFound, UnknownSnapshot), NOT_FOUND),
        ((Conflict, GuidelineDue, NotAllowed, Busy), CONFLICT),
        ((StorageFull,), STORAGE),
        ((BrokenPromise, DamagedSnapshot), PROBLEMS),
    )
    return next((code for classes, code in kinds if isinstance(error, classes)), BAD_INPUT)


def _of_the_disk(error: OSError) -> str:
    where = f"{error.filename}: " if error.filename else ""
    what = error.strerror or str(error)
    return f"{where}{what}. Nothing more was written."


def _complain(text: str) -> None:
    print(f"assay: {text}", file=sys.stderr)
