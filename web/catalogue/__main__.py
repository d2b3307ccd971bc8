"""`python -m web.catalogue`: collect what the interface says into the catalogues. A new one: `python -m web.catalogue fr`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from labeling.errors import NOUNS, there_is_no
from labeling.model import SKIP_REASONS
from web import catalogue

BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
"""Stands in the header of a catalogue, so that one with the same messages is the same file."""
WEB = Path(__file__).parents[1]
METHODS = [("**/static/**.js", "javascript"), ("**/templates/**.html", "jinja2"), ("**.py", "python")]
OPTIONS: dict[str, dict[str, Any]] = {
    "**/static/**.js": {"parse_template_string": True},
    "**/templates/**.html": {"trimmed": "true", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"},
}
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "t": None, "tn": (1, 2), "phrase": None, "phrase_n": (1, 2)}
BELOW = {"phrase": None, "phrase_n": (1, 2)}
"""What marks a message in the floors under the web."""
SAID_OF_OTHERS = tuple(SKIP_REASONS.values())
"""Words that stand in `labeling` and are shown here."""


def marked() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """Each message that is marked, with the file in which it stands."""
    found = extract_from_dir(WEB, METHODS, OPTIONS, keywords=KEYWORDS, strip_comment_tags=True)
    for path, _, message, _, _ in found:
        yield f"web/{path}", message
    for floor in ("labeling", "prep"):
        for path, _, message, _, _ in extract_from_dir(WEB.parent / floor, METHODS, keywords=BELOW):
            yield f"{floor}/{path}", message
    for message in SAID_OF_OTHERS:
        yield "labeling/model.py", message
    for noun in NOUNS:
        yield "labeling/errors.py", there_is_no(noun)


def collected() -> Catalog:
    """All of them, as a catalogue without translations."""
    made = Catalog(domain="messages", project="Assay", version="", charset="utf-8", creation_date=BEGUN)
    for path, message in sorted(marked(), key=lambda one: (one[0], str(one[1]))):
        made.add(message, locations=[(path, 0)])
    return made


def update(language: str) -> list[str]:
    """Bring a catalogue up to what is said now; the messages that want a translation."""
    path = catalogue.FOLDER / f"{language}.po"
    held = catalogue.read(language) if path.exists() else Catalog(locale=language, domain="messages", fuzzy=False)
    held.update(collected(), no_fuzzy_matching=True, update_header_comment=False)
    held.header_comment = f"# What Assay's interface says, in {language}."
    held.obsolete.clear()
    held.project, held.version, held.revision_date = "Assay", "", BEGUN
    held.last_translator, held.language_team, held.msgid_bugs_address = "", "", ""
    with path.open("wb") as file:
        write_po(file, held, width=120, sort_by_file=True, include_lineno=False)
    return [str(one.id) for one in held if one.id and not is_said(one)]


def is_said(message: Message) -> bool:
    """Whether a message is translated, in all its forms."""
    forms = [message.string] if isinstance(message.string, str) else message.string or [""]
    return all(forms)


def main(languages: list[str]) -> int:
    """Update them all, or the ones named; 1 where something is left to translate."""
    left = 0
    for language in languages or [one for one in catalogue.known() if one != catalogue.ENGLISH]:
        wanting = update(language)
        left += len(wanting)
        sys.stdout.write(f"{language}: {len(wanting)} to translate\n" + "".join(f"  {one}\n" for one in wanting))
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
