"""Take out of a photo where it was taken: EXIF's GPS block and the same in XMP, overwritten; the picture stays as it is."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

from labeling.errors import Unusable
from labeling.media import exif
from labeling.media.images import EXIF_HEAD, XMP_PLACE, jpeg_parts

if TYPE_CHECKING:
    from pathlib import Path

    from labeling.media.facts import Facts


def take_out(path: Path, facts: Facts) -> None:
    """Overwrite it in the file. Raises Unusable for a format where that is not known how."""
    data = bytearray(path.read_bytes())
    if facts.type == "image/jpeg":
        for marker, begin, end in jpeg_parts(bytes(data)):
            if marker == 0xE1 and data[begin : begin + 6] == EXIF_HEAD:
                _blank(data, begin + 6, end)
            elif marker == 0xE1 and XMP_PLACE in data[begin:end]:
                _overwrite(data, begin, end)
    elif facts.type == "image/png":
        _png(data)
    elif facts.type == "image/webp":
        _webp(data)
    else:
        raise Unusable(
            "Where it was taken cannot be taken out of a film here", cure="Save it without, then send it again."
        )
    path.write_bytes(data)


def _blank(data: bytearray, begin: int, end: int) -> None:
    for first, last in exif.read(bytes(data[begin:end])).places:
        data[begin + first : begin + last] = bytes(last - first)


def _overwrite(data: bytearray, begin: int, end: int) -> None:
    """A block of XMP as spaces: nothing else in it is needed to show the picture."""
    data[begin:end] = b" " * (end - begin)


def _png(data: bytearray) -> None:
    at = 8
    while at + 12 <= len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        begin, end = at + 8, at + 8 + size
        if name == b"eXIf":
            _blank(data, begin, end)
        elif name == b"iTXt" and XMP_PLACE in data[begin:end]:
            key = data.find(b"\0", begin, end)
            _overwrite(data, key + 5, end)  # behind the keyword, two flags and two empty texts
        struct.pack_into(">I", data, end, zlib.crc32(data[at + 4 : end]))
        at = end + 4


def _webp(data: bytearray) -> None:
    at = 12
    while at + 8 <= len(data):
        name, size = bytes(data[at : at + 4]), struct.unpack_from("<I", data, at + 4)[0]
        begin, end = at + 8, at + 8 + size
        if name == b"EXIF":
            skip = len(EXIF_HEAD) if data[begin : begin + 6] == EXIF_HEAD else 0
            _blank(data, begin + skip, end)
        elif name == b"XMP " and XMP_PLACE in data[begin:end]:
            _overwrite(data, begin, end)
        at = end + (size & 1)
