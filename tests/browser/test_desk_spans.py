"""Spans at the desk: by keys, by mouse and by touch, in any script, in long texts; offsets are those of Python's slices."""

from itertools import count

import pytest
from playwright.sync_api import expect

from labeling.store import answers, members
from tests.browser.conftest import PHONE, served

TEXT = "Ann Smith of Acme met Bo in Paris."
OPTIONS = {
    "labels": ["person", "firm", "place"],
    "relations": [{"name": "works for", "from": ["person"], "to": ["firm"]}, "met"],
}
WHERE = """(words) => {
  const walker = document.createTreeWalker(document.querySelector(".span-text"), NodeFilter.SHOW_TEXT);
  const nodes = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) nodes.push(node);
  let at = nodes.map((node) => node.data).join("").indexOf(words);
  const range = document.createRange();
  const put = (left, isEnd) => {
    const node = nodes.find((one) => (left -= one.length) < 0 || (isEnd && left === 0));
    range[isEnd ? "setEnd" : "setStart"](node, left + node.length);
  };
  put(at, false);
  put(at + words.length, true);
  const { left, right, top, height } = range.getBoundingClientRect();
  return [left, right, top + height / 2];
}"""


class Marking:
    """Somebody who marks spans: what they do, and what is in the database then."""

    def __init__(self, site, project, person):
        self.site, self.project, self.person, self.page = site, project, person, person.at_desk(project.name)

    def keys(self, *keys):
        self.person.presses(*keys)

    def drags(self, words, *, exactly=False, back=False, cut=0):
        """Press at one end of some words and let go at the other, `cut` pixels within them."""
        left, right, middle = self.page.evaluate(WHERE, words)
        ends = [(left + cut, middle), (right - cut, middle)]
        if back:
            ends.reverse()
        if exactly:
            self.page.keyboard.down("Alt")
        self.page.mouse.move(*ends[0])
        self.page.mouse.down()
        self.page.mouse.move(*ends[1], steps=3)
        self.page.mouse.up()
        if exactly:
            self.page.keyboard.up("Alt")

    def clicks(self, words):
        left, right, middle = self.page.evaluate(WHERE, words)
        self.page.mouse.click((left + right) / 2, middle)

    def taps(self, words):
        left, right, middle = self.page.evaluate(WHERE, words)
        self.page.touchscreen.tap((left + right) / 2, middle)

    def says(self, words):
        expect(self.page.locator(".span-say")).to_contain_text(words)

    def submits(self):
        """The answer as it was stored."""
        self.person.settles()
        self.keys("Enter")
        self.person.waits_until_saved()
        with self.site.store.read() as connection:
            return answers.columns(connection, self.project.id).label[-1]


@pytest.fixture(scope="module")
def room(tmp_path_factory, browser):
    """One workspace for all that is tested here, with a person at a desk and one at a phone."""
    with served(tmp_path_factory.mktemp("spans"), browser) as site:
        site.member("ann")
        site.member("pia")
        people = {"ann": site.sit("ann"), "pia": site.sit("pia", viewport=PHONE, has_touch=True, is_mobile=True)}
        yield site, people, count(1)


@pytest.fixture
def marking(room):
    site, people, numbers = room

    def begin(text=TEXT, *, who="ann", **options):
        texts = [text] * 2 if isinstance(text, str) else text
        project = site.project(f"names-{next(numbers)}", texts=texts, kind="spans", options={**OPTIONS, **options})
        with site.store.read() as connection:
            site.role(project, members.by_name(connection, who).id)
        return Marking(site, project, people[who])

    return begin


def spans(answer, text=TEXT):
    return [(text[one["start"] : one["end"]], one["label"]) for one in answer["spans"]]


def test_words_are_chosen_and_marked_by_keys_alone(marking):
    ann = marking()
    ann.keys("Shift+ArrowRight", "1")
    ann.says("person: Ann Smith is marked.")
    ann.keys("ArrowRight", "ArrowRight", "2")
    assert spans(ann.submits()) == [("Ann Smith", "person"), ("Acme", "firm")]


