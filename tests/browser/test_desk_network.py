"""The line breaks, the session ends, tabs are closed: no answer is lost and none is saved twice."""

import json

import pytest
from playwright.sync_api import expect

from labeling.services import members, work
from labeling.store import handout
from tests.browser.conftest import ARGUMENTS, CHROMIUM, PASSWORD, Person
from web import security


@pytest.fixture
def project(site):
    made = site.project(texts=8, overlap=1)
    site.role(made, site.member("ann"))
    return made


def test_answers_given_without_a_line_wait_and_go_out_in_order_when_it_is_back(site, project):
    ann = site.sit("ann")
    page = ann.at_desk()
    ann.settles()
    ann.goes_offline()
    ann.answers("1", "2")
    expect(page.locator("#saved")).to_have_text("Offline, 2 waiting")
    page.get_by_text("You are offline").wait_for()
    assert site.rows(project) == []
    ann.comes_back_online()
    ann.waits_until_saved()
    assert [label for _, label in site.rows(project)] == ["refund", "delivery"]


def test_the_waiting_answers_survive_the_closing_of_the_tab(site, project):
    ann = site.sit("ann")
    ann.at_desk()
    ann.settles()
    ann.goes_offline()
    ann.answers("3")
    ann.page.close()
    ann.comes_back_online()
    ann.page = ann.context.new_page()
    ann.at_desk()
    ann.waits_until_saved()
    assert [label for _, label in site.rows(project)] == ["broken"]


def test_a_reply_that_is_lost_on_the_way_makes_no_second_annotation(site, project):
    ann = site.sit("ann")
    page = ann.at_desk()
    lost = []

    def lose(route):
        if lost:
            return route.continue_()
        lost.append(route.fetch())  # the server has saved it, the browser never hears so
        return route.abort()

    page.route("**/desk/submit", lose)
    ann.answers("1")
    ann.waits_until_saved()
    assert lost[0].ok
    assert len(site.rows(project)) == 1
    with site.store.read() as connection:
        assert handout.seat(connection, project.id, 1).done == 1


@pytest.mark.parametrize("status", [500, 502, 503, 507])
def test_a_server_in_trouble_is_said_and_tried_again(site, project, status):
    ann = site.sit("ann")
    page = ann.at_desk()
    page.route("**/desk/submit", lambda route: route.fulfill(status=status, body="no"), times=1)
    ann.answers("1")
    expect(page.locator("#saved")).to_have_text("The server is in trouble, 1 waiting")
    ann.waits_until_saved()
    assert len(site.rows(project)) == 1


def test_the_line_may_be_cut_after_any_answer_and_none_is_lost_or_doubled(site, project):
    ann = site.sit("ann")
    page = ann.at_desk()
    for number in range(8):
        ann.settles()
        if number % 2:
            ann.goes_offline()
        ann.presses("2", "Enter")
        page.wait_for_timeout(40)
        ann.comes_back_online()
        ann.waits_until_saved()
    ann.is_shown("Nothing waits for you here")
    assert len(site.rows(project)) == len(set(site.rows(project))) == 8


def test_after_the_session_is_over_one_signs_in_in_place_and_nothing_is_lost(site, project):
    ann = site.sit("ann")
    page = ann.at_desk()
    site.store.write(members.close_sessions, member=1, actor=None)
    ann.answers("1")
    page.get_by_text("Your session is over.").first.wait_for()
    expect(page.locator("#kept")).to_have_text("Nothing is lost: 1 of your answers waits here.")
    expect(page.get_by_label("Password")).to_be_focused()
    page.keyboard.type("wrong")
    ann.presses("Enter")
    ann.is_shown("This name and password do not belong together.")
    page.get_by_label("Password").focus()
    page.keyboard.type("correct horse battery")
    ann.presses("Enter")
    ann.waits_until_saved()
    expect(page.locator("#again")).to_be_hidden()
    assert [label for _, label in site.rows(project)] == ["refund"]


def test_two_tabs_never_save_two_answers_to_one_item(site, project):
    ann = site.sit("ann")
    ann.at_desk()
    first, item = ann.page, ann.item()
    second = ann.context.new_page()
    second.goto(first.url)
    second.wait_for_selector("#desk[data-ready]")
    assert second.inner_text("#item") == item
    ann.answers("1")
    ann.waits_until_saved()
    expect(second.locator("#item")).not_to_have_text(item)
    assert len(site.rows(project)) == 1


