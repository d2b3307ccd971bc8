"""Reading a CSV: what is found out about it, what its rows are, and what is said of a broken one."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prep.errors import UnreadableFile, UnusableParameter
from prep.read import open_table


def rows_of(data, name="items.csv", **how):
    with open_table(io.BytesIO(data), name=name, **how) as table:
        return [row for batch in table.batches(2) for row in batch]


def refusal(data, name="items.csv", **how):
    with pytest.raises(UnreadableFile) as caught:
        rows_of(data, name, **how)
    return caught.value


def test_a_cell_is_text_as_it_stands_in_the_file():
    assert rows_of(b"id,n\n1, 007 \n") == [{"id": "1", "n": " 007 "}]


def test_each_row_says_the_line_where_it_begins():
    with open_table(io.BytesIO(b'id,text\n1,"two\nlines"\n\n2,x\n')) as table:
        (batch,) = table.batches()
    assert batch.lines == [2, 5]


@pytest.mark.parametrize(
    ("data", "dialect"),
    [
        (b"id,text\n1,a\n", "CSV, utf-8, cells divided by ','"),
        (b'id;text\r\n1;"a;b"\r\n', "CSV, utf-8, cells divided by ';'"),
        (b"id\ttext\n1\ta, b\n", "CSV, utf-8, cells divided by '\\t'"),
        (b"\xef\xbb\xbfid,text\n1,a\n", "CSV, utf-8 with a byte order mark, cells divided by ','"),
        ("id,text\n1,ä\n".encode("utf-16"), "CSV, utf-16 with a byte order mark, cells divided by ','"),
        (b"sep=;\nid;text\n1;a\n", "CSV, utf-8, cells divided by ';'"),
        (b"id\n1\n", "CSV, utf-8, cells divided by ','"),
    ],
)
def test_encoding_and_dialect_are_found_and_said(data, dialect):
    with open_table(io.BytesIO(data)) as table:
        assert table.dialect == dialect
        assert next(iter(table.batches()))[0]["id"] == "1"


def test_a_comma_in_the_texts_does_not_mislead_where_semicolons_divide():
    assert rows_of(b"id;text\n1;a, b, c\n2;d, e\n") == [{"id": "1", "text": "a, b, c"}, {"id": "2", "text": "d, e"}]


def test_a_dialect_that_is_found_wrongly_can_be_said():
    assert rows_of(b"a b,c\n1 2,3\n", delimiter=" ") == [{"a": "1", "b,c": "2,3"}]


def test_a_delimiter_of_two_characters_is_refused():
    with pytest.raises(UnusableParameter, match="is not one character"):
        rows_of(b"a\n1\n", delimiter="||")


def test_reading_from_the_beginning_twice_gives_the_same():
    with open_table(io.BytesIO(b"id\n1\n2\n")) as table:
        assert list(table.batches()) == list(table.batches())


def test_a_stream_that_cannot_go_back_is_read_too():
    class Pipe(io.BytesIO):
        def seekable(self):
            return False

    with open_table(Pipe(b"id\n1\n")) as table:
        assert [row["id"] for batch in table.batches() for row in batch] == ["1"]


@given(
    st.lists(st.tuples(*[st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))] * 2), min_size=1)
)
def test_what_the_csv_module_writes_is_read_back(rows):
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([("id", "text"), *rows])
    read = rows_of(text.getvalue().encode(), delimiter=",")
    assert [tuple(row.values()) for row in read] == rows


def test_another_encoding_is_refused_with_line_byte_a_guess_and_the_cure():
    assert str(refusal("id,text\n1,ok\n2,Müller\n".encode("cp1252"))) == (
        "items.csv, line 3, byte 16: 0xFC is not UTF-8 there; the file looks like Windows-1252 ('2,Müller'). "
        "Save the file as UTF-8, or name its encoding, cp1252, if that is right."
    )


def test_the_encoding_can_be_said():
    assert rows_of("id,text\n1,Müller\n".encode("cp1252"), encoding="cp1252") == [{"id": "1", "text": "Müller"}]


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_a_wrong_byte_behind_many_blocks_is_still_named_by_its_place(bom):
    good = bom + b"id,text\n" + b"1,abcdefgh\n" * 300_000
    error = refusal(good + b"2,\xff\n")
    assert (error.line, error.byte) == (300_002, len(good) + 2)


@pytest.mark.parametrize("encoding", ["nope", "rot13", "zip"])
def test_an_encoding_that_there_is_not_is_refused(encoding):
    assert "There is no encoding" in str(refusal(b"id\n1\n", encoding=encoding))


def test_utf16_without_its_mark_is_recognised():
    assert "its encoding, utf-16-le" in str(refusal("id,text\n1,abc\n".encode("utf-16-le")))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "The file is empty"),
        (b"\xef\xbb\xbf", "nothing but white space"),
        (b" \n\n", "nothing but white space"),
        (b"id,text\n", "There are no rows, only a header"),
        (b"id,text,id\n1,2,3\n", "line 1, column 'id': Columns 1 and 3 are both named 'id'"),
        (b",text\n1,2\n", "line 1: Column 1 has no name"),
        (b"id,text\n1,2\n1,2,3\n", "line 3: The row has 3 cells, the header 2 columns"),
        (b"id,text\n1\n", "line 2: The row has 1 cell, the header 2 columns"),
        (b'id,text\n1,a\n2,"abc\n3,x\n', "line 3: A quote that is opened in this row is never closed"),
        (b'id,text\n1,"a"b\n', "line 2: The quoting is broken"),
        (b"id,text\n1,a\0b\n", "line 2: There is a NUL character"),
    ],
)
def test_a_broken_file_is_refused_with_its_place(data, words):
    assert words in str(refusal(data))


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
        (b"%PDF-1.7", "a PDF document"),
        (b"\x1f\x8b\x08\0", "compressed with gzip"),
        (b"PK\x03\x04....xl/workbook.xml", "an Excel workbook"),
        (b"PK\x03\x04....a.csv", "a ZIP archive"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (bytes(range(256)) * 4, "a binary file"),
    ],
)
def test_a_file_that_is_no_table_is_refused_by_what_it_is_whatever_its_name(data, what):
    assert what in str(refusal(data))


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(UnreadableFile, match="This is a folder"):
        open_table(tmp_path)


def test_a_character_across_two_blocks_does_not_shift_the_place_of_a_wrong_byte():
    head = b"id\n" + b"x" * ((1 << 20) - 4) + "é\n".encode()
    error = refusal(head + b"\xff\n")
    assert (error.line, error.byte) == (3, len(head))
