"""How an item's fields are shown: as text, Markdown, a dialogue, a picture … A project says it; evidence proposes it.

Pure: knows no page and no store. `check` reads what a project is told, `seen` says which fields an annotator gets,
`guess` what a column of values looks like.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from labeling.errors import Unusable, nearest
from prep.phrase import phrase

WAYS: Mapping[str, str] = {
    "text": phrase("plain text"),
    "markdown": phrase("Markdown, its tags cut down to harmless ones"),
    "dialogue": phrase("a dialogue, turn by turn"),
    "image": phrase("an image, or several"),
    "audio": phrase("sound, with keys to play it"),
    "video": phrase("a film, with keys to play it"),
    "table": phrase("a table of an object or of rows"),
    "code": phrase("code, letter by letter"),
    "link": phrase("a link, never fetched by itself"),
    "hidden": phrase("not at all"),
}
MEDIA = ("image", "audio", "video")
PARTS = ("as", "title", "beside", "caption")
MOST_SHOWN = 500
LONGEST_TITLE = 200

ENDINGS = {
    "image": ("png", "jpg", "jpeg", "gif", "webp", "avif"),
    "audio": ("wav", "mp3", "ogg", "oga", "opus", "flac", "m4a", "weba"),
    "video": ("mp4", "m4v", "webm", "ogv", "mov"),
}
ROLES = ("role", "from", "speaker", "author", "name")
WORDS = ("content", "value", "text", "message", "utterance")
CODE_NAMES = {"code", "source_code", "snippet", "sql", "diff", "patch", "program"}
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)
_MARKS = re.compile(
    r"^#{1,6} \S|^\s*[-*] \S|^\s*\d+\. \S|^```|^> \S|\*\*\S[^*\n]*\*\*|\[[^\]\n]+\]\(https?://|^\|.+\|\s*$",
    re.MULTILINE,
)
_HUMAN = re.compile(r"(?:^|\n\n)(Human|Assistant): ")


def check(raw: Any) -> dict[str, dict[str, str]] | None:
    """What a project says of its fields, complete and in one form; None where it says nothing.

    Field to a way, or to an object: `as` a way of WAYS, `title` instead of the field's name ("" for none), `beside` a
    field to stand at its side, `caption` a field whose text stands below a medium. Raises Unusable.

    >>> check({"photo": "image", "a": {"as": "text", "beside": "b"}})
    {'photo': {'as': 'image'}, 'a': {'as': 'text', 'beside': 'b'}}
    """
    if raw is None or raw == {}:
        return None
    if not isinstance(raw, Mapping) or len(raw) > MOST_SHOWN:
        raise Unusable(
            phrase("How the fields are shown cannot be read"), cure=phrase('Give {"photo": "image"}: field to way.')
        )
    shows = {}
    for name, said in raw.items():
        how = {"as": said} if isinstance(said, str) else said
        if not isinstance(name, str) or not name or not isinstance(how, Mapping):
            raise Unusable(
                phrase("How %(name)r is shown cannot be read", name=str(name)[:80]),
                cure=phrase('Give a way, such as "image".'),
            )
        shows[name] = _one(name, how)
    sides = {said["beside"]: name for name, said in shows.items() if "beside" in said}
    for name, said in shows.items():
        if "beside" in said and (said["beside"] == name or "beside" in shows.get(said["beside"], {})):
            raise Unusable(
                phrase("The field %(name)r stands beside one that stands beside another", name=name),
                cure=phrase("Pair each once."),
            )
    if len(sides) < sum("beside" in said for said in shows.values()):
        raise Unusable(phrase("Two fields stand beside the same one"), cure=phrase("Pair each once."))
    return shows


def _one(name: str, how: Mapping[str, Any]) -> dict[str, str]:
    for part, value in how.items():
        if part not in PARTS:
            raise Unusable(
                phrase("The field %(name)r has %(part)r said of it", name=name, part=str(part)[:40]),
                cure=phrase("Known are: %(names)s", names=", ".join(PARTS)),
            )
        if not isinstance(value, str) or len(value) > LONGEST_TITLE or "\n" in value:
            raise Unusable(
                phrase("What is said of the field %(name)r is no line of text", name=name),
                cure=phrase("Give a short text."),
            )
    way = how.get("as", "text")
    if way not in WAYS:
        near = nearest(way, list(WAYS))
        cure = f"Did you mean {near!r}?" if near else "There are: " + ", ".join(WAYS) + "."
        raise Unusable(phrase("There is no way %(way)r to show a field", way=way[:40]), cure=cure)
    if how.get("caption") and way not in MEDIA:
        raise Unusable(
            phrase("The field %(name)r is no medium and has no caption", name=name),
            cure=phrase("Leave the caption out."),
        )
    said = {"as": way}
    if "title" in how:
        said["title"] = how["title"].strip()
    return said | {part: how[part] for part in ("beside", "caption") if how.get(part)}


def way(shows: Mapping[str, Mapping[str, str]] | None, field: str) -> str:
    """How a field is shown: "text" where nothing is said."""
    return shows.get(field, {}).get("as", "text") if shows else "text"


def media_fields(shows: Mapping[str, Mapping[str, str]] | None) -> list[str]:
    """The fields that name media."""
    return [name for name, said in (shows or {}).items() if said["as"] in MEDIA]


def seen(
    payload: Mapping[str, Any], show: Sequence[str] | None, shows: Mapping[str, Mapping[str, str]] | None
) -> list[dict[str, Any]]:
    """The fields of an item that its annotators get, each with name and value, in their order.

    >>> seen({"a": 1, "b": 2, "c": 3}, None, {"b": {"as": "hidden"}})
    [{'name': 'a', 'value': 1}, {'name': 'c', 'value': 3}]
    """
    names = payload if show is None else [name for name in show if name in payload]
    if shows:
        names = [name for name in names if shows.get(name, {}).get("as") != "hidden"]
    return [{"name": name, "value": payload[name]} for name in names]


def guess(name: str, values: Sequence[Any]) -> str:
    """How a column of values looks like it should be shown, by nine in ten of those that are not empty.

    >>> guess("photo", ["a/1.jpg", "a/2.JPG"]), guess("text", ["Where is it?"]), guess("page", ["https://a.org/x.png"])
    ('image', 'text', 'link')
    >>> guess("chat", [[{"role": "user", "content": "hi"}]]), guess("meta", [{"a": 1}])
    ('dialogue', 'table')
    """
    there = [value for value in values if value not in (None, "", [], {})]
    if not there:
        return "text"
    enough = 0.9 * len(there)
    counts: dict[str, int] = {}
    for value in there:
        found = _looks_like(value)
        counts[found] = counts.get(found, 0) + 1
    best = max(counts, key=lambda one: counts[one])
    if counts[best] >= enough and best != "text":
        return "audio" if best == "video" and "audio" in name.casefold() else best
    texts = [value for value in there if isinstance(value, str)]
    if name.casefold() in CODE_NAMES and any("\n" in text for text in texts):
        return "code"
    marked = sum(len(_MARKS.findall(text)) >= 2 for text in texts)
    return "markdown" if marked >= 2 and marked >= 0.3 * len(there) else "text"


def _looks_like(value: Any) -> str:
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        ways = {_looks_like(one) for one in value}
        return ways.pop() if ways == {"image"} else "table"
    if isinstance(value, str):
        text = value.strip()
        if _LINK.fullmatch(text):
            return "link"
        if len(text) <= 300 and "\n" not in text:
            ending = text.rpartition(".")[2].casefold()
            for way_, endings in ENDINGS.items():
                if ending in endings and "://" not in text:
                    return way_
        if text[:1] not in "[{" and not _HUMAN.match(text):
            return "text"
    if turns(value) is not None:
        return "dialogue"
    return "table" if isinstance(opened(value), list | dict) else "text"


def opened(value: Any) -> Any:
    """A value as it is meant: a text that is a JSON object or list as that.

    >>> opened('[1, 2]'), opened("[sic] as it was"), opened("7")
    ([1, 2], '[sic] as it was', '7')
    """
    if isinstance(value, str) and value.lstrip()[:1] in {"[", "{"}:
        try:
            found = json.loads(value)
        except (ValueError, RecursionError):
            return value
        if isinstance(found, list | dict):
            return found
    return value


def turns(value: Any) -> list[tuple[str, str]] | None:
    r"""The turns of a dialogue as (speaker, words); None for what is none.

    Known are lists of objects with a speaker (role, from, speaker, author, name) and words (content, value, text, message),
    as OpenAI's and ShareGPT's; the same under "messages" or "conversations"; lists of pairs; any of these as JSON text;
    and texts with "Human:" and "Assistant:" before the turns.

    >>> turns([{"from": "human", "value": "Hi"}, {"role": "assistant", "content": [{"type": "text", "text": "Hello"}]}])
    [('human', 'Hi'), ('assistant', 'Hello')]
    >>> turns("\n\nHuman: Hi\n\nAssistant: Hello")
    [('Human', 'Hi'), ('Assistant', 'Hello')]
    >>> turns([1, 2]) is None
    True
    """
    value = opened(value)
    if isinstance(value, dict):
        value = next(
            (value[name] for name in ("messages", "conversations", "turns", "dialogue") if name in value), None
        )
    if isinstance(value, str):
        return _human(value)
    if not isinstance(value, list) or not value:
        return None
    found = [_turn(one) for one in value]
    return None if None in found else found  # type: ignore[return-value] # just looked


def _human(text: str) -> list[tuple[str, str]] | None:
    pieces = _HUMAN.split(text)
    if len(pieces) < 3 or pieces[0].strip():
        return None
    return [(who, words.strip()) for who, words in zip(pieces[1::2], pieces[2::2], strict=True)]


def _turn(one: Any) -> tuple[str, str] | None:
    if isinstance(one, list) and len(one) == 2 and all(isinstance(part, str) for part in one):
        return one[0], one[1]
    if not isinstance(one, dict):
        return None
    who = next((one[name] for name in ROLES if isinstance(one.get(name), str)), None)
    if who is None:
        return None
    words = next((_said(one[name]) for name in WORDS if one.get(name) is not None), "")
    if words is None:
        return None
    calls = one.get("tool_calls") or one.get("function_call")
    if calls:
        words = "\n".join(filter(None, [words, json.dumps(calls, ensure_ascii=False, indent=1)]))
    return (who, words) if words or "content" in one or calls else None


def _said(value: Any) -> str | None:
    """The words of a turn: a text, or a list of parts of which some are text; what is no text is named in brackets."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(part, dict) for part in value):
        return "\n".join(
            part["text"] if isinstance(part.get("text"), str) else f"[{part.get('type', 'something')}]"
            for part in value
        )
    return None
