"""What people drew, over the image that they drew it on: for the pages of managers and reviewers, without a script."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from labeling import showing
from labeling.kinds import kind
from labeling.kinds.drawings import Drawings
from labeling.media.names import named
from labeling.store import media
from web import cards

if TYPE_CHECKING:
    from starlette.requests import Request

    from labeling.model import Project
    from web.auth import Seat


def sheets(
    request: Request, seat: Seat, payload: Mapping[str, Any], answers: Iterable[tuple[str, Any]]
) -> list[dict[str, Any]]:
    """The item's image with each answer over it, under its title, for every question that is drawn; empty where none is, or
    no image is there.
    """
    given = list(answers)
    return [sheet for asked in _drawings(seat.project) for sheet in _sheets(request, seat, payload, given, asked)]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question whose answers are drawings; `read` gives its own of a whole answer, as JSON has both."""

    kind: Drawings
    options: Mapping[str, Any]
    title: str = ""
    read: Callable[[Any], Any] = lambda answer: answer


def _drawings(project: Project) -> Iterator[_Asked]:
    one = kind(project.kind)
    if isinstance(one, Drawings):
        yield _Asked(one, project.options)
        return
    for part in one.parts(project.options):
        if isinstance(part.kind, Drawings):
            yield _Asked(part.kind, part.options, part.title, part.read)


def _sheets(
    request: Request, seat: Seat, payload: Mapping[str, Any], answers: Iterable[tuple[str, Any]], asked: _Asked
) -> Iterator[dict[str, Any]]:
    image = _image(request, seat, payload, asked.options["image"])
    if image is None:
        return
    place = {label["name"]: number for number, label in enumerate(asked.options["labels"])}
    for who, whole in answers:
        answer = asked.read(whole)
        if answer is None:
            continue
        yield {
            **image,
            "title": f"{who} · {asked.title}" if asked.title else who,
            "words": asked.kind.text(answer, asked.options),
            "marks": [
                {
                    "hue": place.get(shape["label"], len(place)),
                    "words": f"{number} {shape['label']}",
                    "points": " ".join(f"{x},{y}" for x, y in asked.kind.corners(shape)),
                    "at": asked.kind.sort.bounds(shape)[:2],
                }
                for number, shape in enumerate(answer, 1)
            ],
        }


def _image(request: Request, seat: Seat, payload: Mapping[str, Any], wanted: str) -> dict[str, Any] | None:
    """The image in the field wanted, else in the first that is shown as one; None where there is none, or its size is not known."""
    shows = seat.project.shows
    fields = [field["name"] for field in showing.seen(payload, None, shows)]
    shown = [name for name in fields if name in showing.media_fields(shows or {})]
    field = wanted if wanted in payload else next(iter(shown), None)
    names = named(payload[field]) if field is not None else []
    if not names:
        return None
    with request.app.state.store.read() as connection:
        found = media.find(connection, seat.project.id, names[:1]).get(names[0])
    if found is None or not found.width or not found.height:
        return None
    return {"url": cards.address(request, seat, found), "name": names[0], "width": found.width, "height": found.height}
