"""The interface speaks the language that is wanted; a catalogue says all that is marked, and nothing else."""

import re

import pytest

from web import catalogue
from web.catalogue.__main__ import collected, is_said

OTHERS = [one for one in catalogue.known() if one != catalogue.ENGLISH]


def forms(message, said):
    return list(
        zip([message.id] if isinstance(message.id, str) else [message.id[0], *[message.id[1]] * 9], said, strict=False)
    )


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_holds_what_the_interface_says_and_nothing_else(language):
    held = {message.id for message in catalogue.read(language) if message.id}
    assert held == {message.id for message in collected() if message.id}, "run: python -m web.catalogue"


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_is_translated_with_its_names_and_its_tags(language):
    for message in catalogue.read(language):
        if not message.id:
            continue
        assert is_said(message), message.id
        assert not message.fuzzy
        said = [message.string] if isinstance(message.string, str) else message.string
        for english, translated in forms(message, said):
            for pattern in (r"%\(\w+\)(?=[sr])|%%", r"</?\w+[^>]*>"):
                assert sorted(re.findall(pattern, english)) == sorted(re.findall(pattern, translated)), message.id
            assert not re.search(r"%(?!%|\(\w+\)[sr])", translated.replace("%%", "")), message.id
            assert (english[-1] in ".:!?…") == (translated[-1] in ".:!?…"), message.id


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        ("de", "de"),
        ("de-AT,en;q=0.5", "de"),
        ("en,de", "en"),
        ("en;q=0.5,de;q=0.9", "de"),
        ("de;q=0,en", "en"),
        ("tlh", "en"),
        ("", "en"),
        ("de;q=abc", "en"),
        ("*" * 2000, "en"),
        ("../../../etc/passwd", "en"),
    ],
)
def test_a_page_speaks_what_the_browser_asks_for(office, asked, spoken):
    page = office.sign_in("nobody").get("/login", headers={"Accept-Language": asked}).text
    assert f'<html lang="{spoken}" dir="ltr"' in page
    assert {"de": "Anmelden", "en": "Sign in"}[spoken] in page


def test_what_a_person_chooses_is_kept_in_the_browser_and_wins(office):
    browser = office.sign_in("annotator")
    reply = browser.post("/language", data={"language": "de", "next": "/projects"})
    assert (reply.status_code, reply.headers["location"]) == (303, "/projects")
    assert "Meine Projekte" in browser.get("/projects", headers={"Accept-Language": "en"}).text
    browser.post("/language", data={"language": "en"})
    assert "My projects" in browser.get("/projects", headers={"Accept-Language": "de"}).text


@pytest.mark.parametrize("language", ["", "xx", "../de", "de.po", "DE"])
def test_a_language_that_there_is_not_is_not_kept(office, language):
    reply = office.sign_in("annotator").post("/language", data={"language": language, "next": "//evil.example"})
    assert reply.headers["location"] == "/projects"
    assert catalogue.COOKIE not in reply.headers.get("set-cookie", "")


def test_two_requests_at_once_each_speak_their_own(office):
    german, english = office.sign_in("annotator"), office.sign_in("manager")
    german.post("/language", data={"language": "de"})
    for _ in range(3):
        assert "Meine Projekte" in german.get("/projects").text
        assert "My projects" in english.get("/projects").text


def test_numbers_and_times_are_written_as_the_language_has_it():
    from web.pages import ago, number, percent

    catalogue.speak("de")
    try:
        assert number(2.5, 1) == "2,5"
        assert percent(0.0003) == "0,03\xa0%"
        assert ago(0, 3 * 86_400_000) == "vor 3 Tagen"
        assert ago(0, 86_400_000) == "vor 1 Tag"
    finally:
        catalogue.speak("en")


DATA = [
    "Assay",
    "English",
    "Deutsch",
    "annotator",
    "The mood",
    "How does it sound?",
    "Be fair",
    "Look twice",
    "good",
    "bad",
    "text",
]
PAGES = ["/projects", "/projects/mood/my-work", "/projects/mood/desk", "/nowhere"]


@pytest.mark.parametrize("path", PAGES)
def test_every_word_of_an_annotators_page_comes_from_the_catalogue(office, unmarked, path):
    browser = office.sign_in("annotator")
    browser.post("/language", data={"language": "de"})
    page = browser.get(path).text
    assert "⟦" in page
    assert " ".join(unmarked(page, DATA)) == ""


def test_every_word_of_the_sign_in_comes_from_the_catalogue(office, unmarked):
    browser = office.sign_in("nobody")
    for reply in (
        browser.get("/login", headers={"Accept-Language": "de"}),
        browser.post("/login", data={"name": "x", "password": "wrong"}, headers={"Accept-Language": "de"}),
        browser.get("/invite/none", headers={"Accept-Language": "de"}),
    ):
        assert unmarked(reply.text, DATA) == []


def test_nothing_that_a_script_marks_is_lost_on_the_way_to_the_catalogue():
    held = {message.id if isinstance(message.id, str) else message.id[0] for message in collected() if message.id}
    marked = {
        found.replace(r"\"", '"')
        for script in (catalogue.FOLDER.parent / "static").rglob("*.js")
        for found in re.findall(r"\btn?\(\s*\"((?:[^\"\\]|\\.)*)\"", script.read_text(encoding="utf-8"))
    }
    assert len(marked) > 100
    assert marked - held == set()


def test_a_sentence_of_the_floors_below_is_said_in_the_language_of_the_reader():
    from labeling.errors import NotFound, Unusable
    from prep.phrase import numeral, phrase

    refusal = Unusable("is empty", row=numeral(1200), column="text")
    catalogue.speak("de")
    try:
        assert catalogue.say(NotFound("item", "no 1", ["no 2"])) == ("Es gibt kein Element „no 1“. Meinten Sie „no 2“?")
        assert catalogue.say(refusal) == "Zeile 1\u202f200, Spalte „text“: is empty"
        assert catalogue.t("As of %(time)s", time=phrase("Back")) == "Stand Zurück"
        assert (
            environment_says("{{ x }}, {{ _('As of %(time)s', time=x) }}", x=phrase("Back")) == "Zurück, Stand Zurück"
        )
    finally:
        catalogue.speak("en")
    assert catalogue.say(refusal) == "Row 1,200, column 'text': is empty"


def environment_says(template, **values):
    from web.pages import environment

    return environment().from_string(template).render(values)


def test_what_fills_a_message_of_a_template_is_escaped():
    assert environment_says("{{ _('As of %(time)s', time='<b>') }}") == "As of &lt;b&gt;"
    assert environment_says("{{ ngettext('%(n)s item of %(x)s', '%(n)s items of %(x)s', 1200, x='<b>') }}") == (
        "1\u202f200 items of &lt;b&gt;"
    )


def test_whatever_can_be_missing_has_a_sentence_of_its_own():
    from labeling.errors import NOUNS

    for floor in ("labeling", "web"):
        for path in (catalogue.FOLDER.parents[1] / floor).rglob("*.py"):
            for noun in re.findall(r'\bNotFound\(\s*"([^"]+)"', path.read_text(encoding="utf-8")):
                assert noun in NOUNS, path
