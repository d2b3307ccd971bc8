"""Files come in through the browser: looked at first, then all of them or nothing."""

import codecs
import re

import pytest

from web.routes.manage.imports import ENCODINGS

GOOD = 'id;text\nn1;Wo ist es?\nn2;"two\nlines"\n'


def upload(team, content, what="items", name="new.csv", **more):
    body = content if isinstance(content, bytes) else content.encode()
    return team.manager.post("/projects/mood/items/import", data={"what": what, **more}, files={"file": (name, body)})


def test_a_file_is_looked_at_before_anything_is_in(team):
    reply = upload(team, GOOD)
    page = team.see(reply.headers["location"].removeprefix("/projects/mood/"))
    assert "semicolon" in page
    assert "n1 Wo ist es?" in page
    assert team.sql("SELECT count(*) FROM items WHERE key = 'n1'") == 0


def test_then_all_of_it_comes_in(team):
    ticket = upload(team, GOOD).headers["location"].removeprefix("/projects/mood/")
    page = team.follow(team.send(ticket, id_column="id"))
    assert "32 items" in page
    assert team.sql("SELECT count(*) FROM items WHERE key IN ('n1', 'n2')") == 2


def test_a_repeated_id_names_the_row_and_leaves_all_as_it_was(team):
    ticket = upload(team, "id,text\na,one\na,two\n").headers["location"].removeprefix("/projects/mood/")
    page = team.follow(team.send(ticket, id_column="id"))
    assert "Row 3: the id 'a' stands in row 2 already" in page
    assert team.sql("SELECT count(*) FROM items") == 40


def test_a_picture_named_csv_is_refused_for_what_it_is(team):
    ticket = upload(team, b"\x89PNG\r\n\x1a\n" + b"0" * 100).headers["location"].removeprefix("/projects/mood/")
    assert "PNG" in team.see(ticket, 400)


def test_no_file_is_refused_in_words(team):
    assert "No file was chosen" in team.send("items/import", 400, what="items")


def test_a_file_left_alone_is_gone(team):
    ticket = upload(team, GOOD).headers["location"].removeprefix("/projects/mood/")
    team.send(ticket, act="leave")
    team.see(ticket, 404)


def test_another_managers_file_cannot_be_reached(team):
    ticket = upload(team, GOOD).headers["location"]
    assert team.office.sign_in("admin").get(ticket).status_code == 404


def test_answers_say_which_columns_they_are_taken_from_and_which_are_missing(team):
    told = upload(team, "task,worker,label\ni35,ann,good\n", "answers").headers["location"]
    assert "item is the column 'task'" in team.see(told.removeprefix("/projects/mood/"))
    missing = upload(team, "task,label\ni35,good\n", "answers").headers["location"]
    assert "There is no column for: annotator" in team.see(missing.removeprefix("/projects/mood/"))


def test_answers_come_in(team):
    told = upload(team, "task,worker,label\ni35,zed,good\n", "answers").headers["location"]
    team.follow(team.send(told.removeprefix("/projects/mood/")))
    assert team.sql("SELECT count(*) FROM annotations") == team.answers + 1


def test_the_page_behind_an_import_says_what_became_of_each_row(team):
    rows = "i35,zed,good\ni35,zed,bad\ni36,zed,\n"
    told = upload(team, f"task,worker,label\n{rows}", "answers").headers["location"]
    page = team.follow(team.send(told.removeprefix("/projects/mood/")))
    assert "1 answer added; 1 row changed an earlier answer; 1 row without a label passed over." in page


def test_a_file_in_another_encoding_is_refused_and_the_list_of_encodings_stands_open(team):
    told = upload(team, "id,text\nn1,café\n".encode("cp1252")).headers["location"]
    page = team.manager.get(told)
    assert (page.status_code, "Windows-1252" in page.text, '<details class="fold" open' in page.text) == (
        400,
        True,
        True,
    )


def test_it_comes_in_when_its_encoding_is_named(team):
    told = upload(team, "id,text\nn1,café\n".encode("cp1252"), encoding="cp1252").headers["location"]
    path = told.removeprefix("/projects/mood/")
    assert "café" in team.see(path)
    assert re.search(r'action="[^"]*encoding=cp1252', team.manager.get(told).text)
    assert "1 item added" in team.follow(team.send(path, id_column="id"))


@pytest.mark.parametrize("name", [name for name, _ in ENCODINGS if name])
def test_every_encoding_of_the_list_is_one(name):
    assert codecs.lookup(name)


def test_a_closed_project_takes_no_file(team):
    team.send("settings/close", typed="mood")
    assert "is closed" in words_of(upload(team, GOOD))


def words_of(reply):
    assert reply.status_code == 409
    return reply.text