def test_an_item_answered_on_another_device_is_told_and_kept_as_it_was(site, project):
    ann, phone = site.sit("ann"), site.sit("ann")
    ann.at_desk()
    phone.at_desk()
    ann.answers("1")
    ann.waits_until_saved()
    phone.answers("2")
    phone.is_shown("This item was answered already")
    assert [label for _, label in site.rows(project)] == ["refund"]


def test_closing_the_desk_gives_untouched_items_back(site, project):
    ann = site.sit("ann")
    page = ann.at_desk()
    page.goto(site.url + "/projects")
    page.wait_for_timeout(200)
    with site.store.read() as connection:
        assert handout.held(connection, project.id, 1) == []


def test_an_item_with_a_draft_stays_leased_when_the_desk_is_closed(site, project):
    ann = site.sit("ann")
    page = ann.at_desk()
    ann.presses("2")
    page.goto(site.url + "/projects")
    page.wait_for_timeout(200)
    with site.store.read() as connection:
        assert len(handout.held(connection, project.id, 1)) == 1


def test_a_reload_shows_an_item_that_is_really_leased(site, project):
    ann = site.sit("ann")
    ann.at_desk()
    page = ann.at_desk()
    page.wait_for_timeout(300)
    ann.answers("2")
    ann.waits_until_saved()
    assert len(site.rows(project)) == 1
    assert page.locator("#notice").inner_text() == ""


def test_an_answer_that_comes_too_late_is_kept_but_not_counted_and_that_is_said(site, project):
    ben = site.member("ben")
    site.role(project, ben)
    ann = site.sit("ann")
    page = ann.at_desk()
    ann.presses("1")
    held = json.loads(page.inner_text("#boot"))["assignments"]
    site.store.write(work.release, project=project.id, member=1, assignments=[one["assignment"] for one in held])
    for _ in range(8):
        desk = site.store.write(work.hand_out, project=project.id, member=ben, hold=1)
        one = desk.assignments[0]
        site.store.write(
            work.submit,
            project=project.id,
            member=ben,
            assignment=one.assignment,
            answer="other",
            key=f"k{one.assignment}",
        )
    ann.settles()
    ann.presses("Enter")
    ann.is_shown("Kept, but not counted")


def test_a_password_set_anew_ends_the_session_but_not_the_work(site, project):
    ann = site.sit("ann")
    page = ann.at_desk()
    site.store.write(
        members.set_password, member=1, password_hash=security.hash_password("another long one"), actor=None
    )
    ann.answers("4")
    page.get_by_label("Password").wait_for()
    page.keyboard.type("another long one")
    ann.presses("Enter")
    ann.waits_until_saved()
    assert len(site.rows(project)) == 1


class Cut:
    """Cuts each call of the desk twice: before it has left, and after the server has done it and before it has said so."""

    def __init__(self, page):
        self.tries = {}
        page.route("**/desk/*", self.cut)

    def cut(self, route):
        path = route.request.url.rpartition("/")[2]
        if route.request.method == "GET" or path in {"renew", "release", "desk"}:
            return route.continue_()
        self.tries[path] = self.tries.get(path, 0) + 1
        if self.tries[path] == 1:
            return route.abort()
        if self.tries[path] == 2:
            route.fetch()
            return route.abort()
        return route.continue_()


def test_whatever_is_cut_before_it_left_or_before_it_was_heard_of_is_done_once(site, project):
    site.publishes(project)
    ann = site.sit("ann")
    page = ann.at_desk()
    cut = Cut(page)

    def until(path):
        """Try again as the desk would, only sooner."""
        for _ in range(40):
            if cut.tries.get(path, 0) > 2:
                return
            page.evaluate("dispatchEvent(new Event('online'))")
            page.wait_for_timeout(50)
        raise AssertionError(f"{path} was tried {cut.tries.get(path, 0)} times")

    for _ in range(3):
        page.get_by_role("button", name="I have read v1").click()
        page.wait_for_timeout(80)
    page.locator("#work").wait_for()
    ann.answers("1")
    until("submit")
    ann.waits_until_saved()
    ann.settles()
    ann.presses("s", "1")
    until("skip")
    expect(page.locator('#desk[data-waiting="0"]')).to_be_attached()
    ann.presses("ArrowLeft", "2")
    ann.settles()
    ann.presses("Enter")
    until("revise")
    expect(page.locator('#desk[data-waiting="0"]')).to_be_attached()
    ann.answers("3")
    ann.waits_until_saved()
    assert {path: tries > 2 for path, tries in cut.tries.items() if path != "hand-out"} == dict.fromkeys(
        ("acknowledge", "submit", "skip", "revise"), True
    )
    assert sorted(label for _, label in site.rows(project)) == ["broken", "delivery"]
    with site.store.read() as connection:
        seat = handout.seat(connection, project.id, 1)
        assert (seat.done, seat.skipped) == (2, 1)
        assert connection.exec_driver_sql("SELECT count(*) FROM annotations").scalar_one() == 3
        assert connection.exec_driver_sql("SELECT count(*) FROM acknowledgements").scalar_one() == 1


