"""MP4, M4A, AVIF (boxes) and WebM (elements): what is in them, by their tracks. Each gives the facts, or says why not."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING

from labeling.media.facts import Broken, Facts, Unplayable

if TYPE_CHECKING:
    from mmap import mmap

    Bytes = bytes | mmap

PLAYED = {
    *(b"avc1", b"avc3", b"hvc1", b"hev1", b"av01", b"vp08", b"vp09"),
    *(b"mp4a", b"Opus", b"fLaC", b".mp3", b"ac-3", b"ec-3"),
}
"""Codecs in an MP4 that browsers play."""
AVIF_BRANDS = {b"avif", b"avis"}
HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"}
PLACES = (b"\xa9xyz", b"location.ISO6709")
MOST_BOXES = 200_000


def boxes(data: Bytes, begin: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """(name, begin, end) of the boxes side by side in a stretch. Raises Broken where one sticks out."""
    at, seen = begin, 0
    while at + 8 <= end:
        size, name = struct.unpack_from(">I4s", data, at)
        head = 8
        if size == 1 and at + 16 <= end:
            size, head = struct.unpack_from(">Q", data, at + 8)[0], 16
        elif size == 0:
            size = end - at
        if size < head or at + size > end:
            raise Broken("an MP4", "it breaks off")
        yield name, at + head, at + size
        at += size
        seen += 1
        if seen > MOST_BOXES:
            raise Broken("an MP4", "it is cut into more pieces than any film")


def _inside(data: Bytes, begin: int, end: int, *path: bytes) -> list[tuple[int, int]]:
    """Every stretch found by going down these names."""
    here = [(begin, end)]
    for name in path:
        here = [(b, e) for stretch in here for found, b, e in boxes(data, *stretch) if found == name]
    return here


def brands(data: Bytes) -> set[bytes]:
    """What a file of boxes says it is."""
    size = min(struct.unpack_from(">I", data, 0)[0], 512, len(data))
    return {bytes(data[8:12]), *(bytes(data[at : at + 4]) for at in range(16, size - 3, 4))}


def mp4(data: Bytes) -> Facts:
    """An MP4 or M4A: a film where there is a track to be seen, else a sound; every codec one that browsers play."""
    top = list(boxes(data, 0, len(data)))
    films = [(begin, end) for name, begin, end in top if name == b"moov"]
    if not films or not any(name in {b"mdat", b"moof"} for name, _, _ in top):
        raise Broken("an MP4", "there is no film in it")
    width = height = None
    sorts = set()
    for trak in _inside(data, *films[0], b"trak"):
        handler = next((data[b + 8 : b + 12] for b, _ in _inside(data, *trak, b"mdia", b"hdlr")), b"")
        if handler not in {b"vide", b"soun"}:
            continue
        for begin, end in _inside(data, *trak, b"mdia", b"minf", b"stbl", b"stsd"):
            for codec, _, _ in boxes(data, begin + 8, end):
                if codec not in PLAYED:
                    shown = codec.decode("ascii", "replace")
                    raise Unplayable("an MP4", shown)
                sorts.add(handler)
        if handler == b"vide":
            begin, end = next(iter(_inside(data, *trak, b"tkhd")), (0, 0))
            if end - begin >= 8:
                width, height = (side >> 16 for side in struct.unpack_from(">II", data, end - 8))
    if not sorts:
        raise Broken("an MP4", "there is nothing to see or hear in it")
    kind = "video/mp4" if b"vide" in sorts else "audio/mp4"
    begin, end = films[0]
    has_place = any(data.find(name, begin, end) >= 0 for name in PLACES)
    return Facts(kind, width, height, _duration(data, films[0]), has_place)


def _duration(data: Bytes, film: tuple[int, int]) -> float | None:
    for begin, end in _inside(data, *film, b"mvhd"):
        if data[begin] == 1 and end - begin >= 32:
            scale, length = struct.unpack_from(">IQ", data, begin + 20)
        elif end - begin >= 20:
            scale, length = struct.unpack_from(">II", data, begin + 12)
        else:
            continue
        if scale and length:
            return round(float(length) / float(scale), 3)
    return None


def avif(data: Bytes) -> Facts:
    """An AVIF: its size among the properties of its picture; turned where they say so."""
    top = list(boxes(data, 0, len(data)))
    has_data = any(name in {b"mdat", b"moov"} for name, _, _ in top)
    sizes: list[tuple[int, int]] = []
    is_turned = False
    has_idat = False
    for name, begin, end in top:
        if name != b"meta":
            continue
        has_idat = bool(_inside(data, begin + 4, end, b"idat"))
        for b, e in _inside(data, begin + 4, end, b"iprp", b"ipco"):
            for found, b2, e2 in boxes(data, b, e):
                if found == b"ispe" and e2 - b2 >= 12:
                    sizes.append(struct.unpack_from(">II", data, b2 + 4))
                elif found == b"irot" and e2 > b2:
                    is_turned = bool(data[b2] & 1)
    # A picture in tiles tells the size of a tile too: the whole is the largest.
    width, height = max(sizes, key=lambda size: size[0] * size[1], default=(0, 0))
    if not (width and height and (has_data or has_idat)):
        raise Broken("an AVIF", "there is no picture in it")
    return Facts("image/avif", *((height, width) if is_turned else (width, height)))


EBML, SEGMENT, CLUSTER = 0x1A45DFA3, 0x18538067, 0x1F43B675
DOCTYPE, INFO, SCALE, DURATION = 0x4282, 0x1549A966, 0x2AD7B1, 0x4489
TRACKS, TRACK, TRACK_TYPE, CODEC, VIDEO, WIDTH, HEIGHT = 0x1654AE6B, 0xAE, 0x83, 0x86, 0xE0, 0xB0, 0xBA
WEBM_CODECS = {b"V_VP8", b"V_VP9", b"V_AV1", b"A_VORBIS", b"A_OPUS"}


def webm(data: Bytes) -> Facts:
    """A WebM: a film where there is a track to be seen, else a sound; and a cluster of either."""
    top = {name: (begin, end) for name, begin, end in elements(data, 0, len(data))}
    doctype = next((bytes(data[b:e]) for name, b, e in elements(data, *top[EBML]) if name == DOCTYPE), b"")
    if doctype != b"webm":
        raise Unplayable("a WebM", doctype.decode("ascii", "replace"))
    if SEGMENT not in top:
        raise Broken("a WebM", "there is no film in it")
    seconds = width = height = None
    sorts: set[int] = set()
    for name, begin, end in elements(data, *top[SEGMENT]):
        if name == CLUSTER:
            break
        if name == INFO:
            seconds = _seconds(data, begin, end)
        for found, b, e in elements(data, begin, end) if name == TRACKS else ():
            if found == TRACK:
                sort, sides = _track(data, b, e)
                sorts.add(sort)
                width, height = sides or (width, height)
    else:
        raise Broken("a WebM", "there is no film in it")
    if not sorts & {1, 2}:
        raise Broken("a WebM", "there is nothing to see or hear in it")
    return Facts("video/webm" if 1 in sorts else "audio/webm", width, height, seconds)


def _seconds(data: Bytes, begin: int, end: int) -> float | None:
    scale, length = 1_000_000, 0.0
    for name, b, e in elements(data, begin, end):
        if name == SCALE:
            scale = int.from_bytes(data[b:e], "big")
        elif name == DURATION and e - b in {4, 8}:
            length = float(struct.unpack(">f" if e - b == 4 else ">d", data[b:e])[0])
    return round(length * scale / 1e9, 3) if 0 < length * scale < 1e16 else None


def _track(data: Bytes, begin: int, end: int) -> tuple[int, tuple[int, int] | None]:
    sort, sides, codec = 0, None, b""
    for name, b, e in elements(data, begin, end):
        if name == TRACK_TYPE:
            sort = int.from_bytes(data[b:e], "big")
        elif name == CODEC:
            codec = bytes(data[b:e]).rstrip(b"\0")
        elif name == VIDEO:
            found = {n: int.from_bytes(data[x:y], "big") for n, x, y in elements(data, b, e) if n in {WIDTH, HEIGHT}}
            sides = (found[WIDTH], found[HEIGHT]) if len(found) == 2 else None
    if sort in {1, 2} and codec not in WEBM_CODECS:
        shown = codec.decode("ascii", "replace")
        raise Unplayable("a WebM", shown)
    return sort, sides


def elements(data: Bytes, begin: int, end: int) -> Iterator[tuple[int, int, int]]:
    """(id, begin, end) of the elements side by side in a stretch. One of unknown length reaches to the end of it."""
    at, seen = begin, 0
    while at < end:
        name, at = _number(data, at, end, keep=True)
        size, at = _number(data, at, end, keep=False)
        until = end if size is None else at + size
        if name is None or until > end:
            raise Broken("a WebM", "it breaks off")
        yield name, at, until
        at = until
        seen += 1
        if seen > MOST_BOXES:
            raise Broken("a WebM", "it is cut into more pieces than any film")


def _number(data: Bytes, at: int, end: int, *, keep: bool) -> tuple[int | None, int]:
    """A number whose first bit set tells its length; None for one with all other bits set, which means unknown."""
    first = data[at] if at < end else 0
    length = 9 - first.bit_length()
    if first == 0 or length > (4 if keep else 8) or at + length > end:
        raise Broken("a WebM", "it breaks off")
    whole = int.from_bytes(data[at : at + length], "big")
    if keep:
        return whole, at + length
    value = whole & ((1 << 7 * length) - 1)
    return (None if value == (1 << 7 * length) - 1 else value), at + length
