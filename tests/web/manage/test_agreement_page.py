"""The page on agreement: every figure is the library's, has its interval, and is said in words that respect it."""

import json
import re

import pytest

from labeling import agreement as measure
from labeling.services import guidelines
from labeling.services.answers import import_answers
from web.routes.manage import words

LABELS = ["good", "bad"]


def answers_of(team):
    """The answers to items that are to be labeled, as the tables hold them."""
    with team.office.store.read() as connection:
        rows = connection.exec_driver_sql(
            "SELECT items.key, members.name, annotations.answer FROM annotations"
            " JOIN items ON items.id = annotations.item_id JOIN members ON members.id = annotations.member_id"
            " WHERE items.pool = 'work' AND annotations.counted ORDER BY annotations.id"
        ).all()
    keys, names, answers = zip(*rows, strict=True)
    return {"item": list(keys), "annotator": list(names), "label": [json.loads(answer) for answer in answers]}


def said(one, number=words.figure):
    return f"{number(one.value)} {number(one.low)} to {number(one.high)}"


def test_the_value_in_front_is_the_librarys_with_its_interval_items_annotators_and_answers(team):
    alpha = measure.krippendorff_alpha(answers_of(team), labels=LABELS)
    page = team.see("agreement")
    assert (
        f"{words.figure(alpha.value)} Krippendorff's alpha (nominal): two answers are the same or they are not." in page
    )
    span = words.interval(alpha.low, alpha.high)
    assert f"95 % interval {span}, from {alpha.units} items with two or more answers, 3 annotators, 72 answers." in page


def test_the_verdict_never_calls_good_what_may_be_bad(team):
    alpha = measure.krippendorff_alpha(answers_of(team), labels=LABELS)
    assert alpha.low < 0.667 < alpha.high
    page = team.manager.get("/projects/mood/agreement").text
    assert '<p class="verdict warn">Could be anything from' in page


def test_every_other_coefficient_stands_beside_it_with_its_interval(team):
    given, page = answers_of(team), team.see("agreement")
    for name in ("percent_agreement", "gwet_ac1", "fleiss_kappa", "conger_kappa", "brennan_prediger"):
        one = measure.COEFFICIENTS[name](given, labels=LABELS)
        assert re.search(rf"{re.escape(one.plain_name)} [^.]*{re.escape(said(one))} ", page), name


def test_each_label_has_its_agreement_and_its_share(team):
    given, page = answers_of(team), team.see("agreement")
    several = {item for item in given["item"] if given["item"].count(item) > 1}
    paired = [label for item, label in zip(given["item"], given["label"], strict=True) if item in several]
    for label, one in measure.per_label(given, labels=LABELS).items():
        count = paired.count(label)
        share = words.percent(count / len(paired)).replace("\u00a0", " ")
        assert f"{label} {said(one)} {share} {count} " in page


def test_each_pair_says_how_far_they_agree_on_how_many_items(team):
    page = team.see("agreement")
    for pair in measure.pairs(answers_of(team), labels=LABELS).pairs:
        one = pair.coefficient
        assert f"{words.figure(one.value)} {words.interval(one.low, one.high)} {pair.items} items" in page


def test_each_annotators_effect_is_the_whole_without_them_less_the_whole(team):
    page = team.see("agreement")
    for name, one in measure.without_each(answers_of(team), labels=LABELS).items():
        assert re.search(rf"{name} [a-z ]+; the others {re.escape(words.figure(one.value))} ", page), name
        assert said(one.difference, words.signed) in page


def test_two_guideline_versions_are_told_apart_with_a_test_of_the_change(team):
    team.office.store.write(
        guidelines.publish, project=team.office.project.id, body="# New", note="New.", change="meaning", actor=None
    )
    rows = [
        {"item": f"i{number}", "annotator": who, "label": "good" if number % 2 else "bad", "guideline_version": 2}
        for number in range(35, 40)
        for who in ("ann", "bob")
    ]
    import_answers(team.office.store, project=team.office.project.id, rows=rows, actor=None)
    page = team.see("agreement")
    assert re.search(r"v1 to v2 (rose|fell|no change can be told)? ?[+−.\d]+ [+−.\d]+ to [+−.\d]+ ", page)
    assert re.search(r"From v1 to v2: (Rose|Fell|No change can be told).*on all items of each version\.", page)


def test_with_few_items_the_page_says_how_many_a_line_over_time_takes(team):
    assert "It takes 120 items with answers to see a line; there are 25." in team.see("agreement")


def test_with_many_items_agreement_is_a_line_and_a_table_of_the_same_parts(team, office):
    from labeling.services import items

    made = [{"id": f"n{number}", "text": "t"} for number in range(150)]
    items.import_items(office.store, project=office.project.id, rows=made, actor=None)
    rows = [
        {"item": f"n{number}", "annotator": who, "label": "good" if (number + place * (number % 7 == 0)) % 2 else "bad"}
        | {"time": 1_790_000_100_000 + number * 1000}
        for number in range(150)
        for place, who in enumerate(("ann", "bob"))
    ]
    import_answers(office.store, project=office.project.id, rows=rows, actor=None)
    html = team.manager.get("/projects/mood/agreement").text
    trend = html.split('<figure class="trend">')[1].split("</figure>")[0]
    assert trend.count("<circle") == trend.count('<tr><th scope="row">') == 4
    assert "<polygon" in trend
    script = office.token("reviewer", "read")
    parts = script.get("/api/v1/projects/mood/agreement").json()["over_time"]
    assert [words.figure(one["coefficient"]["value"]) for one in parts] == re.findall(
        r'<td class="number strong">([^<]+)</td>', trend
    )


@pytest.mark.parametrize("answered", [0, 1])
def test_where_nothing_can_be_compared_the_page_says_what_to_do(office, read, answered):
    rows = [{"item": f"i{number}", "annotator": "ann", "label": "good"} for number in range(10, 10 + 3 * answered)]
    if rows:
        import_answers(office.store, project=office.project.id, rows=rows, actor=None)
    page = read(office.sign_in("manager").get("/projects/mood/agreement").text)
    assert "Agreement cannot be told yet No item has two or more answers that can be compared." in page