def test_the_first_label_marks_the_word_the_keys_are_on(marking):
    ann = marking()
    ann.keys("1")
    assert spans(ann.submits()) == [("Ann", "person")]


def test_a_drag_takes_whole_words_and_offers_the_labels_at_the_spot(marking):
    ann = marking()
    ann.drags("Acm", cut=3)
    menu = ann.page.locator(".span-menu")
    expect(menu).to_be_visible()
    assert menu.locator("kbd").all_inner_texts() == ["1", "2", "3"]
    menu.get_by_text("firm").click()
    expect(menu).to_have_count(0)
    assert spans(ann.submits()) == [("Acme", "firm")]


def test_a_drag_with_alt_takes_the_very_characters_and_says_that_they_end_within_a_word(marking):
    ann = marking()
    ann.drags("Ac", exactly=True)
    ann.keys("2")
    ann.says("ends within a word")
    assert spans(ann.submits()) == [("Ac", "firm")]


def test_with_a_label_picked_first_every_drag_marks_either_way_round(marking):
    ann = marking()
    ann.page.get_by_role("button", name="person").click()
    ann.drags("Ann Smith")
    ann.drags("Bo", back=True)
    ann.keys("Escape", "Escape")
    assert spans(ann.submits()) == [("Ann Smith", "person"), ("Bo", "person")]


def test_ends_are_moved_by_character_and_by_word(marking):
    ann = marking()
    ann.keys("1", "Shift+ArrowRight", "Alt+ArrowRight", "Alt+Shift+ArrowLeft")
    assert spans(ann.submits()) == [("nn Smit", "person")]


def test_ends_are_moved_by_the_buttons(marking):
    ann = marking()
    ann.keys("1")
    ann.page.get_by_role("button", name="End one character back").click()
    ann.page.get_by_role("button", name="Start one character on").click()
    assert spans(ann.submits()) == [("n", "person")]


def test_a_span_is_taken_out_by_one_key_and_comes_back_by_undo(marking):
    ann = marking()
    ann.keys("1", "ArrowRight", "1", "Backspace")
    ann.says("Taken out: person: Smith.")
    ann.keys("Control+z", "Control+z", "Control+y")
    assert spans(ann.submits()) == [("Ann", "person"), ("Smith", "person")]


def test_another_label_on_a_span_changes_it(marking):
    ann = marking()
    ann.keys("1", "3")
    assert spans(ann.submits()) == [("Ann", "place")]


def test_an_overlap_is_refused_in_words_where_it_is_not_allowed(marking):
    ann = marking()
    ann.keys("Shift+ArrowRight", "1", "Escape")
    ann.drags("Smith of")
    ann.keys("2")
    ann.says("Spans do not overlap here: “Ann Smith” is person already.")
    assert spans(ann.submits()) == [("Ann Smith", "person")]


def test_overlapping_spans_have_a_line_each_and_their_labels_in_words(marking):
    ann = marking(may_overlap=True)
    ann.keys("Shift+ArrowRight", "1", "Escape")
    ann.drags("Smith of")
    ann.keys("2")
    marks = ann.page.locator(".span-mark")
    assert marks.all_inner_texts() == ["Ann ", "Smith", " of"]
    assert [one.get_attribute("data-tag") for one in marks.all()] == [None, "person", "firm"]
    lines = marks.nth(1).evaluate("(mark) => getComputedStyle(mark).backgroundImage.split('gradient(').length - 1")
    assert lines == 2
    assert spans(ann.submits()) == [("Ann Smith", "person"), ("Smith of", "firm")]


def test_spans_are_related_by_keys(marking):
    ann = marking()
    ann.keys("Shift+ArrowRight", "1", "ArrowRight", "ArrowRight", "2", ",", "-", ".", "1")
    ann.says("person: Ann Smith – works for → firm: Acme.")
    expect(ann.page.get_by_role("list", name="Relations")).to_contain_text("Ann Smith works for → Acme")
    assert ann.submits()["relations"] == [{"from": 0, "to": 1, "label": "works for"}]


