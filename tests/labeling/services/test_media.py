"""Bringing media in: by content, under the hash of it; hostile zips; what goes with an erased item."""

import io
import struct
import zipfile

import pytest

from labeling.errors import Closed, Conflict, NotFound, Unusable
from labeling.media import Limits
from labeling.media.shelf import Shelf
from labeling.services import items, media, projects
from labeling.services.erasure import erase_items
from labeling.store import media as stored
from tests import media as made


def put(world, project, files, **more):
    sent = [media.Sent(name, lambda body=body: io.BytesIO(body)) for name, body in files.items()]
    return media.add_media(
        world.store, workspace=world.store.path.parent, project=project, files=sent, actor=None, **more
    )


def shelf(world):
    return Shelf(world.store.path.parent, "demo")


def names(world, project):
    with world.store.read() as connection:
        return [one.name for one in stored.each(connection, project)]


def zipped(*entries, packing=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as packed:
        for name, body in entries:
            packed.writestr(name, body)
    return out


def from_zip(world, project, source, **limits):
    files = media.in_zip(source, limits=Limits(**limits))
    return media.add_media(world.store, workspace=world.store.path.parent, project=project, files=files, actor=None)


def test_what_is_good_comes_in_and_what_is_not_is_refused_by_name(world):
    project = world.project().id
    done = put(world, project, {"a.png": made.png(), "b.svg": b"<svg/>", "../c.png": made.png(), "d.wav": made.wav(1)})
    assert (done.added, [name for name, _ in done.refused]) == (2, ["b.svg", "../c.png"])
    assert names(world, project) == ["a.png", "d.wav"]
    assert len(list(shelf(world).files())) == 2
    assert all(shelf(world).is_whole(file) for file in shelf(world).files())


def test_the_same_again_changes_nothing_and_two_names_share_one_file(world):
    project = world.project().id
    put(world, project, {"a.png": made.png(), "copy/a.png": made.png()})
    before = world.everything()
    done = put(world, project, {"a.png": made.png()})
    assert (done.added, done.already_there) == (0, 1)
    assert world.everything() == before
    assert len(list(shelf(world).files())) == 1


def test_a_name_keeps_its_content(world):
    project = world.project().id
    put(world, project, {"a.png": made.png()})
    done = put(world, project, {"a.png": made.png(9, 9)})
    assert (done.added, done.refused[0][0]) == (0, "a.png")
    assert "another file of that name" in done.refused[0][1]
    assert len(list(shelf(world).files())) == 1


def test_a_closed_project_takes_none_and_nothing_sent_is_said(world):
    project = world.project().id
    with pytest.raises(Unusable, match="No file was sent"):
        put(world, project, {})
    world.store.write(projects.close_project, project=project, actor=None)
    with pytest.raises(Closed):
        put(world, project, {"a.png": made.png()})


def test_a_file_that_is_too_large_is_refused_and_leaves_nothing(world):
    project = world.project().id
    done = put(world, project, {"a.wav": made.wav(2)}, limits=Limits(bytes=1000))
    assert "more than 0.001 MB" in done.refused[0][1]
    assert list(shelf(world).folder.iterdir()) == []


def test_a_zip_comes_in_without_its_litter_and_its_ways_out(world):
    project = world.project().id
    link = zipfile.ZipInfo("link.png")
    link.external_attr = 0o120777 << 16
    source = zipped(
        ("photos/a.png", made.png()), ("__MACOSX/._a.png", b"x"), (".DS_Store", b"x"), ("../../b.png", made.png(5, 5)),
        ("/c.png", made.png(6, 6)), (link, b"/etc/passwd"), ("inner.zip", zipped(("d.png", made.png())).getvalue()),
    )  # fmt: skip
    done = from_zip(world, project, source)
    assert names(world, project) == ["photos/a.png"]
    assert [name for name, _ in done.refused] == ["../../b.png", "/c.png", "link.png", "inner.zip"]


def test_a_bomb_is_refused_whole(world, monkeypatch):
    monkeypatch.setattr(media, "LEAST_OUT", 100_000)
    project = world.project().id
    source = zipped(("a.png", made.png()), ("b.png", bytes(5_000_000)))
    with pytest.raises(Unusable, match="no zip of media"):
        from_zip(world, project, source)
    assert names(world, project) == []
    assert list(shelf(world).folder.iterdir()) == []


def test_a_zip_whose_table_lies_about_a_size_gives_no_more_than_it_says(world):
    project = world.project().id
    table = bytearray(zipped(("b.png", bytes(5_000_000))).getvalue())
    struct.pack_into("<I", table, table.rindex(b"PK\x01\x02") + 24, 10)
    done = from_zip(world, project, io.BytesIO(bytes(table)))
    assert (done.added, [name for name, _ in done.refused]) == (0, ["b.png"])


def test_a_locked_and_a_damaged_zip_are_refused_in_words(world):
    project = world.project().id
    body = bytearray(zipped(("a.png", made.png()), packing=zipfile.ZIP_STORED).getvalue())
    body[60] ^= 0xFF
    done = from_zip(world, project, io.BytesIO(bytes(body)))
    assert "damaged" in done.refused[0][1]
    locked = bytearray(zipped(("a.png", made.png())).getvalue())
    for sign, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(sign) + flag] |= 1
    assert "password" in from_zip(world, project, io.BytesIO(bytes(locked))).refused[0][1]


