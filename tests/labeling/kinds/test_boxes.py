"""Boxes: what an answer may be, and how a wrong one is answered."""

import pytest

from labeling.errors import Unusable
from labeling.kinds import Vote, kind

BOXES = kind("boxes")
OPTIONS = BOXES.options({"labels": ["car", "dog"], "width": 640, "height": 480})
CAR = {"label": "car", "x": 10, "y": 20, "width": 64, "height": 48}


def refusal(raw, options=OPTIONS) -> str:
    with pytest.raises(Unusable) as refused:
        BOXES.parse(raw, options)
    return str(refused.value)


def test_the_order_in_which_boxes_were_drawn_means_nothing():
    two = [{**CAR, "label": "dog"}, {**CAR, "y": 300}, CAR]
    assert BOXES.parse(two, OPTIONS) == BOXES.parse(two[::-1], OPTIONS)


def test_coordinates_are_kept_to_the_hundredth_of_a_pixel():
    assert BOXES.parse([{**CAR, "x": 10.004, "width": 64.0}], OPTIONS) == [CAR]
    assert BOXES.parse([{**CAR, "x": 10.006}], OPTIONS)[0]["x"] == 10.01


def test_a_box_beyond_an_image_of_known_size_names_the_size():
    assert "Box 1 reaches out of 640 × 480 pixels" in refusal([{**CAR, "x": 600}])


def test_a_box_may_reach_to_the_very_edge():
    assert BOXES.parse([{"label": "car", "x": 0, "y": 0, "width": 640, "height": 480}], OPTIONS)


def test_a_box_too_small_to_be_meant_says_how_small():
    assert refusal([CAR, {**CAR, "width": 2}]).startswith(
        "Box 2 is 2 × 48 pixels, too small to be meant. Both sides need 3"
    )


def test_the_same_box_twice_is_refused():
    assert refusal([CAR, dict(CAR)]) == "Box 2 is box 1 again. Delete one of them."


def test_an_unknown_label_names_the_nearest():
    assert "Did you mean 'car'" in refusal([{**CAR, "label": "cars"}])


def test_nothing_here_is_said_by_an_empty_list_and_only_where_it_is_allowed():
    assert BOXES.parse([], OPTIONS) == []
    full = BOXES.options({"labels": ["car"], "nothing": False})
    assert refusal([], full).startswith("Every image has something to mark here")


def test_too_many_boxes_are_refused():
    assert "1001 boxes are more than 1000" in refusal([{**CAR, "x": n / 10} for n in range(1001)])


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"width": 640}, "Only one side"),
        ({"width": 0, "height": 5}, "no number of pixels"),
        ({"width": 3.5, "height": 5}, "no number of pixels"),
        ({"least": 0}, "no shortest side"),
        ({"same": 0.9, "close": 0.5}, "cannot be used"),
        ({"same": float("nan")}, "cannot be used"),
        ({"nothing": "yes"}, "no truth value"),
        ({"image": 3}, "is no text"),
        ({"tolerance": 3}, "no option 'tolerance'"),
    ],
)
def test_options_that_cannot_be_used_are_refused(more, words):
    with pytest.raises(Unusable, match=words):
        BOXES.options({"labels": ["car"], **more})


def test_one_label_is_enough():
    assert BOXES.options({"labels": ["face"]})["labels"][0]["name"] == "face"


def test_an_answer_does_for_gold_where_each_box_lies_close_to_its_own():
    gold = BOXES.parse([CAR], OPTIONS)
    assert BOXES.is_right([{**CAR, "x": 14}], gold, OPTIONS)
    assert not BOXES.is_right([{**CAR, "x": 30}], gold, OPTIONS)
    assert not BOXES.is_right([CAR, {**CAR, "x": 300}], gold, OPTIONS)
    assert not BOXES.is_right([{**CAR, "label": "dog"}], gold, OPTIONS)
    assert BOXES.is_right([], [], OPTIONS)


