"""Patterns that a caller gives: checked, and run by an engine whose time grows with the text only."""

from __future__ import annotations

from prep.errors import UnusableParameter

MAX_LENGTH = 2_000


def safe_pattern(pattern: str, groups: int = 0) -> str:
    """The pattern, if polars' engine (Rust's regex) takes it and it has `groups` or more groups.

    That engine is linear in the text, so that no pattern explodes; for that it knows neither look-around nor
    back-references. Raises UnusableParameter, naming the fault.

    >>> safe_pattern("(a+)+$")
    '(a+)+$'
    >>> safe_pattern("a(?=b)")
    Traceback (most recent call last):
    prep.errors.UnusableParameter: The pattern 'a(?=b)' cannot be used: look-around, including look-ahead and look-behind, is not supported.
    """
    import polars as pl

    if len(pattern) > MAX_LENGTH:
        raise UnusableParameter(f"The pattern has {len(pattern):,} characters; {MAX_LENGTH:,} are allowed.")
    probe = pl.Series([""])
    try:
        probe.str.contains(pattern)
        found = probe.str.extract_groups(pattern).struct.fields
    except pl.exceptions.PolarsError as error:
        lines = str(error).removeprefix("regex error: ").splitlines()
        told = next((one.removeprefix("error: ") for one in lines if one.startswith("error: ")), lines[0]).rstrip(".")
        raise UnusableParameter(f"The pattern {pattern!r} cannot be used: {told}.") from error
    if len(found) < groups:
        raise UnusableParameter(f"The pattern {pattern!r} needs {groups} group{'s' * (groups > 1)}: (...).")
    return pattern
