"""Media: pictures, sounds and films that items name. What a file is, is seen from its content and never from its name.

`inspect` reads a file and gives its Facts, or refuses it in words. Names of media are in labeling.media.names, the folder
they lie in is labeling.media.shelf; who may add and see them is said in labeling.services.media and the web.
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from labeling.errors import Unusable
from labeling.media import films, images, sounds
from labeling.media.facts import SUFFIXES, Broken, Facts, Sort

if TYPE_CHECKING:
    from collections.abc import Callable

TAKEN = "PNG, JPEG, GIF, WebP or AVIF; WAV, MP3, Ogg, FLAC or M4A; MP4 or WebM"
MOST_MEGAPIXELS = 100
"""A small file can claim a picture so large that showing it takes a browser down."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How large one medium may be, and how many pixels a picture may have."""

    bytes: int = 100_000_000
    megapixels: int = MOST_MEGAPIXELS


__all__ = ["MOST_MEGAPIXELS", "SUFFIXES", "TAKEN", "Broken", "Facts", "Limits", "Sort", "inspect", "inspect_bytes"]


def inspect(path: Path | str, *, megapixels: int = MOST_MEGAPIXELS) -> Facts:
    """What a file is, from its content. Raises Unusable saying why it is none of `TAKEN`, is broken, or is too large."""
    path = Path(path)
    if path.stat().st_size == 0:
        raise Unusable("It is empty", cure="Copy it again.")
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return inspect_bytes(data, megapixels=megapixels)


def inspect_bytes(data: bytes | mmap.mmap, *, megapixels: int = MOST_MEGAPIXELS) -> Facts:
    """The same for bytes.

    >>> inspect_bytes(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    Traceback (most recent call last):
    labeling.errors.Unusable: It is an SVG, which can hold scripts. Save it as PNG or WebP.
    """
    reader = _reader(data)
    if reader is None:
        raise _unknown(bytes(data[:1024]))
    try:
        facts = reader(data)
    except (struct.error, IndexError, OverflowError, KeyError, ValueError) as error:
        raise Unusable("It breaks off, or a length in it is wrong", cure="Save it anew, or copy it again.") from error
    if facts.width and facts.height and facts.width * facts.height > megapixels * 1_000_000:
        raise Unusable(
            f"It has {facts.width:,} × {facts.height:,} pixels, more than {megapixels} million",
            cure="Scale it down, or cut it into parts.",
        )
    return facts


def _reader(data: bytes | mmap.mmap) -> Callable[[bytes | mmap.mmap], Facts] | None:
    """Which reader a file is for, by its first bytes."""
    head = bytes(data[:16])
    for sign, reader in (
        (b"\x89PNG\r\n\x1a\n", images.png),
        (b"\xff\xd8\xff", images.jpeg),
        (b"GIF87a", images.gif),
        (b"GIF89a", images.gif),
        (b"OggS", sounds.ogg),
        (b"fLaC", sounds.flac),
        (b"\x1a\x45\xdf\xa3", films.webm),
    ):
        if head.startswith(sign):
            return reader
    if head[:4] == b"RIFF":
        return {b"WEBP": images.webp, b"WAVE": sounds.wav}.get(head[8:12])
    if head[4:8] == b"ftyp":
        brands = films.brands(data)
        if brands & films.AVIF_BRANDS:
            return films.avif
        return None if brands & films.HEIC_BRANDS else films.mp4
    if sounds.is_mp3(data):
        behind = sounds.behind_id3(data)
        return sounds.flac if data[behind : behind + 4] == b"fLaC" else sounds.mp3
    return None


def _unknown(head: bytes) -> Unusable:
    """Why a file is refused that no reader is for, with what to do about it."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in text or text.startswith(b"<?xml"):
        return Unusable("It is an SVG, which can hold scripts", cure="Save it as PNG or WebP.")
    for sign, what, cure in (
        (b"<", "It is a page of HTML or XML", "Save the picture itself, not the page around it."),
        (b"%pdf", "It is a PDF", "Save its pages as PNG."),
        (b"ii*\0", "It is a TIFF, which browsers do not show", "Save it as PNG."),
        (b"mm\0*", "It is a TIFF, which browsers do not show", "Save it as PNG."),
        (b"bm", "It is a BMP, which is large and has many forms", "Save it as PNG."),
        (b"riff", "It is an AVI or another RIFF, which browsers do not play", "Convert it to MP4, WebM or WAV."),
        (b"pk\x03\x04", "It is a zip inside", "Unpack it, or send the one zip by itself."),
        (b"version https://git-lfs", "It is only a pointer of Git LFS", "Fetch the file itself: git lfs pull."),
    ):
        if text.startswith(sign):
            return Unusable(what, cure=cure)
    if head[4:8] == b"ftyp":
        return Unusable("It is a HEIC or HEIF, which most browsers do not show", cure="Save it as JPEG.")
    return Unusable("Its content is no picture, sound or film that is known here", cure=f"Give {TAKEN}.")
