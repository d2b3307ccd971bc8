"""The formats of spans: reading undoes writing, and what a format cannot say is refused, never dropped."""

import json
from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from labeling.errors import Unusable
from labeling.formats import every, export, one
from labeling.kinds import kind
from labeling.spans import Span, from_bio, tokens
from prep.snapshot import SnapshotStore

SPANS = kind("spans")
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), min_size=1, max_size=30)
TYPES = {"id": pl.String(), "text": pl.String(), "n": pl.Int64(), "label": pl.String()}


def label(spans, relations=()):
    told = {"spans": [{"start": s, "end": e, "label": name} for s, e, name in spans]} if spans else {"none": True}
    told |= {"relations": [{"from": a, "to": b, "label": name} for a, b, name in relations]} if relations else {}
    return json.dumps(told, ensure_ascii=False)


@st.composite
def rows(draw, *, related=False):
    found = []
    for number in range(draw(st.integers(0, 4))):
        text = draw(TEXT)
        edges = sorted(draw(st.sets(st.integers(0, len(text)), max_size=6)))
        pairs = zip(edges[::2], edges[1::2], strict=False)
        spans = [(start, end, draw(st.sampled_from(["PER", "place of work"]))) for start, end in pairs]
        relations = [(0, 1, "knows")] if related and len(spans) > 1 else []
        found.append({"id": f"i{number}", "text": text, "n": number, "label": label(spans, relations)})
    return pl.DataFrame(found, schema=TYPES)


@pytest.mark.parametrize("related", [False, True])
@settings(deadline=None, max_examples=40)
@given(st.data())
def test_reading_doccano_undoes_writing_it(tmp_path_factory, related, data):
    frame = data.draw(rows(related=related))
    path = tmp_path_factory.mktemp("doccano") / "a.jsonl"
    one("doccano").write(frame, path, {})
    assert_frame_equal(one("doccano").read(path, TYPES), frame)


@settings(deadline=None, max_examples=60)
@given(st.lists(TEXT, max_size=4), st.data())
def test_reading_conll_gives_every_token_with_the_spans_that_were_written(tmp_path_factory, texts, data):
    given = []
    for text in texts:
        at = tokens(text)
        edges = sorted(data.draw(st.sets(st.integers(0, len(at)), max_size=6)))
        given.append([(at[a][0], at[b - 1][1], "PER") for a, b in zip(edges[::2], edges[1::2], strict=False)])
    frame = pl.DataFrame(
        {"text": texts, "label": [label(one) for one in given]}, schema={"text": pl.String, "label": pl.String}
    )
    path = tmp_path_factory.mktemp("conll") / "a.conll"
    one("conll").write(frame, path, {})
    read = one("conll").read(path).rows()
    assert len(read) == len(texts)
    for text, spans, (words, tags) in zip(texts, given, read, strict=True):
        at = tokens(text)
        assert words == [text[start:end] for start, end in at]
        assert from_bio(tags, at) == [Span(*span) for span in spans]


def test_doccano_is_written_as_doccano_writes_it(tmp_path):
    frame = pl.DataFrame({"id": ["a"], "text": ["EU rejects"], "label": [label([(0, 2, "ORG")])]})
    one("doccano").write(frame, tmp_path / "a.jsonl", {})
    assert (tmp_path / "a.jsonl").read_text() == '{"id":"a","text":"EU rejects","label":[[0,2,"ORG"]]}\n'


def test_doccanos_own_export_of_relations_is_read(tmp_path):
    told = {
        "id": 7,
        "text": "Ann of Acme",
        "entities": [
            {"id": 12, "label": "PER", "start_offset": 0, "end_offset": 3},
            {"id": 15, "label": "ORG", "start_offset": 7, "end_offset": 11},
        ],
        "relations": [{"id": 3, "from_id": 12, "to_id": 15, "type": "works for"}],
        "Comments": [],
    }
    (tmp_path / "a.jsonl").write_text(json.dumps(told))
    assert one("doccano").read(tmp_path / "a.jsonl").row(0, named=True) == {
        "id": 7,
        "text": "Ann of Acme",
        "label": label([(0, 3, "PER"), (7, 11, "ORG")], [(0, 1, "works for")]),
    }


