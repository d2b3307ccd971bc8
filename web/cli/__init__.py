"""The command `assay`: the same services as the pages, from a terminal.

Exit codes: 0 done · 1 it ran and found problems · 2 wrong use or bad input · 3 no such thing · 4 the state does not
allow it · 5 the disk · 130 stopped by Ctrl+C.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main() -> None:
    """Run the command line of this process and leave with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command; its exit code. What goes wrong is one sentence on standard error.

    >>> run(["--version"])  # doctest: +ELLIPSIS
    assay ...
    0
    """
    from web.cli.commands import app
    from web.cli.outcome import guarded

    return guarded(app, list(arguments))