@pytest.mark.parametrize("lost", ["request", "reply"])
def test_a_hand_out_that_is_lost_on_its_way_or_on_its_way_back_hands_nothing_out_twice(site, project, lost):
    ann = site.sit("ann")
    page = ann.at_desk()
    tries = []

    def cut(route):
        tries.append(route.request.url)
        if len(tries) > 1:
            return route.continue_()
        if lost == "reply":
            assert route.fetch().ok
        return route.abort()

    page.route("**/desk/hand-out", cut)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    page.wait_for_timeout(100)
    assert len(tries) == 1
    seen = []
    for _ in range(8):
        ann.settles()
        seen.append(ann.item())
        ann.presses("1", "Enter")
        ann.waits_until_saved()
    ann.is_shown("Nothing waits for you here")
    for _ in range(80):
        if len(tries) > 1:
            break
        page.wait_for_timeout(50)
    assert len(tries) > 1
    assert len(set(seen)) == 8
    assert len(site.rows(project)) == len(set(site.rows(project))) == 8
    with site.store.read() as connection:
        assert handout.held(connection, project.id, 1) == []


def test_what_waits_survives_the_closing_of_the_whole_browser_and_is_saved_once(site, project, browser, tmp_path):
    """A browser with a profile on disk is closed while an answer waits, and opened again on what it left there."""

    def opened():
        context = browser.browser_type.launch_persistent_context(
            tmp_path / "profile", executable_path=CHROMIUM, args=ARGUMENTS, locale="en-GB", base_url=site.url
        )
        context.set_default_timeout(8000)
        return context

    def signs_in(context):
        reply = context.request.post(
            site.url + "/api/v1/session",
            data=json.dumps({"name": "ann", "password": PASSWORD}),
            headers={"content-type": "application/json", "origin": site.url},
        )
        assert reply.ok

    context = opened()
    signs_in(context)
    ann = Person("ann", context, context.pages[0], site.url)
    page = ann.at_desk()
    ann.settles()
    ann.goes_offline()
    ann.presses("3", "Enter")
    expect(page.locator("#saved")).to_have_text("Offline, 1 waiting")
    # What is sent while the browser closes, its line open again for a moment, is refused.
    site.store.write(members.close_sessions, member=1, actor=None)
    context.close()
    assert site.rows(project) == []
    again = opened()
    signs_in(again)
    try:
        later = Person("ann", again, again.pages[0], site.url)
        later.at_desk().locator('#desk[data-waiting="0"]').wait_for(state="attached")
        assert [label for _, label in site.rows(project)] == ["broken"]
        assert site.counts(project) == {"ann": 1}
    finally:
        again.close()


def test_a_session_that_ends_while_answers_wait_keeps_them_all_and_sends_them_once(site, project):
    ann = site.sit("ann")
    page = ann.at_desk()
    ann.settles()
    ann.goes_offline()
    ann.answers("1", "2")
    expect(page.locator("#saved")).to_have_text("Offline, 2 waiting")
    site.store.write(members.close_sessions, member=1, actor=None)
    ann.comes_back_online()
    page.get_by_text("Your session is over.").first.wait_for()
    expect(page.locator("#kept")).to_have_text("Nothing is lost: 2 of your answers wait here.")
    page.wait_for_timeout(400)  # by now the card says that nothing more is here, and leaves the focus where one types
    expect(page.get_by_label("Password")).to_be_focused()
    page.keyboard.type(PASSWORD)
    ann.presses("Enter")
    ann.waits_until_saved()
    assert [label for _, label in site.rows(project)] == ["refund", "delivery"]


def test_a_server_that_asks_for_a_moment_gets_it_and_then_the_answer(site, project):
    ann = site.sit("ann")
    page = ann.at_desk()
    fault = json.dumps({"error": {"type": "TooFast", "message": "Wait."}})
    reply = {"status": 429, "headers": {"retry-after": "1"}, "content_type": "application/json", "body": fault}
    page.route("**/desk/submit", lambda route: route.fulfill(**reply), times=1)
    ann.answers("1")
    expect(page.locator("#saved")).to_have_text("The server asks for a moment, 1 waiting")
    ann.waits_until_saved()
    assert len(site.rows(project)) == 1
