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
