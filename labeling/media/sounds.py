"""WAV, MP3, Ogg, FLAC: their heads, and enough of the rest to know that it is there. Each gives how long it plays."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from labeling.media.facts import Broken, Facts, Unplayable

if TYPE_CHECKING:
    from mmap import mmap

    Bytes = bytes | mmap

WAV_CODECS = {1: "PCM", 3: "float", 6: "A-law", 7: "µ-law", 0xFFFE: "extensible"}
ENDLESS = 0xFFFFFFFF
"""The length that a recorder writes before it knows better."""
MP3_RATES = {
    3: (44100, 48000, 32000),
    2: (22050, 24000, 16000),
    0: (11025, 12000, 8000),
}  # by version: MPEG 1, 2, 2.5
MP3_BITS = {
    (3, 3): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (3, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (3, 1): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 3): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}  # kilobits a second by (version, layer field: 3 is layer I, 1 is layer III)
MOST_FRAMES = 2_000_000
OGG_CODECS = (b"\x01vorbis", b"OpusHead", b"\x7fFLAC")


def wav(data: Bytes) -> Facts:
    """A WAV: a format chunk of a codec that browsers play, then the samples."""
    at, rate = 12, 0
    while at + 8 <= len(data):
        name, size = data[at : at + 4], struct.unpack_from("<I", data, at + 4)[0]
        begin = at + 8
        if name == b"fmt " and size >= 16 and begin + 16 <= len(data):
            codec, channels, samples, rate = struct.unpack_from("<HHII", data, begin)
            if codec not in WAV_CODECS:
                raise Unplayable("a WAV", str(codec))
            if not (channels and samples and rate):
                raise Broken("a WAV", "its head says what no sound can be")
        elif name == b"data":
            if not rate:
                raise Broken("a WAV", "its head is missing")
            here = len(data) - begin
            if size > here and size != ENDLESS:
                raise Broken("a WAV", "it breaks off")
            return Facts("audio/wav", seconds=round(min(size, here) / rate, 3))
        at = begin + size + (size & 1)
    raise Broken("a WAV", "there is no sound in it")


def mp3(data: Bytes) -> Facts:
    """An MP3: behind its tags, frame upon frame. One frame could be chance; four that follow upon each other are not."""
    at = begin = behind_id3(data)
    seconds, frames = 0.0, 0
    while at + 4 <= len(data) and frames < MOST_FRAMES:
        frame = _frame(data[at : at + 4])
        if frame is None:
            break
        at += frame[0]
        seconds += frame[1]
        frames += 1
    if frames < 4 and not (frames and at >= len(data)):
        raise Broken("an MP3", "there is no sound in it")
    rest = len(data) - at
    # Tags may stand behind the sound; a long rest that is no sound is a broken file.
    if rest > max(4096, (at - begin) // 2) and data[at : at + 3] not in {b"TAG", b"APE", b"LYR"}:
        raise Broken("an MP3", "the sound in it breaks off")
    return Facts("audio/mpeg", seconds=round(seconds, 3))


def is_mp3(data: Bytes) -> bool:
    """Whether it begins as an MP3 does: with a tag, or with a frame and another where that one ends."""
    if data[:3] == b"ID3":
        return True
    first = _frame(data[:4])
    return first is not None and _frame(data[first[0] : first[0] + 4]) is not None


def behind_id3(data: Bytes) -> int:
    """Where the sound begins, behind tags of any length."""
    at = 0
    while data[at : at + 3] == b"ID3" and at + 10 <= len(data):
        seven = data[at + 6 : at + 10]
        at += 10 + (seven[0] << 21 | seven[1] << 14 | seven[2] << 7 | seven[3]) + (10 if data[at + 5] & 0x10 else 0)
    return at


def _frame(head: bytes) -> tuple[int, float] | None:
    """Length in bytes and seconds of the MPEG audio frame with this head; None where there is none."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bits, rate = head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or layer == 0 or bits in {0, 15} or rate == 3:
        return None
    kilobits = MP3_BITS[(3, layer) if version == 3 else (2, 3 if layer == 3 else 2)][bits - 1]
    hertz = MP3_RATES[version][rate]
    padding = head[2] >> 1 & 1
    if layer == 3:
        return (12_000 * kilobits // hertz + padding) * 4, 384 / hertz
    samples = 1152 if version == 3 or layer == 2 else 576
    return samples * 125 * kilobits // hertz + padding, samples / hertz


def ogg(data: Bytes) -> Facts:
    """An Ogg: page upon page to the end, of a codec that browsers play."""
    first = bytes(data[28:64])
    if not first.startswith(OGG_CODECS):
        raise Unplayable("an Ogg", first[1:7].decode("ascii", "replace"))
    at, last = 0, 0
    while at < len(data):
        if data[at : at + 4] != b"OggS" or at + 27 > len(data):
            raise Broken("an Ogg", "it breaks off")
        granule, count = struct.unpack_from("<q", data, at + 6)[0], data[at + 26]
        if granule > 0:
            last = granule
        at += 27 + count + sum(data[at + 27 : at + 27 + count])
    if at > len(data):
        raise Broken("an Ogg", "it breaks off")
    rate = 0
    if first.startswith(b"OpusHead"):
        rate, last = 48_000, max(0, last - struct.unpack_from("<H", first, 10)[0])
    elif first.startswith(b"\x01vorbis"):
        rate = struct.unpack_from("<I", first, 12)[0]
    return Facts("audio/ogg", seconds=round(last / rate, 3) if rate else None)


def flac(data: Bytes) -> Facts:
    """A FLAC: its blocks of facts, then a frame of sound."""
    at = behind_id3(data) + 4
    if len(data) < at + 38 or data[at] & 0x7F != 0:
        raise Broken("a FLAC", "its head is missing")
    packed = int.from_bytes(data[at + 14 : at + 22], "big")
    rate, samples = packed >> 44, packed & 0xF_FFFF_FFFF
    is_last = False
    while not is_last:
        if at + 4 > len(data):
            raise Broken("a FLAC", "it breaks off")
        is_last = bool(data[at] & 0x80)
        at += 4 + int.from_bytes(data[at + 1 : at + 4], "big")
    if rate == 0 or data[at : at + 1] != b"\xff" or data[at + 1 : at + 2] not in {b"\xf8", b"\xf9"}:
        raise Broken("a FLAC", "there is no sound in it")
    return Facts("audio/flac", seconds=round(samples / rate, 3) if samples else None)
