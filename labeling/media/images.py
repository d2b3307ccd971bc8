"""PNG, JPEG, GIF, WebP: read to their end, so that half a file is none. Each takes the bytes and gives the facts."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

from labeling.media import exif
from labeling.media.facts import Broken, Facts

if TYPE_CHECKING:
    from mmap import mmap

    Bytes = bytes | mmap

PNG_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
JPEG_ALONE = {0x01, *range(0xD0, 0xD8)}
JPEG_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
EXIF_HEAD = b"Exif\0\0"
XMP_HEAD = b"http://ns.adobe.com/xap/1.0/\0"
XMP_PLACE = b"GPSL"  # GPSLatitude, GPSLongitude


def png(data: Bytes) -> Facts:
    """A PNG: every chunk whole and with its checksum, from IHDR over IDAT to IEND."""
    at, width, height, has_data, has_place = 8, 0, 0, False, False
    while True:
        if at + 12 > len(data):
            raise Broken("a PNG", "it breaks off")
        size, name = struct.unpack_from(">I4s", data, at)
        if at + 12 + size > len(data):
            raise Broken("a PNG", "it breaks off")
        body = memoryview(data)[at + 4 : at + 8 + size]
        right = zlib.crc32(body) == struct.unpack_from(">I", data, at + 8 + size)[0]
        body.release()
        if not right:
            raise Broken("a PNG", f"its part {name.decode('ascii', 'replace')} is damaged")
        if at == 8:
            width, height = _ihdr(name, data[at + 8 : at + 8 + size])
        elif name == b"eXIf":
            has_place = bool(exif.read(data[at + 8 : at + 8 + size]).places)
        elif name == b"iTXt" and XMP_PLACE in data[at + 8 : at + 8 + size]:
            has_place = True
        has_data = has_data or (name == b"IDAT" and size > 0)
        at += 12 + size
        if name == b"IEND":
            break
    if not has_data:
        raise Broken("a PNG", "there is no picture in it")
    return Facts("image/png", width, height, has_place=has_place)


def _ihdr(name: bytes, body: bytes) -> tuple[int, int]:
    if name != b"IHDR" or len(body) != 13:
        raise Broken("a PNG", "its head is missing")
    width, height, depth, colour, packing, filter_, interlace = struct.unpack(">IIBBBBB", body)
    if not (width and height) or depth not in PNG_DEPTHS.get(colour, ()) or packing or filter_ or interlace > 1:
        raise Broken("a PNG", "its head says what no PNG can be")
    return width, height


def jpeg(data: Bytes) -> Facts:
    """A JPEG: marker by marker to the picture, which has an end. The sides are those shown: EXIF may turn them."""
    size = None
    is_turned = has_place = has_exif = False
    for marker, begin, end in jpeg_parts(data):
        if marker in JPEG_FRAMES and size is None:
            height, width = struct.unpack_from(">HH", data, begin + 1) if end - begin >= 6 else (0, 0)
            if not (width and height):
                raise Broken("a JPEG", "its size is nothing")
            size = width, height
        elif marker == 0xE1 and not has_exif and data[begin : begin + 6] == EXIF_HEAD:
            held = exif.read(data[begin + 6 : end])
            has_exif, is_turned = True, held.is_turned
            has_place = has_place or bool(held.places)
        elif marker == 0xE1 and XMP_PLACE in data[begin:end]:
            has_place = True
    if size is None:
        raise Broken("a JPEG", "there is no picture in it")
    width, height = reversed(size) if is_turned else size
    return Facts("image/jpeg", width, height, has_place=has_place)


def jpeg_parts(data: Bytes) -> list[tuple[int, int, int]]:
    """(marker, begin, end) of every segment before the picture's own bytes. Raises Broken, also where they have no end."""
    at = 2
    parts: list[tuple[int, int, int]] = []
    while True:
        if at + 4 > len(data) or data[at] != 0xFF:
            raise Broken("a JPEG", "it breaks off")
        marker = data[at + 1]
        if marker == 0xFF:  # a filling byte
            at += 1
            continue
        if marker in JPEG_ALONE:
            at += 2
            continue
        length = struct.unpack_from(">H", data, at + 2)[0]
        if marker == 0xD9 or length < 2 or at + 2 + length > len(data):
            raise Broken("a JPEG", "it breaks off")
        if marker == 0xDA:
            if data.find(b"\xff\xd9", at + 2 + length) < 0:
                raise Broken("a JPEG", "the picture in it breaks off")
            return parts
        parts.append((marker, at + 4, at + 2 + length))
        at += 2 + length


