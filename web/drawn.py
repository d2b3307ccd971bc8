"""What people drew, over the image that they drew it on: for the pages of managers and reviewers, without a script."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from labeling import showing
from labeling.kinds import kind
from labeling.kinds.drawings import Drawings
from labeling.media.names import named
from labeling.store import media
from web import cards

if TYPE_CHECKING:
    from starlette.requests import Request

    from web.auth import Seat


def sheets(
    request: Request, seat: Seat, payload: Mapping[str, Any], answers: Iterable[tuple[str, Any]]
) -> list[dict[str, Any]]:
    """The item's image with each answer over it, under its title; empty where the kind draws nothing or no image is there."""
    asked, project = kind(seat.project.kind), seat.project
    if not isinstance(asked, Drawings):
        return []
    fields = [field["name"] for field in showing.seen(payload, None, project.shows)]
    wanted = project.options["image"]
    shown = [name for name in fields if name in showing.media_fields(project.shows or {})]
    field = wanted if wanted in payload else next(iter(shown), None)
    names = named(payload[field]) if field is not None else []
    if not names:
        return []
    with request.app.state.store.read() as connection:
        found = media.find(connection, project.id, names[:1]).get(names[0])
    if found is None or not found.width or not found.height:
        return []
    place = {label["name"]: number for number, label in enumerate(project.options["labels"])}
    image = {"url": cards.address(request, seat, found), "name": names[0], "width": found.width, "height": found.height}
    return [
        {
            **image,
            "title": title,
            "words": asked.text(answer, project.options),
            "marks": [
                {
                    "hue": place.get(shape["label"], len(place)),
                    "words": f"{number} {shape['label']}",
                    "points": " ".join(f"{x},{y}" for x, y in asked.corners(shape)),
                    "at": asked.sort.bounds(shape)[:2],
                }
                for number, shape in enumerate(answer, 1)
            ],
        }
        for title, answer in answers
    ]