def test_old_answers_stand_where_labels_are_added_and_not_where_limits_tighten():
    def changed(**more):
        return BOXES.unsafe(OPTIONS, BOXES.options({"labels": ["car", "dog"], "width": 640, "height": 480, **more}))

    assert changed(labels=["car", "dog", "sign"]) == ""
    assert changed(same=0.4, least=1) == ""
    assert "cannot be taken away" in changed(labels=["car"])
    assert "tighter" in changed(least=10)
    assert "tighter" in changed(width=320)
    assert "tighter" in changed(nothing=False)


def test_settings_come_back_from_their_form():
    assert BOXES.options(BOXES.from_settings(BOXES.settings(OPTIONS))) == OPTIONS


def test_a_number_in_the_form_that_is_none_names_its_field():
    with pytest.raises(Unusable, match="'wide' is no number"):
        BOXES.from_settings({"labels": "car", "width": "wide"})


def test_an_answer_in_a_line_counts_each_label():
    assert (
        BOXES.text(BOXES.parse([CAR, {**CAR, "x": 0}, {**CAR, "label": "dog"}], OPTIONS), OPTIONS) == "2 × car, 1 × dog"
    )
    assert BOXES.text([], OPTIONS) == "nothing to mark"


def test_the_verdict_is_an_answer_and_its_parts_say_how_sure_each_box_is():
    votes = [Vote("i", name, [{**CAR, "x": x}]) for name, x in (("ann", 10), ("ben", 12), ("cleo", 14))]
    verdict = BOXES.consensus([*votes[:2], Vote("i", "cleo", [votes[2].answer[0], {**CAR, "x": 400}])], OPTIONS)[0]
    assert verdict.answer == BOXES.parse([{**CAR, "x": 12}], OPTIONS)
    assert BOXES.parse(BOXES.dump(verdict.answer), OPTIONS) == verdict.answer
    assert [part["x"] for part, _ in verdict.parts] == [12, 400]
    assert verdict.parts[0][1] > 0.5 > verdict.parts[1][1]


def test_agreement_on_objects_is_told_whole_and_by_label():
    dog = {**CAR, "label": "dog", "x": 300}
    given = [("i", "ann", [CAR, dog]), ("i", "ben", [{**CAR, "x": 12}]), ("j", "ann", []), ("j", "ben", [])]
    found = {name: one for name, _, one in BOXES.measures(given, {}, OPTIONS, resamples=50)}
    assert list(found) == ["object_f1", "mean_overlap", "object_f1_car", "object_f1_dog"]
    assert found["object_f1"].value == pytest.approx(2 / 3)
    assert found["mean_overlap"].value == pytest.approx(62 / 66)
    assert (found["object_f1_car"].value, found["object_f1_dog"].value) == (1, 0)
    assert (found["object_f1"].items, found["object_f1"].annotators) == (2, 2)


def test_a_box_beyond_the_image_is_refused_where_the_item_says_its_size():
    loose = BOXES.options({"labels": ["car"]})
    answer = BOXES.parse([{**CAR, "x": 600}], loose)
    BOXES.fits(answer, {"photo": "a.png"}, loose)
    BOXES.fits(answer, {"width": 800, "height": 600}, loose)
    with pytest.raises(Unusable, match="Box 1 reaches out of 640 × 480 pixels"):
        BOXES.fits(answer, {"width": 640, "height": 480}, loose)


def test_each_label_is_a_question_of_its_own():
    parts = BOXES.parts(OPTIONS)
    assert [part.title for part in parts] == ["car", "dog"]
    answer = BOXES.parse([CAR, {**CAR, "label": "dog"}], OPTIONS)
    assert [part.kind.parse(part.read(answer), part.options) for part in parts] == [[CAR], [{**CAR, "label": "dog"}]]
    assert BOXES.parts(BOXES.options({"labels": ["car"]})) == ()
