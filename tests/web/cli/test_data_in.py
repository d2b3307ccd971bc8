"""Bringing items, answers and gold in; and every kind of broken file, which leaves all as it was."""

import pytest

ITEMS = "id,text\na,first\nb,second\n"


def shown(assay):
    return assay("project", "show", "intents", "--json").data["counts"]


def test_items_come_in_once_however_often_the_file_does(assay):
    assay.project()
    path = assay.file("items.csv", ITEMS)
    assert assay("import", "intents", path, "--json").data == {
        "added": 2,
        "already_there": 0,
        "total": 2,
        "missing_media": 0,
    }
    assert assay("import", "intents", path, "--json").data == {
        "added": 0,
        "already_there": 2,
        "total": 2,
        "missing_media": 0,
    }


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bom.csv", b"\xef\xbb\xbfid,text\r\na,first\r\nb,second\r\n"),
        ("semicolon.csv", "id;text\na;first, with a comma\nb;second\n"),
        ("quoted.csv", 'id,text\na,"two\nlines"\nb,second\n'),
        ("lines.jsonl", '{"id": "a", "text": "first"}\n{"id": "b", "text": "second"}\n'),
        ("named_otherwise.txt", ITEMS),
        ("utf16.csv", ITEMS.encode("utf-16")),
    ],
)
def test_a_table_is_read_by_its_content(assay, name, content):
    assay.project()
    ended = assay("import", "intents", assay.file(name, content), "--json")
    assert ended.code == 0, ended.err
    assert ended.data["added"] == 2


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"text,more\nx,y\n", "no column with an id"),
        (b"id,text\na,1\na,2\n", "other content"),
        (b"id,text\n,1\n", "id is empty"),
        (b"id,text\n", "no rows"),
        (b"", "empty"),
        (b"id,text\na,caf\xe9\n", "UTF-8"),
        (b"id,text\na,1,2,3\n", "line 2"),
        (b'{"id": "a", "text": "x"}\n{"id": "b", \n{"id": "c", "text": "z"}\n', "line 2"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "PNG"),
        (b"PK\x03\x04" + b"\0" * 40, "zip"),
    ],
)
def test_a_broken_file_names_what_is_wrong_and_changes_nothing(assay, content, says):
    assay.project()
    ended = assay("import", "intents", assay.file("items.csv", content))
    assert ended.code == 2, ended.out
    assert says.lower() in ended.err.lower()
    assert "Traceback" not in ended.err
    assert shown(assay)["items"] == 0


def test_a_row_is_named_as_the_file_counts_it(assay):
    assay.project()
    ended = assay("import", "intents", assay.file("items.csv", "id,text\na,1\n,2\n"))
    assert "Row 3" in ended.err  # the head is row 1


def test_the_id_can_be_another_column(assay):
    assay.project()
    path = assay.file("items.csv", "name,text\na,first\n")
    assert assay("import", "intents", path, "--id", "name").code == 0
    assert assay("import", "intents", path, "--id", "nane").code == 2


def test_an_encoding_can_be_named(assay):
    assay.project()
    path = assay.file("items.csv", "id,text\na,café\n".encode("cp1252"))
    assert assay("import", "intents", path, "--encoding", "cp1252").code == 0


@pytest.mark.parametrize(("path", "code"), [("nowhere.csv", 3), (".", 2)])
def test_a_path_that_is_no_file_is_refused(assay, path, code):
    assay.project()
    assert assay("import", "intents", path).code == code


def test_a_cell_of_many_megabytes_is_refused(assay):
    assay.project()
    ended = assay("import", "intents", assay.file("items.csv", "id,text\na," + "x" * 12_000_000 + "\n"))
    assert ended.code == 2
    assert "bytes" in ended.err or "MB" in ended.err


def test_a_closed_project_takes_no_items(assay):
    from labeling.services.projects import close_project
    from labeling.store import Store, now_ms

    assay.project()
    with Store.open(assay.workspace / "assay.db", clock=now_ms) as store:
        store.write(close_project, project=1, actor=None)
    ended = assay("import", "intents", assay.file("items.csv", ITEMS))
    assert (ended.code, "closed" in ended.err) == (4, True)


def test_answers_given_elsewhere_come_in_under_their_own_column_names(assay):
    assay.project()
    assay.items(4)
    assay.answers(4)
    assert shown(assay)["answers"] == 12


