"""What can go wrong in prep, one class for each reaction of a caller. Knows no frame and no file format.

PrepError
├── UnusableFrame       what was given is no table, or not one this can be done with
│   └── UnknownColumn   there is no such column; names the nearest
├── UnusableParameter   a parameter has no meaning here; says which would have
├── BadValues           a step met values that it cannot use; says which, and how to set them aside
├── BrokenPromise       keys stand more often than was promised; says which, and how often
├── UnreadableFile      a file cannot be read as it is; says where and how to mend it
├── BrokenSchema        the schema itself contradicts itself or cannot be read
├── BrokenPipeline      a pipeline cannot be run as it is written; names file, line and cure
├── StepFailed          a function of the user's own, run as a step, went wrong
├── Busy                another process is at work in that folder; says which, and since when
├── UnknownSnapshot     there is no such snapshot, tag or table; names the nearest
├── DamagedSnapshot     a snapshot is not what was frozen
│   └── UnsafeManifest  a manifest names files outside its folder: nobody's mistake
├── GoneSnapshot        a snapshot was taken away on purpose; says when, why and what stands in its place
├── Unreachable         what lies elsewhere cannot be reached; nothing was changed here
├── Leak                a split lets the test be seen in training; says which rows, and how to allow it
└── DiskFull            there was no room; nothing was left behind
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any


class PrepError(Exception):
    """The base of all; its text is a sentence for a person and says what to do."""


class UnusableFrame(PrepError):
    """What was given is no table, or not one this can be done with."""


class UnknownColumn(UnusableFrame):
    """There is no such column; names the nearest one that there is.

    >>> str(UnknownColumn("agee", ["name", "age"]))
    "There is no column 'agee'. Did you mean 'age'?"
    >>> str(UnknownColumn("x", ["name", "age"]))
    "There is no column 'x'; the columns are: name, age."
    """

    def __init__(self, name: object, columns: Iterable[object] = ()) -> None:
        self.name = name
        super().__init__(f"There is no column {name!r}" + _suggest(name, columns, "columns"))


class UnusableParameter(PrepError):
    """A parameter has no meaning here; the text says which would have."""


class BadValues(PrepError):
    """A step met values that it cannot use, and was to raise. `quarantine` holds each: row, column, value, reason."""

    def __init__(self, verb: str, quarantine: Any) -> None:
        self.verb, self.quarantine = verb, quarantine
        shown = [
            f"row {row['row']}, {row['column']}: {row['value']!r} {row['reason']}"
            for row in quarantine.head(3).iter_rows(named=True)
        ]
        more = f"; and {len(quarantine) - 3:,} more" if len(quarantine) > 3 else ""
        super().__init__(
            f"{verb} cannot use {len(quarantine):,} of the values: {'; '.join(shown)}{more}. "
            'Mend them, or say on_error="quarantine" to set them aside or on_error="null" to make them missing.'
        )


class BrokenPromise(PrepError):
    """Keys stand more often than was promised. `keys` holds the most frequent: the key columns and `rows`.

    >>> str(BrokenPromise("The promise m:1", "on the right", ["id"], [{"id": 7, "rows": 3}], repeated=1))
    'The promise m:1 is broken: 1 key stands more than once on the right: id=7 (3 rows). Keep one row of each key there.'
    """

    def __init__(
        self, promise: str, where: str, columns: list[str], keys: list[dict[str, Any]], *, repeated: int, cure: str = ""
    ) -> None:
        self.promise, self.where, self.keys, self.repeated = promise, where, keys, repeated
        shown = [f"{', '.join(f'{name}={key[name]!r}' for name in columns)} ({key['rows']:,} rows)" for key in keys[:5]]
        more = f"; and {repeated - len(shown):,} more" if repeated > len(shown) else ""
        many = "1 key stands" if repeated == 1 else f"{repeated:,} keys stand"
        super().__init__(
            f"{promise} is broken: {many} more than once {where}: {'; '.join(shown)}{more}. "
            f"Keep one row of each key there{cure}."
        )


class UnreadableFile(PrepError):
    """A file cannot be read as it is. Names file, line, column and cure where there are such.

    >>> str(UnreadableFile("is no JSON", file="a.jsonl", line=7, cure="Mend or delete that line."))
    'a.jsonl, line 7: is no JSON. Mend or delete that line.'
    """

    def __init__(
        self,
        what: str,
        *,
        file: str = "",
        line: int | None = None,
        row: int | None = None,
        column: str | None = None,
        byte: int | None = None,
        cure: str = "",
    ) -> None:
        self.what, self.file, self.line, self.row = what, file, line, row
        self.column, self.byte, self.cure = column, byte, cure
        places = [
            file,
            f"line {line}" if line is not None else "",
            f"row {row}" if row is not None else "",
            f"column {column!r}" if column is not None else "",
            f"byte {byte}" if byte is not None else "",
        ]
        place = ", ".join(part for part in places if part)
        text = f"{place}: {what}" if place else f"{what[:1].upper()}{what[1:]}"
        super().__init__(f"{text.rstrip('.')}. {cure}".rstrip() if cure else f"{text.rstrip('.')}.")


class BrokenSchema(PrepError):
    """A schema contradicts itself, or cannot be read."""


class BrokenPipeline(PrepError):
    """A pipeline cannot be run as it is written: a cycle, an unknown verb or input, a misspelt parameter.

    >>> str(BrokenPipeline("the steps go round in a circle: a -> b -> a", file="p.toml", line=3, cure="Cut it."))
    'p.toml, line 3: the steps go round in a circle: a -> b -> a. Cut it.'
    """

    def __init__(self, what: str, *, file: str = "", line: int | None = None, cure: str = "") -> None:
        self.what, self.file, self.line, self.cure = what, file, line, cure
        place = ", ".join(part for part in (file, f"line {line}" if line is not None else "") if part)
        text = f"{place}: {what}" if place else f"{what[:1].upper()}{what[1:]}"
        super().__init__(f"{text.rstrip('.?')}{'?' if text.endswith('?') else '.'} {cure}".rstrip())


class StepFailed(PrepError):
    """A function of the user's own, run as a step, went wrong; the cause is chained."""


