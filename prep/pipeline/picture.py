"""Boxes and arrows from left to right as SVG that stands alone: readable in light and dark. Knows no pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT, ACROSS, DOWN, EDGE = 196, 52, 56, 18, 12
LETTERS = 25
STYLE = """
.g{font:13px system-ui,sans-serif}
.g rect{fill:#f6f7f9;stroke:#5b6472;stroke-width:1.2}
.g .source rect{fill:#e6f0fb;stroke:#2a64a5}
.g .snapshot rect{fill:#e7f5ea;stroke:#2f7d46}
.g .people rect{fill:#fdf1dd;stroke:#96690c}
.g text{fill:#1a1f27}
.g .small{fill:#4a5361;font-size:11px}
.g path{fill:none;stroke:#5b6472;stroke-width:1.4}
.g .tip{fill:#5b6472;stroke:none}
@media (prefers-color-scheme:dark){
.g rect{fill:#262b33;stroke:#97a1b0}
.g .source rect{fill:#1b2f47;stroke:#79aee8}
.g .snapshot rect{fill:#1a3423;stroke:#74c48c}
.g .people rect{fill:#3a2d13;stroke:#dcae57}
.g text{fill:#eef1f5}
.g .small{fill:#b6bfcc}
.g path{stroke:#97a1b0}
.g .tip{fill:#97a1b0}
}
""".strip().replace("\n", "")


@dataclass(frozen=True)
class Box:
    """A box: its id, its two lines, the ids of the boxes that arrows come from, and its sort (a class of STYLE)."""

    id: str
    title: str
    small: str = ""
    inputs: Sequence[str] = ()
    sort: str = "step"
    href: str = ""


@dataclass(frozen=True)
class Placed:
    """A box with the place of its left upper corner, in pixels."""

    box: Box
    x: int
    y: int


def placed(boxes: Sequence[Box]) -> list[Placed]:
    """The boxes in columns: each one right of all that its arrows come from, its row near theirs.

    >>> [(one.x, one.y) for one in placed([Box("a", "a"), Box("b", "b"), Box("c", "c", inputs=["a", "b"])])]
    [(12, 12), (12, 82), (264, 47)]
    """
    column: dict[str, int] = {}
    for box in boxes:
        column[box.id] = 1 + max((column[one] for one in box.inputs if one in column), default=-1)
    row: dict[str, float] = {}
    free: dict[int, float] = {}
    for box in boxes:
        at = column[box.id]
        above = [row[one] for one in box.inputs if one in row]
        wanted = sum(above) / len(above) if above else 0.0
        row[box.id] = max(wanted, free.get(at, 0.0))
        free[at] = row[box.id] + 1
    return [
        Placed(box, EDGE + column[box.id] * (WIDTH + ACROSS), EDGE + round(row[box.id] * (HEIGHT + DOWN)))
        for box in boxes
    ]


def drawn(boxes: Sequence[Box], *, title: str, style: bool = True) -> str:
    """The picture. Without `style` the page's own sheet colours it (no inline style under a strict policy).

    >>> drawn([Box("a", "<raw>")], title="One").count("&lt;raw&gt;")
    2
    """
    all_placed = placed(boxes)
    by_id = {one.box.id: one for one in all_placed}
    wide = max((one.x for one in all_placed), default=0) + WIDTH + EDGE
    high = max((one.y for one in all_placed), default=0) + HEIGHT + EDGE
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="g" role="img" aria-label="{escape(title)}" '
        f'width="{wide}" height="{high}" viewBox="0 0 {wide} {high}">',
        f"<style>{STYLE}</style>" if style else "",
    ]
    for one in all_placed:
        parts += [_arrow(by_id[name], one) for name in one.box.inputs if name in by_id]
    parts += [_box(one) for one in all_placed]
    return "".join([*parts, "</svg>"])


def _arrow(start: Placed, end: Placed) -> str:
    x1, y1 = start.x + WIDTH, start.y + HEIGHT // 2
    x2, y2 = end.x - 7, end.y + HEIGHT // 2
    half = (x2 - x1) // 2
    curve = f'<path d="M{x1} {y1}C{x1 + half} {y1} {x2 - half} {y2} {x2} {y2}"/>'
    return f'{curve}<path class="tip" d="M{x2 + 6} {y2}l-8 -4v8z"/>'


def _box(one: Placed) -> str:
    box = one.box
    whole = f"<title>{escape(box.title)}{f': {escape(box.small)}' if box.small else ''}</title>"
    middle = one.x + 10
    lines = f'<text x="{middle}" y="{one.y + (22 if box.small else 31)}">{escape(_short(box.title, LETTERS))}</text>'
    if box.small:
        lines += f'<text class="small" x="{middle}" y="{one.y + 39}">{escape(_short(box.small, LETTERS + 4))}</text>'
    rect = f'<rect x="{one.x}" y="{one.y}" width="{WIDTH}" height="{HEIGHT}" rx="7"/>'
    inner = f'<g class="{escape(box.sort)}">{whole}{rect}{lines}</g>'
    return f'<a href="{escape(box.href)}">{inner}</a>' if box.href else inner


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