UNEVEN = "task,worker,label\ni0,ann,refund\ni0,ann,praise\ni1,ann,\ni1,bob,praise\ni1,bob,praise\n"
"""Of five rows two are first answers, one changes the first, one has no label, one says the same again."""


def test_what_became_of_each_row_is_said(assay):
    assay.project()
    assay.items(4)
    ended = assay("import-answers", "intents", assay.file("a.csv", UNEVEN))
    assert ended.out == (
        "2 answers added; 1 row changed an earlier answer; 1 row held nothing new; 1 row without a label passed over.\n"
    )


def test_what_became_of_each_row_is_counted_for_scripts(assay):
    assay.project()
    assay.items(4)
    ended = assay("import-answers", "intents", assay.file("a.csv", UNEVEN), "--json")
    assert ended.data == {"added": 2, "changed": 1, "already_there": 1, "unlabeled": 1, "total": 5}


def test_a_file_without_any_label_is_refused(assay):
    assay.project()
    assay.items(4)
    ended = assay("import-answers", "intents", assay.file("a.csv", "task,worker,answer\ni0,ann,\n"))
    assert (ended.code, "Column 'answer': No row has a label" in ended.err) == (2, True)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("i0,ann,refnd", "Did you mean 'refund'"),
        ("nowhere,ann,refund", "nowhere"),
        ("i0,,refund", "line 3"),
        (",ann,refund", "line 3"),
    ],
)
def test_answers_that_make_no_sense_change_nothing(assay, rows, says):
    assay.project()
    assay.items(4)
    ended = assay("import-answers", "intents", assay.file("a.csv", f"task,worker,label\ni1,ann,refund\n{rows}\n"))
    assert ended.code in {2, 3}
    assert says.lower() in ended.err.lower().replace("row", "line"), ended.err
    assert shown(assay)["answers"] == 0
    assert assay("member", "list", "--json").data == []


def test_a_rating_is_read_from_a_cell_of_text(assay):
    scale = assay.file("scale.json", '{"low": 1, "high": 5}')
    assay("project", "create", "stars", "--kind", "rating", "--options", scale, "-q", "How many?")
    assay.items(3, "stars")
    ended = assay("import-answers", "stars", assay.file("a.csv", "task,worker,label\ni0,ann,4\ni0,bob,5.0\n"))
    assert ended.code == 0, ended.err


def test_gold_is_set_listed_and_taken_back(assay):
    assay.project("intents", "--gold-rate", 0.1)
    assay.items(6)
    assert assay("gold", "intents", assay.file("g.csv", "item,gold\ni1,refund\ni2,praise\n")).code == 0
    assert assay("gold", "intents", "--json").data == [
        {"item": "i1", "answer": "refund"},
        {"item": "i2", "answer": "praise"},
    ]
    assay("gold", "intents", "--remove", "i1")
    assert [one["item"] for one in assay("gold", "intents", "--json").data] == ["i2"]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("item,gold\ni1,refnd\n", "refund"),
        ("item,gold\ni1,refund\ni2,refnd\n", "Row 3"),
        ("item,gold\nnowhere,refund\n", "nowhere"),
        ("item,gold\ni1,refund\nnowhere,refund\n", "Row 3, column 'item': there is no item 'nowhere'"),
        ("item,gold\ni1,\n", "empty"),
        ("item,gold\ni1,refund\ni1,praise\n", "twice"),
        ("item,colour\ni1,refund\n", "no column 'label'"),
    ],
)
def test_gold_that_makes_no_sense_changes_nothing(assay, rows, says):
    assay.project()
    assay.items(4)
    ended = assay("gold", "intents", assay.file("g.csv", rows))
    assert ended.code in {2, 3}
    assert says in ended.err, ended.err
    assert assay("gold", "intents", "--json").data == []


def test_one_is_said_as_one(assay):
    assay.project()
    assay.items(4)
    path = assay.file("one.csv", "id,text\ni0,text 0\n")
    assert assay("import", "intents", path).out == "0 items added; 1 row held nothing new.\n"
    assert assay("gold", "intents", assay.file("g.csv", "item,gold\ni1,refund\n")).out.strip() == (
        "1 item of 'intents' is gold now."
    )