def test_a_name_is_found_by_its_end_where_only_one_ends_so(world):
    project = world.project().id
    put(world, project, {"x/a.png": made.png(), "x/b.png": made.png(5, 5), "y/b.png": made.png(6, 6)})
    with world.store.read() as connection:
        found = stored.find(connection, project, ["/data/images/a.png", "b.png", "y/b.png"])
        assert stored.size(connection, project, "a.png") == (4, 3)
    assert {name: one.name for name, one in found.items()} == {"/data/images/a.png": "x/a.png", "y/b.png": "y/b.png"}


def test_items_that_name_what_is_not_here_are_refused_unless_it_is_said(world):
    project = world.project(shows={"photo": "image"}).id
    put(world, project, {"p0.png": made.png()})
    rows = [{"id": n, "photo": f"p{n}.png"} for n in range(9)]
    with pytest.raises(Unusable, match=r"8 media .* 'p1.png', .* 'p5.png' and 3 more"):
        items.import_items(world.store, project=project, rows=rows, actor=None)
    done = items.import_items(world.store, project=project, rows=rows, actor=None, allow_missing=True)
    assert (done.added, done.missing_media) == (9, 8)


def test_what_items_name_is_not_taken_away_and_what_none_names_is(world):
    project = world.project(shows={"photo": "image"}).id
    put(world, project, {"a.png": made.png(), "b.png": made.png(5, 5)})
    items.import_items(world.store, project=project, rows=[{"id": 1, "photo": ["a.png"]}], actor=None)
    take = {"workspace": world.store.path.parent, "project": project, "reason": "old", "actor": None}
    with pytest.raises(Conflict, match="names 'a.png'"):
        world.store.write(media.remove_media, names=["b.png", "a.png"], **take)
    with pytest.raises(NotFound):
        world.store.write(media.remove_media, names=["c.png"], **take)
    world.store.write(media.remove_media, names=["b.png"], **take)
    assert names(world, project) == ["a.png"]
    assert len(list(shelf(world).files())) == 1


def test_with_an_erased_item_go_the_media_that_only_it_named(world):
    project = world.project(shows={"photo": "image"}).id
    put(world, project, {"a.png": made.png(), "b.png": made.png(5, 5)})
    rows = [{"id": 1, "photo": "a.png"}, {"id": 2, "photo": "a.png"}, {"id": 3, "photo": "b.png"}]
    items.import_items(world.store, project=project, rows=rows, actor=None)
    give = {"project": project, "reason": "asked", "workspace": world.store.path.parent, "actor": None}
    world.store.write(erase_items, keys=["1", "3"], **give)
    assert names(world, project) == ["a.png"]
    assert len(list(shelf(world).files())) == 1
    world.store.write(erase_items, keys=["2"], **give)
    assert list(shelf(world).files()) == []


def test_a_file_that_was_changed_or_is_gone_is_told(world):
    project = world.project().id
    put(world, project, {"a.png": made.png(), "b.png": made.png(5, 5)})
    assert media.verify_media(world.store, workspace=world.store.path.parent) == (2, [])
    first, second = (shelf(world).path(file) for file in shelf(world).files())
    first.write_bytes(made.png(7, 7))
    second.unlink()
    _, problems = media.verify_media(world.store, workspace=world.store.path.parent)
    assert sorted(one.rpartition(") ")[2] for one in problems) == ["has another content", "is gone"]
