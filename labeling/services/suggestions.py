"""Suggestions of models: brought in and taken away. What comes of them at the desk is labeling.services.work's."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from labeling.errors import Unusable
from labeling.kinds import kind
from labeling.kinds.kind import Kind
from labeling.model import ImportedSuggestions, Project
from labeling.store import Writing, items, projects, suggestions
from prep.phrase import phrase

Row = Mapping[str, Any]
WITHHELD = 0.2
"""So large a share of the items shows none at first: without it nobody could tell what suggestions do to answers."""
LONGEST_MODEL = 200
_AT_ONCE = 5_000


def put_suggestions(
    tx: Writing,
    *,
    project: int,
    rows: Iterable[Row],
    actor: int | None,
    progress: Callable[[int], None] | None = None,
) -> ImportedSuggestions:
    """Suggestions as rows of `item`, `answer`, `model` and, where known, `confidence` (0 to 1): all or none.

    A row's `line` is its place in the file that it comes from: errors name it. An item has one suggestion, the last
    that came; two for one item in the same rows are refused. Raises Unusable, naming the row.
    """
    here = projects.by_id(tx.connection, project)
    one, total, added = kind(here.kind), 0, 0
    seen: dict[str, int] = {}
    batch: list[tuple[int, str, dict[str, Any]]] = []

    def take() -> int:
        found = items.numbers(tx.connection, project, [key for _, key, _ in batch])
        for line, key, _ in batch:
            if key not in found:
                cure = "Import the items first, or take the row out."
                raise Unusable(
                    phrase("there is no item %(key)r in this project", key=key), row=line, column="item", cure=cure
                )
        _fit(tx, here, found, batch)
        ready = [{"item_id": found[key], "project_id": project, "at": tx.now, **row} for _, key, row in batch]
        batch.clear()
        return suggestions.put(tx.connection, ready)

    for place, row in enumerate(rows, 1):
        line = row.get("line") or place
        key = _text(row, "item", line)
        if key in seen:
            cure = "Give each item one suggestion: the model's best."
            raise Unusable(
                phrase("item %(key)r stands in row %(key2)s too", key=key, key2=seen[key]),
                row=line,
                column="item",
                cure=cure,
            )
        seen[key] = line
        batch.append((line, key, _read(one, here.options, row, line)))
        total += 1
        if len(batch) == _AT_ONCE:
            added += take()
            if progress is not None:
                progress(total)
    if total == 0:
        raise Unusable(
            phrase("There are no suggestions in it"), cure=phrase("Give at least one row of item, answer and model.")
        )
    added += take()
    if here.withheld is None:
        projects.change(tx.connection, project, {"withheld": WITHHELD})
    tx.log(actor, "put_suggestions", project, here.name, added=added, total=total)
    without = suggestions.standing(tx.connection, project).gold_without
    return ImportedSuggestions(added, total - added, total, without)


def remove_suggestions(tx: Writing, *, project: int, actor: int | None) -> int:
    """No more suggestions from now on; how many there were. What was shown stays with the answers."""
    here = projects.by_id(tx.connection, project)
    count = suggestions.remove(tx.connection, project)
    projects.change(tx.connection, project, {"withheld": None})
    tx.log(actor, "remove_suggestions", project, here.name, count=count)
    return count


def _read(one: Kind, options: Mapping[str, Any], row: Row, line: int) -> dict[str, Any]:
    raw = row.get("answer")
    if isinstance(raw, str):
        raw = one.from_form([raw], options)
    try:
        answer = one.dump(one.parse(raw, options))
    except Unusable as error:
        raise Unusable(error.what, row=line, column="answer", cure=error.cure) from error
    model = _text(row, "model", line)
    if len(model) > LONGEST_MODEL:
        raise Unusable(
            phrase("is longer than %(LONGEST_MODEL)s characters", LONGEST_MODEL=LONGEST_MODEL),
            row=line,
            column="model",
            cure=phrase("Shorten it."),
        )
    return {
        "answer": json.dumps(answer, ensure_ascii=False),
        "model": model,
        "confidence": _confidence(row.get("confidence"), line),
    }


def _fit(
    tx: Writing, here: Project, found: Mapping[str, int], batch: Sequence[tuple[int, str, Mapping[str, Any]]]
) -> None:
    """Refuse a suggestion that its item cannot have. Raises Unusable, naming the row."""
    one = kind(here.kind)
    if not one.looks_at_items(here.options):
        return
    fields = items.payloads(tx.connection, list(found.values()))
    for line, key, row in batch:
        try:
            one.fits(one.parse(json.loads(row["answer"]), here.options), fields[found[key]], here.options)
        except Unusable as error:
            raise Unusable(error.what, row=line, column="answer", cure=error.cure) from error


def _text(row: Row, name: str, line: int) -> str:
    value = row.get(name)
    if value is None or isinstance(value, bool | list | dict) or not str(value).strip():
        raise Unusable(phrase("is empty"), row=line, column=name, cure=phrase("Fill it in or take the row out."))
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def _confidence(value: Any, line: int) -> float | None:
    if value is None or value == "":
        return None
    try:
        number = float("nan") if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        number = float("nan")
    if not 0 <= number <= 1:
        cure = "Give a number from 0 to 1, such as 0.87, or leave it empty."
        raise Unusable(
            phrase("%(value)r is no confidence", value=str(value)[:40]), row=line, column="confidence", cure=cure
        )
    return number
