"""What a file is, is seen from its content; half a file, a false one and one that is too large are refused in words."""

import struct
import zlib
from contextlib import suppress

import pytest

from labeling.errors import Unusable
from labeling.media import SUFFIXES, inspect, inspect_bytes, names, places
from tests import media as made

SAMPLES = {
    "image/png": made.png(40, 30),
    "image/jpeg": made.JPEG,
    "image/gif": made.GIF,
    "image/webp": made.WEBP,
    "image/avif": made.AVIF,
    "audio/wav": made.wav(2),
    "audio/mpeg": made.mp3(2),
    "audio/ogg": made.ogg(2),
    "audio/flac": made.flac(2),
    "audio/mp4": made.mp4(2, video=False),
    "video/mp4": made.mp4(2),
    "audio/webm": made.webm(2, video=False),
    "video/webm": made.webm(2),
}


def test_there_is_a_sample_of_every_type():
    assert set(SAMPLES) == set(SUFFIXES)


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_file_is_what_its_content_is(kind):
    facts = inspect_bytes(SAMPLES[kind])
    assert facts.type == kind
    if facts.sort != "audio":
        assert (facts.width, facts.height) == (40, 30)
    if facts.sort != "image":
        assert facts.seconds == pytest.approx(2, abs=0.1)


# A stream of frames says nowhere how long it is: half of it plays.
@pytest.mark.parametrize("kind", [kind for kind in SAMPLES if kind not in {"audio/mpeg", "audio/flac"}])
def test_half_a_file_is_none(kind):
    body = SAMPLES[kind]
    for part in (0.5, 0.9):
        with pytest.raises(Unusable):
            inspect_bytes(body[: int(len(body) * part)])


@pytest.mark.parametrize("kind", SAMPLES)
def test_damage_anywhere_gives_facts_or_words_and_never_a_fault(kind):
    body = bytearray(SAMPLES[kind])
    for place in range(min(len(body), 400)):
        for value in (0, 0xFF):
            hurt = bytearray(body)
            hurt[place] = value
            with suppress(Unusable):
                inspect_bytes(bytes(hurt))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "SVG, which can hold scripts"),
        (b"\xef\xbb\xbf <?xml version='1.0'?><svg/>", "SVG, which can hold scripts"),
        (b"<!doctype html><script>alert(1)</script>", "a page of HTML"),
        (b"%PDF-1.7", "a PDF"),
        (b"II*\0" + bytes(40), "TIFF"),
        (b"PK\x03\x04" + bytes(40), "a zip inside"),
        (b"\0\0\0\x18ftypheic" + bytes(30), "HEIC"),
        (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
        (b"MZ" + bytes(100), "no picture, sound or film"),
        (b"\xff\xd8\xff\xe0", "breaks off"),
    ],
)
def test_what_is_no_medium_is_refused_with_what_to_do(body, words):
    with pytest.raises(Unusable, match=words):
        inspect_bytes(body)


def test_an_empty_file_is_refused(tmp_path):
    (tmp_path / "a.png").write_bytes(b"")
    with pytest.raises(Unusable, match="empty"):
        inspect(tmp_path / "a.png")


def test_a_small_file_that_claims_a_huge_picture_is_refused():
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    body = (
        b"\x89PNG\r\n\x1a\n"
        + made.chunk(b"IHDR", head)
        + made.chunk(b"IDAT", zlib.compress(b""))
        + made.chunk(b"IEND", b"")
    )
    with pytest.raises(Unusable, match=r"60,000 × 60,000 pixels, more than 100 million"):
        inspect_bytes(body)


def test_a_png_with_a_wrong_checksum_is_damaged():
    body = bytearray(made.png())
    body[-20] ^= 1
    with pytest.raises(Unusable, match="damaged"):
        inspect_bytes(bytes(body))


@pytest.mark.parametrize(("name", "codec"), [("mp4v", b"mp4v"), ("ProRes", b"apcn")])
def test_a_film_that_no_browser_plays_is_refused_with_what_to_convert_it_to(name, codec):
    with pytest.raises(Unusable, match="none that browsers play. Convert it"):
        inspect_bytes(made.mp4(2).replace(b"avc1", codec))


def test_a_photo_that_lies_on_its_side_has_the_size_it_is_shown_in_and_tells_where_it_was_taken():
    facts = inspect_bytes(made.PLACED)
    assert (facts.width, facts.height, facts.has_place) == (30, 40, True)


def test_where_a_photo_was_taken_is_taken_out_and_the_rest_stays(tmp_path):
    path = tmp_path / "a.jpg"
    path.write_bytes(made.PLACED)
    places.take_out(path, inspect(path))
    after = inspect(path)
    assert (after.width, after.height, after.has_place) == (30, 40, False)
    body = path.read_bytes()
    assert len(body) == len(made.PLACED)
    assert struct.pack(">II", 52, 1) not in body
    assert body[body.rindex(b"\xff\xda") :] == made.PLACED[made.PLACED.rindex(b"\xff\xda") :]


@pytest.mark.parametrize(
    "name",
    [
        "../a.png",
        "/etc/passwd",
        "C:\\a.png",
        "a/../../b.png",
        "",
        ".",
        "a//b.png",
        "a\0.png",
        "\u202egnp.exe",
        "x" * 301,
        "\n",
    ],
)
def test_a_name_that_leads_away_or_cannot_be_seen_is_refused(name):
    with pytest.raises(Unusable, match="Its name"):
        names.clean_name(name)


def test_a_name_has_one_spelling():
    assert names.clean_name("./fotos\\u\u0308ber.png") == "fotos/\u00fcber.png"
