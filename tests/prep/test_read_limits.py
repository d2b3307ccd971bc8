"""A file cannot fill the memory: neither with many rows nor with one huge field."""

import io
import tracemalloc

import pytest

from prep.errors import UnreadableFile
from prep.read import open_table


class Endless(io.RawIOBase):
    """A file of `size` bytes that are never all in memory: a head, and then one letter again and again."""

    def __init__(self, head, size):
        self.head, self.size, self.at = head, size, 0

    def readable(self):
        return True

    def seekable(self):
        return True

    def seek(self, offset, whence=0):
        self.at = offset + (self.size if whence == 2 else 0)
        return self.at

    def tell(self):
        return self.at

    def read(self, size=-1):
        size = min(self.size - self.at, size if size >= 0 else self.size)
        part = self.head[self.at : self.at + size]
        self.at += size
        return part + b"x" * (size - len(part))


@pytest.mark.parametrize("head", [b"id,text\n1,", b'id,text\n1,"', b'{"id": "', b'[{"id": "'])
def test_a_field_of_200_mb_is_refused_before_it_is_read(head):
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableFile, match="longer than 20,000,000 characters"):
            list(open_table(Endless(head, 200_000_000), name="a.csv").batches())
        assert tracemalloc.get_traced_memory()[1] < 200_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("data", "name", "place"),
    [
        (b"id,text\n1,%b\n", "a.csv", "a.csv, line 2, column 'text'"),
        (b'{"id":"0"}\n{"id":"%b"}\n', "a.jsonl", "a.jsonl, line 2, column 'id'"),
        (b'[{"id":"0"},\n{"id":"%b"}]\n', "a.json", "a.json, line 2, column 'id'"),
    ],
)
def test_a_field_over_the_limit_is_refused_with_its_place(data, name, place):
    table = open_table(io.BytesIO(data.replace(b"%b", b"x" * 1001)), name=name, max_field_bytes=1000)
    with pytest.raises(UnreadableFile) as caught:
        list(table.batches())
    assert str(caught.value).startswith(f"{place}: The field has 1,001 bytes; 1,000 are allowed")


def test_a_field_at_the_limit_is_read():
    table = open_table(io.BytesIO(b"id\n" + b"x" * 1000), max_field_bytes=1000)
    assert [len(row["id"]) for batch in table.batches() for row in batch] == [1000]


def test_bytes_count_and_not_characters():
    with pytest.raises(UnreadableFile, match="has 1,200 bytes"):
        list(open_table(io.BytesIO(b"id\n" + "ä".encode() * 600), max_field_bytes=1000).batches())


@pytest.mark.parametrize("kind", ["csv", "jsonl", "json"])
def test_memory_stays_flat_however_many_rows_come(kind):
    rows = {"csv": "%d,some text\n", "jsonl": '{"id":%d,"text":"some text"}\n', "json": '{"id":%d,"text":"some text"},'}
    body = "".join(rows[kind] % number for number in range(100_000))
    whole = {"csv": f"id,text\n{body}", "jsonl": body, "json": f"[{body[:-1]}]"}[kind].encode()
    tracemalloc.start()
    try:
        assert sum(len(batch) for batch in open_table(io.BytesIO(whole)).batches(1000)) == 100_000
        assert tracemalloc.get_traced_memory()[1] < 3_000_000
    finally:
        tracemalloc.stop()
