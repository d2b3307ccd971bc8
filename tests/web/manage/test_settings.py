"""The project's settings, its people, its gold and one's tokens."""

import re

import pytest

from labeling.kinds import kinds

FORM = {
    "title": "The mood",
    "question": "How does it sound?",
    "show": "text",
    "overlap": "3",
    "overlap_most": "",
    "target": "90",
    "gold_rate": "50",
    "again_rate": "0",
    "lease_minutes": "15",
    "options.label_name_0": "good",
    "options.label_name_1": "bad",
}


def test_saving_what_stands_changes_nothing(team):
    before = team.see("settings")
    team.send("settings", **FORM)
    assert team.see("settings").replace("Saved. ", "") == before


def test_a_label_is_described_and_another_added(team):
    team.send("settings", **FORM, **{"options.label_description_0": "warm", "options.label_name_2": "mixed"})
    page = team.see("settings")
    assert "warm" in page
    assert "mixed" in page


def test_a_used_label_is_not_renamed_and_the_form_keeps_what_was_typed(team):
    reply = team.manager.post("/projects/mood/settings", data=FORM | {"options.label_name_0": "fine", "title": "Mine"})
    assert reply.status_code == 409
    assert 'value="Mine"' in reply.text


def test_an_overlap_that_is_no_number_is_refused(team):
    assert "cannot be the number of annotators" in team.send("settings", 400, **FORM | {"overlap": "many"})


def test_closing_asks_for_the_name_and_says_how_much_is_left(team):
    assert "6 items are not done yet" in team.see("settings/close")
    assert "The name does not fit" in team.send("settings/close", 400, typed="moood")
    team.send("settings/close", typed="mood")
    assert "takes no answers" in team.see("overview")
    team.send("settings/reopen")
    assert "takes no answers" not in team.see("overview")


def test_a_new_member_gets_a_link_that_is_shown_once_and_works(team):
    reply = team.manager.post("/projects/mood/settings/members", data={"name": "dee", "role": "annotator"})
    link = re.search(r'value="(http://[^"]+/invite/[^"]+)"', reply.text)[1]
    assert link not in team.manager.get("/projects/mood/settings/members").text
    assert team.office.visitor().get(link).status_code == 200


def test_a_member_that_is_known_gets_the_role_and_no_link(team):
    page = team.send("settings/members", 200, name="stranger", role="reviewer")
    assert "stranger" in page
    assert "Send this link" not in page


def test_a_manager_cannot_set_another_persons_password_by_a_new_link(team):
    assert "has a password already" in team.send("settings/members/invite", 400, name="reviewer")
    assert team.office.sign_in("admin").post("/projects/mood/settings/members/invite", data={"name": "reviewer"}).text


def test_somebody_outside_the_project_cannot_be_acted_upon(team):
    team.send("settings/members/role", 404, name="stranger", role="manager")


def test_the_last_manager_stays(team):
    assert "last manager" in team.send("settings/members/role", 409, name="manager", role="annotator")


def test_taking_somebody_out_asks_for_their_name(team):
    assert "The name does not fit" in team.send("settings/members/remove?member=ann", 400, typed="bob")
    team.send("settings/members/remove?member=ann", typed="ann")
    assert " ann " not in team.see("settings/members").split("Add somebody")[0].split("Act")[1]


def test_gold_is_made_and_taken_back(team):
    team.send("settings/gold", key="i39", answer="good", note="sure")
    assert "11 gold items" in team.see("settings/gold")
    team.send("settings/gold/remove", key="i39")
    assert "10 gold items" in team.see("settings/gold")


def test_gold_with_an_unknown_item_or_label_is_refused(team):
    team.send("settings/gold", 404, key="zzz", answer="good")
    team.send("settings/gold", 400, key="i39", answer="goood")


def test_a_token_is_shown_once_and_revoked_by_its_owner_alone(team):
    reply = team.manager.post("/projects/mood/settings/tokens", data={"name": "night", "scopes": ["read"]})
    secret = re.search(r'value="(assay_[^"]+)"', reply.text)[1]
    script = team.office.visitor(authorization=f"Bearer {secret}")
    assert script.get("/api/v1/projects/mood/items").status_code == 200
    number = team.sql("SELECT max(id) FROM tokens")
    admin = team.office.sign_in("admin")
    assert admin.post("/projects/mood/settings/tokens/revoke", data={"token": number}).status_code == 404
    team.send("settings/tokens/revoke", token=number)
    assert script.get("/api/v1/projects/mood/items").status_code == 401


def test_a_token_without_a_scope_is_refused(team):
    team.send("settings/tokens", 400, name="none")


def test_a_new_project_is_made_and_says_what_comes_next(office, read):
    admin = office.sign_in("admin")
    given = {
        "title": "Tone",
        "name": "tone",
        "question": "How polite?",
        "kind": "rating",
        "rating.low": "1",
        "rating.high": "5",
    }
    made = admin.post("/projects/new", data=given | {"overlap": "2"})
    assert made.headers["location"] == "/projects/tone/overview"
    assert "Import the items" in read(admin.get("/projects/tone/overview").text)


def test_a_project_with_one_label_or_a_taken_name_is_refused(office):
    admin = office.sign_in("admin")
    given = {"title": "T", "name": "t", "question": "Q?", "kind": "choice", "choice.labels": "one", "overlap": "3"}
    assert "at least two labels" in admin.post("/projects/new", data=given).text
    assert admin.post("/projects/new", data=given | {"name": "mood", "choice.labels": "a\nb"}).status_code == 409


@pytest.mark.parametrize("kind", kinds().values(), ids=list(kinds()))
def test_every_kind_is_set_up_on_the_page_of_a_new_project_and_saved_on_its_settings_page(office, kind):
    admin = office.sign_in("admin")
    for place, (raw, _, _) in enumerate(kind.examples()):
        options = kind.options(raw)
        given = {"title": "T", "name": f"p{place}", "question": "Q?", "kind": kind.name, "overlap": "3"}
        fields = {f"{kind.name}.{name}": value for name, value in kind.settings(options).items()}
        made = admin.post("/projects/new", data=given | fields)
        assert made.headers.get("location") == f"/projects/p{place}/overview", made.text
        there = f"/projects/p{place}/settings"
        shown = re.findall(r'name="options\.([^"]+)"', admin.get(there).text)
        assert shown, "the page has no field of the kind"
        saved = admin.post(there, data={name: FORM[name] for name in FORM if "." not in name})
        assert saved.status_code == 303
        assert admin.get(f"/api/v1/projects/p{place}").json()["options"] == options


def test_the_page_of_a_new_project_shows_every_kind_with_fields_of_its_own(office):
    page = office.sign_in("admin").get("/projects/new").text
    for kind in kinds().values():
        assert f'value="{kind.name}"' in page
        assert f'name="{kind.name}.' in page
