"""COCO: other tools read it, and reading it undoes writing; foreign files are read with what cannot be used named."""

import json

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from labeling.errors import Unusable
from labeling.formats import every, one, read_long
from labeling.kinds import kind

BOXES, POLYGONS = (kind(name).options({"labels": ["car", "leaf"]}) for name in ("boxes", "polygons"))
CAR = {"label": "car", "x": 10, "y": 20.5, "width": 64, "height": 48}
LEAF = {"label": "leaf", "points": [[10, 20], [74, 20], [40, 68.25]]}


def text(shapes):
    return None if shapes is None else json.dumps(shapes, ensure_ascii=False)


def written(frame, tmp_path, **about):
    one("coco").write(frame, tmp_path / "a.json", about)
    return json.loads((tmp_path / "a.json").read_text())


boxes = st.lists(
    st.fixed_dictionaries(
        {
            "label": st.sampled_from(["car", "leaf"]),
            "x": st.integers(0, 90) | st.just(2.25),
            "y": st.integers(0, 90),
            "width": st.integers(3, 40),
            "height": st.integers(3, 40),
        }
    ),
    max_size=3,
    unique_by=lambda box: tuple(box.values()),
)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["i1", "i2", "ü=3"]), st.sampled_from(["ann", "ben"]), st.none() | boxes), max_size=6
    )
)
def test_reading_undoes_writing(tmp_path_factory, rows):
    parsed = [
        (item, who, None if drawn is None else text(kind("boxes").parse(drawn, BOXES))) for item, who, drawn in rows
    ]
    frame = pl.DataFrame(parsed, schema={"item": pl.String, "annotator": pl.String, "label": pl.String}, orient="row")
    path = tmp_path_factory.mktemp("coco") / "a.json"
    one("coco").write(frame, path, {})
    assert_frame_equal(one("coco").read(path, frame.schema), frame)


def test_outlines_come_back_as_they_were(tmp_path):
    drawn = kind("polygons").parse([LEAF], POLYGONS)
    frame = pl.DataFrame(
        {"id": ["i1", "i2"], "photo": ["a.jpg", "b.jpg"], "n": [1, 2], "label": [text(drawn), text([])]}
    )
    made = written(frame, tmp_path)
    assert made["annotations"][0]["segmentation"] == [[10, 20, 74, 20, 40, 68.25]]
    assert made["annotations"][0]["bbox"] == [10, 20, 64, 48.25]
    assert made["annotations"][0]["area"] == 64 * 48.25 / 2
    assert_frame_equal(one("coco").read(tmp_path / "a.json", frame.schema), frame)


def test_what_cocos_own_readers_look_for_is_there(tmp_path):
    frame = pl.DataFrame({"id": ["i1", "i2"], "photo": ["a.jpg", "b.jpg"], "label": [text([CAR]), text([])]})
    made = written(
        frame, tmp_path, options={"labels": [{"name": "leaf"}, {"name": "car"}], "width": 640, "height": 480}
    )
    assert [(one["id"], one["file_name"], one["width"], one["height"]) for one in made["images"]] == [
        (1, "a.jpg", 640, 480),
        (2, "b.jpg", 640, 480),
    ]
    assert [(one["id"], one["name"]) for one in made["categories"]] == [(1, "leaf"), (2, "car")]
    [found] = made["annotations"]
    assert (found["image_id"], found["category_id"], found["bbox"], found["iscrowd"]) == (1, 2, [10, 20.5, 64, 48], 0)


def test_who_drew_what_is_told_of_every_shape(tmp_path):
    frame = pl.DataFrame({"item": ["i1", "i1"], "annotator": ["ann", "ben"], "label": [text([CAR]), text([CAR])]})
    made = written(frame, tmp_path)
    assert len(made["images"]) == 1
    assert [one["assay_annotator"] for one in made["annotations"]] == ["ann", "ben"]


FOREIGN = {
    "images": [{"id": 7, "file_name": "x.png", "width": 10, "height": 10}, {"id": 8, "file_name": "y.png"}],
    "categories": [{"id": 3, "name": "car"}],
    "annotations": [{"id": 1, "image_id": 7, "category_id": 3, "bbox": [1, 2, 3.0, 4.5]}],
}


def test_another_tools_file_is_read_and_an_image_without_shapes_is_an_answer(tmp_path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps(FOREIGN))
    rows = one("coco").read(path).to_dicts()
    assert rows[0] == {
        "id": "7",
        "file_name": "x.png",
        "label": text([{"label": "car", "x": 1, "y": 2, "width": 3, "height": 4.5}]),
    }
    assert json.loads(rows[1]["label"]) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"annotations": [{"image_id": 9, "category_id": 3, "bbox": [1, 2, 3, 4]}]}, "Its image 9 is not in the file"),
        ({"annotations": [{"image_id": 7, "category_id": 4, "bbox": [1, 2, 3, 4]}]}, "Its category 4 is not"),
        ({"annotations": [{"image_id": 7, "category_id": 3}]}, "neither an outline nor a box"),
        ({"annotations": [{"image_id": 7, "category_id": 3, "segmentation": {"counts": "x"}}]}, "run-length mask"),
        ({"annotations": [{"image_id": 7, "category_id": 3, "segmentation": [[0] * 6, [0] * 6]}]}, "has 2 pieces"),
        ({"annotations": [{"image_id": 7, "category_id": 3, "segmentation": [[0, 1]]}]}, "has 2 numbers"),
        ({"images": None}, "no COCO file"),
        ({"images": [{"file_name": "x"}]}, "One of its images has no id"),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path, change, words):
    path = tmp_path / "a.json"
    path.write_text(json.dumps({**FOREIGN, **change}))
    with pytest.raises(Unusable, match=words):
        one("coco").read(path)


def test_a_table_of_other_answers_is_refused_with_its_row(tmp_path):
    with pytest.raises(Unusable, match="Row 1, column 'label': Its label is no list of shapes"):
        one("coco").write(pl.DataFrame({"id": ["a"], "label": ["yes"]}), tmp_path / "a.json", {})
    assert list(tmp_path.iterdir()) == []


def test_only_kinds_that_draw_are_offered_it():
    assert "coco" in {form.NAME for form in every("polygons")}
    assert "coco" not in {form.NAME for form in every("choice")}


def test_answers_come_in_from_a_coco_file_of_another_tool_and_of_ours(tmp_path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps(FOREIGN))
    rows = list(read_long(path))
    assert [(row["item"], row["annotator"], len(row["label"])) for row in rows] == [
        ("x.png", "coco", 1),
        ("y.png", "coco", 0),
    ]
    frame = pl.DataFrame({"item": ["i1", "i1"], "annotator": ["ann", "ben"], "label": [text([CAR]), None]})
    written(frame, tmp_path)
    assert [(row["item"], row["annotator"], row["label"]) for row in read_long(path)] == [("i1", "ann", [CAR])]