def test_conll_has_the_columns_and_breaks_of_conll_2003(tmp_path):
    frame = pl.DataFrame(
        {"text": ["EU rejects.\nIt is late."], "label": [label([(0, 2, "ORG"), (18, 22, "at a time")])]}
    )
    one("conll").write(frame, tmp_path / "a.conll", {})
    assert (tmp_path / "a.conll").read_text().splitlines() == [
        *("-DOCSTART- -X- -X- O", "", "EU -X- -X- B-ORG", "rejects -X- -X- O", ". -X- -X- O", ""),
        *("It -X- -X- O", "is -X- -X- O", "late -X- -X- B-at_a_time", ". -X- -X- O", ""),
    ]


@pytest.mark.parametrize(
    ("spans", "words"),
    [
        ([(0, 4, "PER"), (3, 8, "ORG")], "Row 2, column 'label': The spans 'PER' at 0–4 and 'ORG' at 3–8 overlap"),
        ([(0, 2, "PER")], "Row 2, column 'label': The span 'PER' at 0–2 does not begin and end where a token does"),
        ([(0, 4, "a b"), (5, 8, "a_b")], "The labels 'a b' and 'a_b' are the same without white space"),
    ],
)
def test_what_bio_cannot_say_is_refused_by_its_row_and_nothing_is_written(tmp_path, spans, words):
    frame = pl.DataFrame({"text": ["fine", "Anna Rice"], "label": [label([]), label(spans)]})
    with pytest.raises(Unusable) as refused:
        one("conll").write(frame, tmp_path / "a.conll", {})
    assert words in str(refused.value)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def frozen(tmp_path):
    def freeze(kind="spans", **options):
        items = pl.DataFrame({"id": ["a", "b"], "body": ["喜欢 it", "no"], "label": [label([(0, 1, "x")]), label([])]})
        return SnapshotStore(tmp_path / "snapshots").commit(
            "p", {"items": items}, keys={"items": ["id"]}, about={"kind": kind, "options": {"field": "body", **options}},
            created_at=datetime(2026, 1, 1, tzinfo=UTC),
        )  # fmt: skip

    return freeze


def test_a_snapshot_of_spans_goes_out_from_the_field_that_holds_the_text(frozen, tmp_path):
    path = export(frozen(), "doccano", tmp_path / "a.jsonl")
    assert json.loads(path.read_text().splitlines()[0]) == {"id": "a", "text": "喜欢 it", "label": [[0, 1, "x"]]}


def test_the_tokeniser_can_be_chosen(frozen, tmp_path):
    with pytest.raises(Unusable, match="does not begin and end where a token does"):
        export(frozen(), "conll", tmp_path / "a.conll")
    path = export(frozen(), "conll", tmp_path / "a.conll", tokeniser="character")
    assert "喜 -X- -X- B-x" in path.read_text()


def test_a_format_for_spans_is_refused_for_another_kind_and_the_fitting_ones_are_named(frozen, tmp_path):
    with pytest.raises(
        Unusable,
        match="The format conll does not hold answers of the kind choice. Take one of: csv, huggingface, jsonl, parquet",
    ):
        export(frozen("choice"), "conll", tmp_path / "a.conll")


def test_only_a_project_of_spans_is_offered_them():
    assert {"conll", "doccano"} <= {form.NAME for form in every("spans")}
    assert not {"conll", "doccano"} & {form.NAME for form in every("choice")}


def test_parts_are_refused_where_conll_has_no_place_for_them(frozen, tmp_path):
    with pytest.raises(Unusable, match="CoNLL has no place for parts"):
        export(frozen(), "conll", tmp_path / "a.conll", splits={"train": 0.5, "test": 0.5}, tokeniser="character")


@pytest.mark.parametrize("line", ["{", "[]", '{"text": "a"}', '{"text": "a", "label": [[0, 1]]}', "7"])
def test_a_line_that_is_none_of_doccanos_is_named(tmp_path, line):
    (tmp_path / "a.jsonl").write_text('{"text": "a", "label": []}\n' + line)
    with pytest.raises(Unusable, match="Row 2: this is no line of doccano's"):
        one("doccano").read(tmp_path / "a.jsonl")
