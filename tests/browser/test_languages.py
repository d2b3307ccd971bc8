"""The desk speaks German as well, also what its scripts say; what is written from right to left holds on every screen."""

import gettext

import pytest
from playwright.sync_api import expect

from tests.browser.test_pages import LOOKS, in_every_look
from web import catalogue


@pytest.fixture
def project(site):
    made = site.project(texts=4)
    site.publishes(made)
    site.role(made, site.member("ann"))
    return made


def speaks(site, person, language):
    person.context.add_cookies([{"name": catalogue.COOKIE, "value": language, "url": site.url}])


def test_a_german_desk_says_all_in_german_also_what_its_scripts_say(site, project):
    ann = site.sit("ann")
    speaks(site, ann, "de")
    page = ann.at_desk()
    expect(page.get_by_role("heading", name="Lesen Sie zuerst die Richtlinie")).to_be_visible()
    page.get_by_role("button", name="Gelesen habe ich").click()
    expect(page.locator("#progress")).to_contain_text("0 erledigt · noch bis zu 4")
    ann.settles()
    page.locator("#submit").click()
    expect(page.locator("#fault")).to_contain_text("wählen Sie", ignore_case=True)
    ann.answers("1")
    expect(page.locator("#saved")).to_contain_text("Gespeichert")
    expect(page.locator("#progress")).to_contain_text("1 erledigt")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("Überspringen, mit Grund")
    ann.context.set_offline(True)
    ann.settles()
    ann.answers("1")
    expect(page.locator("#saved")).to_contain_text("Offline")
    ann.context.set_offline(False)
    expect(page.locator("#saved")).to_contain_text("Gespeichert", timeout=20_000)
    faults = in_every_look(ann, ["/projects", "/projects/intents/desk", "/projects/intents/my-work"])
    assert not faults, "\n".join(faults)


class Mirrored(gettext.NullTranslations):
    """English said in a language that is written from right to left."""

    def gettext(self, message):
        return f"\u200f{message}\u200f"

    def ngettext(self, one, many, n):
        return self.gettext(one if n == 1 else many)


def test_pages_written_from_right_to_left_hold_on_every_screen(site, project, monkeypatch):
    plain = catalogue._translations
    monkeypatch.setattr(catalogue, "_translations", lambda one: Mirrored() if one == "de" else plain(one))
    monkeypatch.setattr(catalogue, "RIGHT_TO_LEFT", frozenset({"de"}))
    ann = site.sit("ann")
    speaks(site, ann, "de")
    page = ann.at_desk()
    page.locator("#acknowledge button").click()
    ann.answers("1")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    submit, skip = page.locator("#submit").bounding_box(), page.locator("#skip").bounding_box()
    assert submit["x"] > skip["x"]
    faults = in_every_look(ann, ["/login", "/projects", "/projects/intents/desk", "/projects/intents/my-work"])
    assert not faults, "\n".join(faults)
    assert len(LOOKS) == 4
