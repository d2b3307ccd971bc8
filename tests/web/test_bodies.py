"""What the API says of a body that is JSON, but not what was meant."""

import pytest


def said(office, body, path="answers"):
    reply = office.sign_in("manager").post(
        f"/api/v1/projects/mood/{path}", content=body, headers={"content-type": "application/json"}
    )
    assert reply.status_code == 400, reply.text
    return reply.json()["error"]["message"]


@pytest.mark.parametrize("path", ["answers", "items", "desk/hand-out"])
@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('{"rows": [], "rows": []}', "The key 'rows' stands twice in one object. Keep one of the two."),
        ('{"hold": ' + "9" * 5000 + "}", "The body holds a number that is too long. Send it as text."),
        ('{"rows": }', "The body is no JSON: Expecting value at line 1, column 10"),
        ('{"rows": NaN}', "NaN is no JSON number"),
        (b"\xff{}", "The body is not UTF-8"),
    ],
)
def test_it_is_refused_in_the_same_words_at_every_door(office, path, body, words):
    assert words in said(office, body, path)


def submitted(office, **more):
    annotator = office.sign_in("annotator")
    desk = annotator.post("/api/v1/projects/mood/desk/hand-out", json={}).json()
    if desk["guideline"] is not None and not desk["assignments"]:
        version = {"version": desk["guideline"]["version"]}
        desk = annotator.post("/api/v1/projects/mood/desk/acknowledge", json=version).json()
    answer = {"assignment": desk["assignments"][0]["assignment"], "key": "k1", "answer": "good", **more}
    return annotator.post("/api/v1/projects/mood/desk/submit", json=answer)


def test_an_answer_without_a_key_of_its_own_is_refused(office):
    reply = submitted(office, key="")
    assert (reply.status_code, "The field 'key' is ''. Give a text of 1 to" in reply.text) == (400, True)


@pytest.mark.parametrize("wrong", [["good"], 7, {"label": "good"}, "goood"])
def test_a_wrong_label_is_named(office, wrong):
    reply = submitted(office, answer=wrong)
    assert reply.status_code == 400
    assert str(wrong) in reply.json()["error"]["message"]


def test_no_label_is_said_to_be_none(office):
    assert "No label was chosen" in submitted(office, answer=None).text
