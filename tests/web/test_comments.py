"""A comment of an annotator, from the desk to the manager's page and back."""

import re

from labeling.services import guidelines, work
from tests.web.manage.conftest import words


def comment(office, text="Is a voucher a refund?", skip=False):
    """The annotator writes something with an answer, or with a skip; the assignment."""
    where = {"project": office.project.id, "member": office.people["annotator"]}
    (held, *_) = office.store.write(work.hand_out, **where).assignments
    if skip:
        office.store.write(work.skip, assignment=held.assignment, reason="broken_item", note=text, **where)
    else:
        given = {"answer": "good", "key": f"k{held.assignment}", "comment": text}
        office.store.write(work.submit, assignment=held.assignment, **given, **where)
    return held.assignment


def page(browser, path="guideline/comments"):
    return words(browser.get(f"/projects/mood/{path}").text)


def test_a_comment_waits_until_it_is_solved_and_its_annotator_reads_the_reply(office):
    assignment = comment(office)
    manager, ann = office.sign_in("manager"), office.sign_in("annotator")
    assert "1 comment waits for a word from you." in page(manager)
    assert "annotator said good : Is a voucher a refund?" in page(manager)
    sent = {"assignment": assignment, "reply": "Yes, it is.", "act": "solve"}
    assert manager.post("/projects/mood/guideline/comments", data=sent).status_code == 303
    assert "No comment waits." in page(manager)
    assert "Yes, it is." in page(manager, "guideline/comments?state=all")
    assert "Your manager replies: Yes, it is. solved" in page(ann, "my-work")
    (mine,) = ann.get("/api/v1/projects/mood/desk/mine").json()["annotations"]
    assert mine["reply"] == "Yes, it is."


def test_a_reply_alone_leaves_it_open_and_so_does_a_new_text(office):
    assignment = comment(office)
    manager = office.sign_in("manager")
    put = f"/api/v1/projects/mood/comments/{assignment}"
    assert manager.put(put, json={"reply": "Which one do you mean?"}).status_code == 200
    assert "1 comment waits" in page(manager)
    assert manager.put(put, json={"solved": True}).status_code == 200
    (told,) = manager.get("/api/v1/projects/mood/comments?open=false").json()["comments"]
    assert (told["reply"], told["is_open"]) == ("Which one do you mean?", False)
    given = {"answer": "good", "key": "again", "revision": 1, "comment": "The one for the parcel."}
    office.store.write(
        work.revise, project=office.project.id, member=office.people["annotator"], assignment=assignment, **given
    )
    (told,) = manager.get("/api/v1/projects/mood/comments").json()["comments"]
    assert (told["text"], told["is_open"]) == ("The one for the parcel.", True)


def test_the_note_of_a_skip_is_a_comment_too(office):
    comment(office, "Only half of it is there.", skip=True)
    assert "annotator skipped it (The item is broken): Only half of it is there." in page(
        office.sign_in("manager")
    ).replace(" :", ":")


def test_nothing_said_and_no_comment_are_refused_in_words(office):
    assignment = comment(office)
    manager = office.sign_in("manager")
    said = manager.put(f"/api/v1/projects/mood/comments/{assignment}", json={})
    assert (said.status_code, said.json()["error"]["message"]) == (
        400,
        "Nothing is said to it. Write a reply, or mark it as solved.",
    )
    assert manager.put("/api/v1/projects/mood/comments/9999", json={"solved": True}).status_code == 404
    empty = manager.post("/projects/mood/guideline/comments", data={"assignment": assignment, "act": "reply"})
    assert empty.status_code == 400


def test_a_comment_becomes_a_guideline_change_with_its_words_beside_the_editor(office):
    assignment = comment(office)
    manager = office.sign_in("manager")
    link = re.search(r'href="([^"]+comment=\d+)"', manager.get("/projects/mood/guideline/comments").text)[1]
    editor = manager.get(link).text
    assert "After a comment of annotator Is a voucher a refund?" in words(editor)
    sent = {"body": "# Fair\n\nA voucher is a refund.", "note": "vouchers", "change": "clarification", "base": "1"}
    done = manager.post("/projects/mood/guideline/edit", data={**sent, "comment": str(assignment)})
    assert done.headers["location"] == "/projects/mood/guideline/comments"
    with office.store.read() as connection:
        assert guidelines.guidelines.current(connection, office.project.id).version == 2


def test_an_answer_can_be_stood_by_from_the_desk_gold_or_not(office):
    assignment = comment(office)
    text = office.sign_in("annotator").get(f"/projects/mood/my-work?assignment={assignment}").text
    assert re.search(rf'<details class="stand-by" open>.*?value="{assignment}"', text, re.DOTALL)
