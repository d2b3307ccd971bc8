"""What is known of a medium after its bytes were read: its type, its size, how long it is. Knows no file and no store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from labeling.errors import Unusable

Sort = Literal["image", "audio", "video"]

SUFFIXES = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/avif": ".avif",
    "audio/wav": ".wav",
    "audio/mpeg": ".mp3",
    "audio/ogg": ".ogg",
    "audio/flac": ".flac",
    "audio/mp4": ".m4a",
    "audio/webm": ".weba",
    "video/mp4": ".mp4",
    "video/webm": ".webm",
}
"""Every type that is taken, with the ending its file gets here. A medium is served under its type and no other."""


@dataclass(frozen=True, slots=True)
class Facts:
    """A medium as its bytes tell it. `width` and `height` are pixels as a browser shows it, turned as its EXIF says.

    `has_place` says that it tells where it was taken (GPS).
    """

    type: str
    width: int | None = None
    height: int | None = None
    seconds: float | None = None
    has_place: bool = False

    @property
    def sort(self) -> Sort:
        """Image, audio or video."""
        return self.type.partition("/")[0]  # type: ignore[return-value] # every type of SUFFIXES begins with one

    @property
    def suffix(self) -> str:
        """The ending of a file of this type."""
        return SUFFIXES[self.type]


class Broken(Unusable):
    """It begins like a medium of that format, and is none."""

    def __init__(self, format_: str, what: str, cure: str = "Save it anew, or copy it again.") -> None:
        super().__init__(f"It begins like {format_}, but {what}", cure=cure)


class Unplayable(Broken):
    """It is whole, and no browser plays it."""

    def __init__(self, format_: str, codec: str) -> None:
        cure = "Convert it: sounds to MP3, WAV or FLAC, films to MP4 (H.264) or WebM."
        super().__init__(format_, f"its codec {codec!r} is none that browsers play", cure)
