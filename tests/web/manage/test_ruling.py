"""A reviewer rules on what annotators differ on."""

import re


def first(team):
    return re.search(r'name="item" value="([^"]+)"', team.manager.get("/projects/mood/disagreements").text)[1]


def test_names_are_hidden_until_there_is_a_ruling(team):
    key = first(team)
    assert not {"ann", "bob", "cy"} & set(team.see(f"disagreements?item={key}").split())
    team.send("disagreements", item=key, answer="good", reason="The tone is warm.")
    assert {"ann", "bob", "cy"} <= set(team.see(f"disagreements?item={key}").split())


def test_after_a_ruling_the_next_item_is_shown_and_who_had_said_what(team):
    key = first(team)
    page = team.manager.get("/projects/mood/disagreements").text.split("data-ruling")[1]
    following = re.search(r'name="next" value="([^"]+)"', page)[1]
    assert team.send("disagreements", item=key, answer="good", reason="Warm.", next=following).endswith(following)
    assert f"{key} is ruled good." in team.see(f"disagreements?item={following}")


def test_a_ruled_item_leaves_the_queue_and_stands_above_the_consensus(team):
    key = first(team)
    team.send("disagreements", item=key, answer="bad", reason="Cold.")
    assert first(team) != key
    assert "Ruled: a reviewer's word stands above the consensus." in team.see(f"items/one?key={key}")


def test_a_ruling_without_a_reason_is_refused_and_keeps_what_was_chosen(team):
    key = first(team)
    reply = team.manager.post("/projects/mood/disagreements", data={"item": key, "answer": "bad", "reason": " "})
    assert reply.status_code == 400
    assert "A ruling needs a reason" in reply.text
    assert re.search(r'value="bad" checked', reply.text)
    assert team.sql("SELECT count(*) FROM adjudications") == 0


def test_a_ruling_without_a_label_is_refused(team):
    assert "No label was chosen" in team.send("disagreements", 400, item=first(team), reason="Because.")


def test_an_unknown_label_is_refused(team):
    assert "There is no label" in team.send("disagreements", 400, item=first(team), answer="goood", reason="Because.")


def test_an_item_that_is_not_there_is_said_so(team):
    team.send("disagreements", 404, item="nowhere", answer="good", reason="Because.")


def test_a_ruling_taken_back_lets_the_consensus_stand_again(team):
    key = first(team)
    team.send("disagreements", item=key, answer="bad", reason="Cold.")
    team.send("items/one/withdraw", key=key, reason="I misread it.")
    page = team.see(f"items/one?key={key}")
    assert "and they differ" in page
    assert "I misread it." in page


def test_an_answer_from_before_the_meaning_changed_is_marked(team):
    from labeling.services import guidelines

    team.office.store.write(
        guidelines.publish, project=team.office.project.id, body="# New", note="other", change="meaning", actor=None
    )
    assert "given before the meaning changed" in team.see("disagreements")


def test_without_a_consensus_the_empty_queue_says_what_to_do(office, read):
    page = read(office.sign_in("manager").get("/projects/mood/disagreements").text)
    assert "The queue is made by the consensus" in page
