"""Signing in: slowed down for those who guess, over for good once it is ended, and never told who is a member."""

import pytest

from labeling.services import members
from web import security

ME = "/api/v1/me"
PASSWORD = "correct horse battery"


def attempt(browser, name, password):
    return browser.post("/api/v1/session", json={"name": name, "password": password})


@pytest.fixture
def settings():
    return {"login_tries": 3}


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(office):
    wrong, unknown = (attempt(office.visitor(), name, "not the password") for name in ("annotator", "nobody-here"))
    assert (wrong.status_code, wrong.json()) == (unknown.status_code, unknown.json())
    assert wrong.status_code == 401


def test_after_so_many_tries_even_the_right_password_has_to_wait_and_is_told_how_long(office):
    for _ in range(3):
        assert attempt(office.visitor(), "annotator", "a guess of mine").status_code == 401
    done = attempt(office.visitor(), "annotator", PASSWORD)
    assert done.status_code == 429
    assert 0 < int(done.headers["retry-after"]) <= 300
    assert attempt(office.visitor(), "manager", PASSWORD).status_code == 200  # another name does not wait


def test_the_page_slows_guessing_down_too(office):
    for _ in range(3):
        office.visitor().post("/login", data={"name": "annotator", "password": "a guess of mine"})
    done = office.visitor().post("/login", data={"name": "annotator", "password": PASSWORD})
    assert done.status_code == 429
    assert "set-cookie" not in done.headers


def test_a_right_password_forgets_the_slips_before_it(office):
    for _ in range(3):
        attempt(office.visitor(), "annotator", "a slip of mine")
        attempt(office.visitor(), "annotator", "a slip of mine")
        assert attempt(office.visitor(), "annotator", PASSWORD).status_code == 200


def test_a_session_cookie_is_out_of_reach_for_scripts_and_other_sites(office):
    cookie = attempt(office.visitor(), "annotator", PASSWORD).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_who_signed_out_cannot_come_back_with_the_old_cookie(office):
    browser = office.sign_in("annotator")
    kept = dict(browser.cookies)
    assert browser.get(ME).status_code == 200
    browser.post("/logout")
    again = office.visitor()
    again.cookies.update(kept)
    assert again.get(ME).status_code == 401


def test_signing_in_again_ends_the_session_before_it(office):
    browser = office.sign_in("annotator")
    kept = dict(browser.cookies)
    attempt(browser, "annotator", PASSWORD)
    again = office.visitor()
    again.cookies.update(kept)
    assert (browser.get(ME).status_code, again.get(ME).status_code) == (200, 401)


def test_an_admin_signs_somebody_out_everywhere(office):
    browsers = [office.sign_in("annotator") for _ in range(2)]
    assert office.sign_in("admin").delete("/api/v1/members/annotator/sessions").json() == {"closed": 2}
    assert [one.get(ME).status_code for one in browsers] == [401, 401]


def test_who_was_removed_is_out_at_once_by_session_and_by_token(office):
    browser, script = office.sign_in("annotator"), office.token("annotator", "read")
    office.store.write(members.disable_member, member=office.people["annotator"], actor=None)
    assert [one.get(ME).status_code for one in (browser, script)] == [401, 401]
    assert attempt(office.visitor(), "annotator", PASSWORD).status_code == 401


def test_a_session_that_nobody_used_ends_by_itself_and_one_in_use_lasts_on(office):
    used, unused = office.sign_in("annotator"), office.sign_in("manager")
    hours = office.anyone.app.state.settings.session_hours
    for _ in range(3):
        office.clock.forward(hours * 3600 / 2)
        assert used.get(ME).status_code == 200
    assert unused.get(ME).status_code == 401


def test_no_secret_lies_in_the_database_as_it_is(office):
    browser, script = office.sign_in("annotator"), office.token("annotator", "read")
    secrets = [*browser.cookies.values(), script.headers["authorization"].removeprefix("Bearer "), PASSWORD]
    kept = b"".join(path.read_bytes() for path in office.path.glob("assay.db*"))
    assert [one for one in secrets if one.encode() in kept] == []
    assert security.hash_secret(secrets[0]).encode() in kept


@pytest.mark.parametrize("where", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_signing_in_leads_to_no_other_site(office, where):
    done = office.visitor().post("/login", data={"name": "annotator", "password": PASSWORD, "next": where})
    assert (done.status_code, done.headers["location"]) == (303, "/")


def test_an_invite_works_once_and_ends_after_three_days(office):
    made = office.sign_in("admin").post("/api/v1/members", json={"name": "newcomer"})
    link = made.json()["invite"].removeprefix("http://127.0.0.1")
    words = {"password": "a horse of my own", "again": "a horse of my own"}
    assert office.visitor().post(link, data=words).status_code == 303
    assert office.visitor().post(link, data=words).status_code == 404
    made = office.sign_in("admin").post("/api/v1/members", json={"name": "latecomer"})
    office.clock.forward(73 * 3600)
    assert office.visitor().get(made.json()["invite"].removeprefix("http://127.0.0.1")).status_code == 404
