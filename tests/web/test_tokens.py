"""Tokens for scripts: each does what it was made for, and nothing once it is revoked."""

import pytest

PROJECT = "/api/v1/projects/mood"
CALLS = {
    "read": ("GET", f"{PROJECT}/items", None),
    "label": ("POST", f"{PROJECT}/desk/hand-out", {}),
    "manage": ("PATCH", PROJECT, {"title": "Another"}),
}


def status(script, call):
    method, path, body = call
    return script.request(method, path, json=body).status_code


@pytest.mark.parametrize("scope", CALLS)
def test_a_token_opens_what_it_was_made_for_and_nothing_else(office, scope):
    script = office.token("manager", scope)
    got = {name: status(script, call) for name, call in CALLS.items()}
    assert got == {name: 200 if name == scope else 403 for name in CALLS}


def test_a_refusal_names_the_scope_that_is_missing(office):
    done = office.token("manager", "read").post(f"{PROJECT}/desk/hand-out", json={})
    assert "'label'" in done.json()["error"]["message"]


def test_a_token_gives_no_more_than_its_owners_role(office):
    script = office.token("annotator", "read", "label", "manage")
    assert [status(script, CALLS[name]) for name in ("read", "label", "manage")] == [403, 200, 403]


def test_a_token_for_labeling_reads_the_guideline_and_ones_own_answers(office):
    script = office.token("annotator", "label")
    assert [script.get(f"{PROJECT}/desk/{path}").status_code for path in ("guideline", "mine")] == [200, 200]


def test_a_token_made_under_the_api_works_until_it_is_revoked(office):
    manager = office.sign_in("manager")
    made = manager.post("/api/v1/tokens", json={"name": "night", "scopes": ["read"]}).json()
    script = office.visitor(authorization=f"Bearer {made['token']}")
    assert status(script, CALLS["read"]) == 200
    assert made["token"] not in manager.get("/api/v1/tokens").text
    manager.delete(f"/api/v1/tokens/{made['id']}")
    assert status(script, CALLS["read"]) == 401


def test_nobody_revokes_anothers_token_and_it_works_on(office):
    made = office.sign_in("manager").post("/api/v1/tokens", json={"name": "night", "scopes": ["read"]}).json()
    assert office.sign_in("reviewer").delete(f"/api/v1/tokens/{made['id']}").status_code == 404
    assert status(office.visitor(authorization=f"Bearer {made['token']}"), CALLS["read"]) == 200


def test_a_token_makes_none_that_may_do_more(office):
    script = office.token("manager", "manage")
    assert script.post("/api/v1/tokens", json={"name": "more", "scopes": ["manage", "read"]}).status_code == 403
    assert script.post("/api/v1/tokens", json={"name": "same", "scopes": ["manage"]}).status_code == 201


def test_a_wrong_token_is_refused_whatever_the_cookie_says(office):
    browser = office.sign_in("manager")
    assert browser.get("/api/v1/me", headers={"authorization": "Bearer assay_wrong"}).status_code == 401


def test_a_token_opens_no_page(office):
    done = office.token("manager", "read", "manage").get("/projects/mood/overview")
    assert (done.status_code, done.headers["location"].partition("?")[0]) == (303, "/login")
