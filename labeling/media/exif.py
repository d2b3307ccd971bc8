"""EXIF: which way up a photo is, and whether it says where it was taken. A TIFF of its own inside JPEG, PNG and WebP."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

ORIENTATION, GPS = 0x0112, 0x8825
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
MOST_ENTRIES = 1000


@dataclass(slots=True)
class Exif:
    """`is_turned`: the sides change places when shown. `places` are the (begin, end) of all bytes that say where, and of
    the pointer to them: a run of zeros there takes the place out and leaves the rest as it is.
    """

    is_turned: bool = False
    places: list[tuple[int, int]] = field(default_factory=list)


def read(tiff: bytes) -> Exif:
    """What a block of EXIF says; nothing for one that cannot be read, which browsers overlook too.

    >>> read(b"nonsense")
    Exif(is_turned=False, places=[])
    """
    found = Exif()
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 8:
        return found
    for at, tag, _, _ in _entries(tiff, order, struct.unpack_from(order + "I", tiff, 4)[0]):
        if tag == ORIENTATION:
            found.is_turned = struct.unpack_from(order + "H", tiff, at + 8)[0] in {5, 6, 7, 8}
        elif tag == GPS:
            found.places += _gps(tiff, order, at)
    return found


def _gps(tiff: bytes, order: str, at: int) -> list[tuple[int, int]]:
    begin = struct.unpack_from(order + "I", tiff, at + 8)[0]
    places = []
    for entry, _, kind, count in _entries(tiff, order, begin):
        places.append((entry, entry + 12))
        size = SIZES.get(kind, 1) * count
        offset = struct.unpack_from(order + "I", tiff, entry + 8)[0]
        if size > 4 and offset + size <= len(tiff):
            places.append((offset, offset + size))
    # Without its count the list of entries is empty, and the tag before it becomes one that no reader knows.
    return [(begin, begin + 2), (at, at + 12), *places] if places else []


def _entries(tiff: bytes, order: str, begin: int) -> list[tuple[int, int, int, int]]:
    """(where, tag, type, count) of every entry of a list of them that lies wholly inside."""
    if begin + 2 > len(tiff):
        return []
    number = struct.unpack_from(order + "H", tiff, begin)[0]
    found = []
    for place in range(min(number, MOST_ENTRIES)):
        at = begin + 2 + 12 * place
        if at + 12 > len(tiff):
            break
        tag, kind, count = struct.unpack_from(order + "HHI", tiff, at)
        found.append((at, tag, kind, count))
    return found