def gif(data: Bytes) -> Facts:
    """A GIF: block by block to the trailer (which old ones lack), with a picture in it."""
    if len(data) < 13:
        raise Broken("a GIF", "it breaks off")
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    at, pictures = 13 + _palette(flags), 0
    while at < len(data) and data[at] != 0x3B:
        if data[at] == 0x21:
            at = _blocks(data, at + 2)
        elif data[at] == 0x2C and at + 10 <= len(data):
            left, top, wide, high, flags = struct.unpack_from("<HHHHB", data, at + 1)
            width, height = max(width, left + wide), max(height, top + high)
            pictures += 1
            at = _blocks(data, at + 11 + _palette(flags))
        else:
            raise Broken("a GIF", "a part of it is none")
    if not (pictures and width and height):
        raise Broken("a GIF", "there is no picture in it")
    return Facts("image/gif", width, height)


def _palette(flags: int) -> int:
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _blocks(data: Bytes, at: int) -> int:
    """Behind a chain of blocks, each led by its length, that ends with an empty one."""
    while at < len(data):
        if data[at] == 0:
            return at + 1
        at += 1 + data[at]
    raise Broken("a GIF", "it breaks off")


def webp(data: Bytes) -> Facts:
    """A WebP: RIFF chunks to the end it promises, with a picture (VP8, VP8L) or frames of one (VP8X with ANMF)."""
    end = 8 + struct.unpack_from("<I", data, 4)[0]
    if end > len(data):
        raise Broken("a WebP", "it breaks off")
    at, canvas, picture, has_place = 12, None, None, False
    while at + 8 <= end:
        name, size = bytes(data[at : at + 4]), struct.unpack_from("<I", data, at + 4)[0]
        begin = at + 8
        if begin + size > end:
            raise Broken("a WebP", "a part of it breaks off")
        if name == b"VP8X" and size >= 10:
            canvas = 1 + _three(data, begin + 4), 1 + _three(data, begin + 7)
        elif name == b"EXIF":
            has_place = bool(exif.read(bytes(data[begin : begin + size]).removeprefix(EXIF_HEAD)).places)
        elif name == b"XMP ":
            has_place = has_place or XMP_PLACE in data[begin : begin + size]
        else:
            picture = _webp_size(data, name, begin, size) or picture
        at = begin + size + (size & 1)
    if picture is None or not all(canvas or picture):
        raise Broken("a WebP", "there is no picture in it")
    width, height = canvas or picture
    return Facts("image/webp", width, height, has_place=has_place)


def _webp_size(data: Bytes, name: bytes, begin: int, size: int) -> tuple[int, int] | None:
    """Width and height of the picture in a chunk; None where it holds none."""
    if name == b"VP8 " and size >= 10 and data[begin + 3 : begin + 6] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", data, begin + 6)
        return width & 0x3FFF, height & 0x3FFF
    if name == b"VP8L" and size >= 5 and data[begin] == 0x2F:
        bits = struct.unpack_from("<I", data, begin + 1)[0]
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if name == b"ANMF" and size >= 16:
        return 1 + _three(data, begin + 6), 1 + _three(data, begin + 9)
    return None


def _three(data: Bytes, at: int) -> int:
    """A whole number of three bytes, the least first."""
    return int.from_bytes(data[at : at + 3], "little")
