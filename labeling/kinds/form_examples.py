"""Forms with answers that are well and answers to refuse: for the law test and the docs."""

from __future__ import annotations

from typing import Any

_TOPIC = {
    "name": "topic",
    "words": "What is it about?",
    "kind": "choice",
    "labels": ["refund", "😀 praise", "other"],
}
_WHY = {"name": "why", "kind": "multichoice", "labels": ["late", "broken"], "only_if": {"topic": ["refund"]}}
_RUDE = {"name": "rude", "kind": "rating", "options": {"low": 1, "high": 3}, "only_if": {"why": "late"}}
_NOTE = {"name": "note", "kind": "text", "required": False}
CHAINED: tuple[Any, list[Any], list[Any]] = (
    {"questions": [_TOPIC, _WHY, _RUDE, _NOTE]},
    [
        {"topic": "other"},
        {"topic": "refund", "why": ["broken"], "note": "a · b"},
        {"topic": "refund", "why": ["broken", "late"], "rude": 3.0},
        {"topic": "😀 praise", "note": "Danke"},
    ],
    [
        None,
        "",
        {},
        [],
        "refund",
        {"topic": "refunds"},
        {"topic": "refund"},
        {"topic": "refund", "why": ["late"]},
        {"topic": "refund", "why": ["late"], "rude": 4},
        {"topic": "other", "tpoic": "other"},
    ],
)
"""A chain of conditions."""

_PLACE = {"name": "place", "kind": "taxonomy", "tree": "animals\n  owl\nplants", "required": False}
_SIZE = {"name": "size", "kind": "rating", "required": False, "only_if": {"place": ["animals"]}}
ALL_OPTIONAL: tuple[Any, list[Any], list[Any]] = (
    {"questions": [_PLACE, _SIZE]},
    [{"place": "animals > owl"}, {"place": "animals > owl", "size": 2}, {"place": "plants"}],
    [{}, {"size": 2}, {"place": "owl"}],
)


"""Questions that may all be left out."""

EVERY_KIND: tuple[Any, list[Any], list[Any]] = (
    {
        "questions": [
            {"name": "names", "words": "Who is named?", "kind": "spans", "labels": ["person", "firm"]},
            {"name": "mood", "kind": "choice", "labels": ["glad", "angry"], "shuffle": "assignment"},
            {"name": "trade", "kind": "text", "only_if": {"names": "firm"}},
            {"name": "claims", "kind": "spans", "labels": ["claim"], "required": False},
            {"name": "better", "kind": "pairwise", "fields": ["left", "right"]},
            {"name": "safer", "kind": "pairwise", "fields": ["left", "right"], "required": False},
            {"name": "order", "kind": "ranking", "fields": ["first", "second", "third"], "required": False},
            {"name": "cars", "kind": "boxes", "labels": ["car"], "only_if": {"better": ["a", "tie"]}},
            {"name": "leaves", "kind": "polygons", "labels": ["leaf"], "required": False, "only_if": {"cars": "car"}},
        ]
    },
    [
        {"names": {"none": True}, "mood": "glad", "better": "b"},
        {
            "names": {"spans": [[0, 3, "person"], [8, 11, "firm"]]},
            "mood": "angry",
            "trade": "chips",
            "claims": {"spans": [[0, 11, "claim"]]},
            "better": "a",
            "safer": "tie",
            "order": ["second", "first", "third"],
            "cars": [],
        },
        {
            "names": {"spans": [[0, 3, "person"]]},
            "mood": "angry",
            "better": "tie",
            "order": ["third", "first", "second"],
            "cars": [{"label": "car", "x": 10, "y": 20, "width": 64, "height": 48}],
            "leaves": [{"label": "leaf", "points": [[10, 20], [74, 20], [40, 68]]}],
        },
    ],
    [
        {"mood": "glad", "better": "b"},
        {"names": [], "mood": "glad", "better": "b"},
        {"names": {"spans": [[0, 3, "Person"]]}, "mood": "glad", "better": "b"},
        {"names": {"spans": [[0, 3, "firm"]]}, "mood": "glad", "better": "b"},
        {"names": {"none": True}, "mood": "glad", "better": "a"},
        {"names": {"none": True}, "mood": "glad", "better": "b", "order": ["first"]},
    ],
)
"""A form of all kinds but those whose inputs are plain: options, answers that are well, answers to refuse."""