class Busy(PrepError):
    """Another process is at work in that folder; says which, and since when."""


class UnknownSnapshot(PrepError):
    """There is no such snapshot, tag or table; names the nearest.

    >>> str(UnknownSnapshot("snapshot", "sentment", ["sentiment"]))
    "There is no snapshot 'sentment'. Did you mean 'sentiment'?"
    """

    def __init__(self, noun: str, name: object, known: Iterable[object] = (), cure: str = "") -> None:
        self.noun, self.name = noun, name
        text = f"There is no {noun} {name!r}" + _suggest(name, known, f"{noun}s")
        super().__init__(f"{text} {cure}".rstrip())


class DamagedSnapshot(PrepError):
    """A snapshot is not what was frozen: a byte, a file or its manifest has changed."""


class UnsafeManifest(DamagedSnapshot):
    """A manifest names files outside its own folder: it was not made by Assay."""


class GoneSnapshot(UnknownSnapshot):
    """A snapshot was taken away on purpose; `record` says when, why and what stands in its place.

    >>> record = {"at": "2026-03-01T10:00:00+00:00", "how": "erased", "reason": "request 17", "into": "ab" * 32}
    >>> str(GoneSnapshot("intents@3f9a1c", record))
    "There is no snapshot 'intents@3f9a1c' any more: it was erased on 2026-03-01 (request 17). In its place stands abababababab."
    """

    def __init__(self, name: str, record: Mapping[str, Any]) -> None:
        self.record, self.noun, self.name = dict(record), "snapshot", name
        into = f" In its place stands {record['into'][:12]}." if record.get("into") else ""
        what = f"it was {record['how']} on {record['at'][:10]} ({record['reason']})"
        PrepError.__init__(self, f"There is no snapshot {name!r} any more: {what}.{into}")


class Unreachable(PrepError):
    """What lies elsewhere cannot be reached.

    >>> str(Unreachable("s3://none/x", "no such bucket"))
    's3://none/x cannot be reached: no such bucket. Look at the address, your rights there and the network; then try again.'
    """

    def __init__(self, url: str, why: str) -> None:
        self.url = url
        cure = "Look at the address, your rights there and the network; then try again."
        super().__init__(f"{url} cannot be reached: {why.rstrip('.')}. {cure}")


class Leak(PrepError):
    """A split lets the test be seen in training. `report` holds every finding."""

    def __init__(self, report: Any) -> None:
        self.report = report
        super().__init__(
            f"The split leaks: {'; '.join(one.words.rstrip('.') for one in report.findings)}. Keep such rows together with "
            "group=, drop one of each, or allow it with a reason (--allow-leak)."
        )


class DiskFull(PrepError):
    """There was no room on the disk; what had been begun was taken away again."""


def nearest(name: object, known: Iterable[object]) -> str | None:
    """The known name nearest to a misspelt one; None when none is near.

    >>> nearest("agee", ["age", "name"])
    'age'
    """
    spelt = {str(other).lower(): str(other) for other in known}
    close = difflib.get_close_matches(str(name).lower(), list(spelt), n=1, cutoff=0.6)
    return spelt[close[0]] if close else None


def _suggest(name: object, known: Iterable[object], plural: str) -> str:
    listed = [str(other) for other in known]
    near = nearest(name, listed)
    if near:
        return f". Did you mean {near!r}?"
    if not listed:
        return "."
    shown = ", ".join(listed[:20]) + (", ..." if len(listed) > 20 else "")
    return f"; the {plural} are: {shown}."