def test_a_relation_goes_with_its_span(marking):
    ann = marking()
    ann.keys("1", "ArrowRight", "1", "-", ",", "2", ".", "Backspace")
    assert "relations" not in ann.submits()


def test_nothing_is_no_answer_until_it_is_said(marking):
    ann = marking()
    ann.person.settles()
    ann.keys("Enter")
    expect(ann.page.locator("#fault")).to_have_text(
        "Nothing is marked yet. Choose words and a label, or press 0: no spans here."
    )
    ann.keys("0")
    expect(ann.page.get_by_role("button", name="No spans here")).to_have_attribute("aria-pressed", "true")
    assert ann.submits() == {"none": True}


def test_what_was_marked_is_there_again_after_a_reload_and_when_looked_back_at(marking):
    ann = marking()
    ann.keys("Shift+ArrowRight", "1")
    ann.page = ann.person.at_desk(ann.project.name)
    expect(ann.page.locator(".span-mark")).to_have_text("Ann Smith")
    ann.submits()
    ann.keys("z")
    expect(ann.page.locator(".span-mark")).to_have_text("Ann Smith")
    expect(ann.page.get_by_role("list", name="Spans")).to_contain_text("person Ann Smith")


def test_emoji_and_combining_marks_count_as_python_counts_them(marking):
    text = "👩‍🚀 Zoe\u0308 flew 🚀 home"
    ann = marking(text)
    ann.drags("🚀 home", cut=2)
    ann.keys("1")
    ann.drags("Zoe\u0308")
    ann.keys("2")
    assert spans(ann.submits(), text) == [("Zoe\u0308", "firm"), ("🚀 home", "person")]


def test_an_emoji_of_many_parts_is_one_step_of_the_keys(marking):
    text = "👩‍🚀👍🏽 ok"
    ann = marking(text)
    ann.keys("1", "Alt+Shift+ArrowRight")
    assert spans(ann.submits(), text) in ([("👩‍🚀👍🏽", "person")], [("👩‍🚀👍🏽 o", "person")])


def test_in_arabic_the_left_key_goes_on(marking):
    text = "التقى أحمد علي في القاهرة"
    ann = marking(text)
    ann.keys("ArrowLeft", "Shift+ArrowLeft", "1")
    assert spans(ann.submits(), text) == [("أحمد علي", "person")]


def test_a_text_of_200_000_characters_is_marked_at_both_ends_and_only_what_changes_is_drawn(marking):
    text = "\n".join(f"Paragraph {number}: Ann met Bo 👋 in Paris." for number in range(5300))[:199_995] + " home"
    ann = marking(text)
    ann.keys("1")
    ann.page.evaluate(
        """() => {
          window.drawn = new Set();
          new MutationObserver((all) => all.forEach((one) => window.drawn.add(one.target)))
            .observe(document.querySelector(".span-text"), { childList: true, subtree: true });
        }"""
    )
    ann.keys("End", "2")
    assert ann.page.evaluate("window.drawn.size") <= 3
    last = ann.page.locator(".span-mark").last
    expect(last).to_be_in_viewport()
    found = ann.submits()
    assert spans(found, text) == [("Paragraph", "person"), ("home", "firm")]
    assert found["spans"][1]["end"] == len(text) == 200_000


def test_with_a_finger_on_a_phone_two_taps_choose_and_a_third_marks(marking):
    ann = marking(who="pia")
    ann.taps("Ann")
    ann.taps("Smith")
    ann.says("“Ann Smith”: choose its label.")
    ann.page.get_by_role("button", name="person").tap()
    ann.taps("Paris")
    ann.page.get_by_role("button", name="place").tap()
    assert ann.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    for one in ann.page.locator(".span-label:visible, .span-go, .span-side button").all():
        assert one.bounding_box()["height"] >= 44
    assert spans(ann.submits()) == [("Ann Smith", "person"), ("Paris", "place")]


def test_an_item_without_the_text_says_so(marking):
    ann = marking([{"text": 7}])
    ann.says("There is no text in the field “text”.")
