"""Small media made by hand, for tests: real files of each format, byte by byte."""

import base64
import io
import math
import struct
import wave
import zlib


def png(width: int = 4, height: int = 3, colour: tuple[int, int, int] = (200, 60, 30)) -> bytes:
    """A picture of one colour."""
    rows = (b"\0" + bytes(colour) * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def chunk(name: bytes, body: bytes) -> bytes:
    """A part of a PNG with its checksum."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def wav(seconds: float = 1.0, rate: int = 8000, pitch: float = 440.0) -> bytes:
    """A tone."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        tone = (int(12_000 * math.sin(2 * math.pi * pitch * n / rate)) for n in range(int(seconds * rate)))
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in tone))
    return out.getvalue()


def mp3(seconds: float) -> bytes:
    """Silence in frames of 64 kbit/s at 44.1 kHz, behind a tag."""
    frame = b"\xff\xfb\x50\xc0" + bytes(204)
    return b"ID3\x03\0\0\0\0\0\x05hello" + frame * round(seconds * 44_100 / 1152)


def ogg(seconds: float) -> bytes:
    """Pages of Opus, one for each second."""
    head = b"OpusHead\x01\x01" + struct.pack("<HIH", 312, 48_000, 0) + b"\0"
    pages = [_page(0, head), *(_page(312 + 48_000 * n, b"\xfc" * 50) for n in range(1, int(seconds) + 1))]
    return b"".join(pages)


def _page(granule: int, body: bytes) -> bytes:
    return b"OggS\0\0" + struct.pack("<qIIIB", granule, 1, 0, 0, 1) + bytes([len(body)]) + body


def flac(seconds: float) -> bytes:
    """A head and the beginning of a frame."""
    packed = (44_100 << 44) | (15 << 36) | int(seconds * 44_100)
    info = struct.pack(">HH", 4096, 4096) + bytes(6) + packed.to_bytes(8, "big") + bytes(16)
    return b"fLaC\x80" + len(info).to_bytes(3, "big") + info + b"\xff\xf8\xc9\x18" + bytes(8)


def box(name: bytes, *parts: bytes) -> bytes:
    """A box of an MP4."""
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + name + body


def mp4(seconds: float, *, video: bool = True) -> bytes:
    """The boxes of a film or of a sound, with nothing in its stream."""
    codec = box(b"avc1" if video else b"mp4a", bytes(78 if video else 28))
    table = box(b"stbl", box(b"stsd", struct.pack(">II", 0, 1), codec))
    kind = box(b"hdlr", bytes(8), b"vide" if video else b"soun", bytes(13))
    sides = struct.pack(">II", 40 << 16, 30 << 16) if video else bytes(8)
    track = box(b"trak", box(b"tkhd", bytes(76), sides), box(b"mdia", kind, box(b"minf", table)))
    head = box(b"mvhd", bytes(12), struct.pack(">II", 1000, int(seconds * 1000)), bytes(80))
    brand = b"isom" if video else b"M4A "
    return box(b"ftyp", brand, bytes(4), brand) + box(b"moov", head, track) + box(b"mdat", bytes(64))


def element(name: int, *parts: bytes) -> bytes:
    """An element of a WebM."""
    body = b"".join(parts)
    return name.to_bytes((name.bit_length() + 7) // 8, "big") + b"\x01" + len(body).to_bytes(7, "big") + body


def webm(seconds: float, *, video: bool = True) -> bytes:
    """The elements of a film or of a sound, with a cluster of nothing."""
    info = element(
        0x1549A966,
        element(0x2AD7B1, (1_000_000).to_bytes(3, "big")),
        element(0x4489, struct.pack(">d", seconds * 1000)),
    )
    sides = [element(0xE0, element(0xB0, b"\x28"), element(0xBA, b"\x1e"))] if video else []
    track = element(
        0xAE, element(0x83, b"\x01" if video else b"\x02"), element(0x86, b"V_VP9" if video else b"A_OPUS"), *sides
    )
    segment = element(0x18538067, info, element(0x1654AE6B, track), element(0x1F43B675, bytes(40)))
    return element(0x1A45DFA3, element(0x4282, b"webm")) + segment


# Of 40 × 30 pixels, made by an encoder. PLACED lies on its side (shown as 30 × 40) and tells where it was taken.
JPEG = base64.b85decode(
    "|JeWF01!$>Nk#wx0RR9200961|JwjV04N+DBOVzjBOxO#D=08LWI;SPH#~b-T}fn-fSHz$fQ*WuwC2O0s@koJjL84X+V1uL|Noo8"
    "|NsB`|K|Pw`2X7gLjfx-Ej%?mc0oaQ_@#`c`1ttv`1ttv`1ttv`1ttv`1ttv`1ttv`1ttv`1ttv`1ttv`1ttv`1ttv`1ttv`1t?8"
    "01*fP9sno<0U`hb5di}c0sq7R6#xMN00000000000000000004|HJ?k5CH%H0000000000000000095Q02ToO0RaF20000000000"
    "000000tElW02C1c00000000000000000000|Jncy0|5X65d#qbKLD5nH-G>D000001OM3"
)

GIF = base64.b85decode(
    "M@dFFH(@9M9sq#=0LUIZ000000000004x9i001Ze9socHIsgF(97wRB!Gj1BDqP60p~Hs|BTAe|v7*I`7&B_z$g!ixk03*e97(dI"
    "$&)Bks$9vkrOTHvF$M$xI{"
)

WEBP = base64.b85decode("Qb|TeKmY&$S4BclR!}$~GynhqFarRc0V*f}9soaaw$ov>uPUY`XabNf31<M#I1dV%2mk>7-VvpP_@U;vuyr<MO<Pz1")

AVIF = base64.b85decode(
    "0000WW^{RQVRmU|00000VRmU|ZE0pPZE0a<O+hh20002%ZDn*}000000000XXk=`10000000000aA{+700000000000000000000"
    "4sdC7Z2$lO000310016oY;R)#0000)000310RR910RR926951JCjbBdC~0YKW&i*H00031000_kZf0cy000000RRADb}%tRZ)|UJ"
    "00000YH4tCZ~y=ROKEUpZvX%Q6lrsCWdHyG00000C;$Ke9smFU5O8UDX#fBK00RgJ2mk;83}JRLLxBJc000006Ju{|a&BX6cmM$a"
    "4FCp!0000NX>e^}0000000001009I60)qqq001v-WMOm?0162h6({RN1T-2DG8i7mhlN?+|Nr8^007*m!3A2tE2lptwPX"
)

PLACED = base64.b85decode(
    "|JeWF01!$>Nk#wx0RR9200961|KR{+MR;ju002!*04e|g00;mA0TKWM0000100sa6h$R37000010000c0000000IC300IC200K?`"
    "0000200jU500RI307L))0000005kvq0096103QGV0096101N;C00IBo07C#M93CSc87LzmBP}Z^Fg#>IJU2HydstmbWRZZGmXCmp"
    "ilDUS!=S3#t%{7u|I6C$_5c6>o5BD8|N8&t{r~v?+W<oWD=jTNH9U4fL3a41jHUSa`1ttv`1ttv`1ttv`1ttv`1ttv`1ttv`1ttv"
    "`1ttv`1ttv`1ttv`1ttv`1ttv|G)qd2ml@cC<6f^00I#K0}%oL!~hil0RaF200000000000000000jTU02B}b000000000000000"
    "00000|HJ?m0RaI400000000000000000066|HJ?k5di=I0000000000000000095m01N{G00I#M5dc2`m;^U~00000000C3*#"
)
