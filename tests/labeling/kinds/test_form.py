"""A form: how questions are written, when one is asked, what an answer may be, and what many annotators agree on."""

import json

import pytest

from labeling.errors import Unusable
from labeling.kinds import Vote, kind

FORM = kind("form")
TOPIC = {"name": "topic", "words": "What about?", "kind": "choice", "labels": ["refund", "praise", "other"]}
WHY = {"name": "why", "kind": "multichoice", "labels": ["late", "broken"], "only_if": {"topic": ["refund"]}}
RUDE = {"name": "rude", "kind": "rating", "low": 1, "high": 5, "only_if": {"why": ["late"]}}
NOTE = {"name": "note", "kind": "text", "required": False}
MAIL = FORM.options({"questions": [TOPIC, WHY, RUDE, NOTE]})


def refusal(*questions) -> str:
    with pytest.raises(Unusable) as refused:
        FORM.options({"questions": list(questions)})
    return str(refused.value)


def wrong(answer, options=MAIL) -> str:
    with pytest.raises(Unusable) as refused:
        FORM.parse(answer, options)
    return str(refused.value)


# --- Writing one ----------------------------------------------------------------------------------------------------


def test_questions_are_written_in_toml():
    text = """
        [[question]]
        name = "topic"
        words = "What about?"
        kind = "choice"
        labels = ["refund", "praise", { name = "other", description = "None fits." }]

        [[question]]
        name = "place"
        kind = "taxonomy"
        tree = '''
        animals
          owl
        plants'''
        required = false
        only_if = { topic = "refund" }
    """
    topic, place = FORM.options(FORM.from_settings({"questions": text}))["questions"]
    assert topic["options"]["labels"][2]["description"] == "None fits."
    assert place["words"] == "Place"
    assert (place["required"], place["only_if"]) == (False, {"topic": ["refund"]})
    assert [node["name"] for node in place["options"]["tree"]] == ["animals", "plants"]


def test_questions_are_written_in_json_too():
    assert FORM.from_settings({"questions": json.dumps([TOPIC])}) == {"questions": [TOPIC]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[question]]\nname = "a"\nkind = choice', "line 3"),
        ('[[question]]\nname = "a"\nkind = choice', "That line is 'kind = choice'"),
        ('[{"name": "a",}]', "no JSON"),
        ("", "A form needs its questions"),
    ],
)
def test_text_that_cannot_be_read_names_the_line(text, said):
    with pytest.raises(Unusable, match=said):
        FORM.options(FORM.from_settings({"questions": text}))


def test_a_fault_in_the_options_of_a_question_names_the_question():
    assert refusal(TOPIC, {"name": "rude", "kind": "rating", "low": 5, "high": 1}).startswith(
        "Question 'rude': A scale from 5 to 1 cannot be used."
    )


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (7, "Question 2 is no object"),
        ({"kind": "rating"}, "Question 2 has no name"),
        ({"name": "How rude", "kind": "rating"}, "'How rude' cannot name question 2"),
        (TOPIC, "Question 2 repeats the name 'topic'"),
        ({"name": "b", "kind": "ratting"}, "Did you mean 'rating'?"),
        ({"name": "b", "kind": "form"}, "is of no kind that a form can ask: 'form'"),
        ({"name": "b", "kind": "rating", "required": "no"}, "required is neither true nor false"),
        ({"name": "b", "kind": "rating", "options": []}, "its options are no object"),
        ({"name": "b", "kind": "rating", "hihg": 3}, "A rating has no option 'hihg'"),
    ],
)
def test_a_question_that_cannot_be_asked_is_named(question, said):
    assert said in refusal(TOPIC, question)


@pytest.mark.parametrize(
    ("only_if", "said"),
    [
        ({"topc": ["refund"]}, "there is no such question. Did you mean 'topic'?"),
        ({"rude": [1]}, "is answered, which is itself"),
        ({"note": ["x"]}, "is answered, which comes later. Put that question before this one."),
        ({"topic": ["refunds"]}, "there is no label 'refunds'. Did you mean 'refund'?"),
        ({"topic": []}, "an answer out of none"),
        (["topic"], "only_if names no question"),
    ],
)
def test_a_condition_that_cannot_be_met_is_refused_and_the_nearest_named(only_if, said):
    assert said in refusal(TOPIC, {**RUDE, "only_if": only_if}, NOTE)


def test_a_condition_on_free_text_is_refused():
    assert "an answer to 'note': words are too free to hang on" in refusal(
        TOPIC, NOTE, {**RUDE, "only_if": {"note": ["x"]}}
    )


# --- Answering ------------------------------------------------------------------------------------------------------


def test_a_question_that_is_not_asked_drops_what_was_said_to_it_and_to_those_that_hang_on_it():
    said = {"topic": "praise", "why": ["late"], "rude": 5, "note": "ok"}
    assert FORM.parse(said, MAIL) == {"topic": "praise", "note": "ok"}


def test_a_condition_on_an_entry_of_a_tree_holds_for_all_below_it():
    place = {"name": "place", "kind": "taxonomy", "tree": "animals\n  birds\n    owl\nplants"}
    size = {"name": "size", "kind": "rating", "only_if": {"place": ["animals"]}}
    options = FORM.options({"questions": [place, size]})
    assert "“" not in wrong({"place": "animals > birds > owl"}, options)
    assert "The question 'size' is not answered" in wrong({"place": "animals > birds > owl"}, options)
    assert FORM.parse({"place": "plants"}, options) == {"place": "plants"}


def test_several_conditions_have_to_hold_together():
    both = {**NOTE, "required": True, "only_if": {"topic": ["refund"], "why": ["broken"]}}
    options = FORM.options({"questions": [TOPIC, WHY, both]})
    assert FORM.parse({"topic": "refund", "why": ["late"]}, options) == {"topic": "refund", "why": ("late",)}
    assert "'note' is not answered" in wrong({"topic": "refund", "why": ["broken"]}, options)


def test_a_required_question_that_is_asked_and_not_answered_is_named_in_its_words():
    assert wrong({"note": "x"}) == "The question “What about?” is not answered. Answer it."


def test_a_wrong_answer_names_its_question():
    assert wrong({"topic": "refunds"}) == (
        "In the question “What about?”, there is no label 'refunds'. Did you mean 'refund'?"
    )


def test_an_unknown_question_names_the_nearest():
    assert wrong({"tpoic": "refund"}) == "There is no question 'tpoic'. Did you mean 'topic'?"


def test_a_plain_form_sends_a_field_for_each_question():
    sent = {"answer.topic": ["refund"], "answer.why": ["late", "broken"], "answer.rude": ["4"], "answer.note": [""]}
    raw = FORM.from_fields(lambda name: sent.get(name, []), "answer", MAIL)
    assert FORM.parse(raw, MAIL) == {"topic": "refund", "why": ("late", "broken"), "rude": 4}


def test_an_answer_lies_in_a_column_for_each_question():
    answer = FORM.parse({"topic": "refund", "why": ["late"], "rude": 4}, MAIL)
    assert FORM.columns(MAIL) == {
        "label": "json",
        "label_topic": "string",
        "label_why": "strings",
        "label_rude": "integer",
        "label_note": "string",
    }
    row = FORM.row(answer, MAIL)
    assert {name: row[name] for name in list(row)[1:]} == {
        "label_topic": "refund",
        "label_why": ["late"],
        "label_rude": 4,
        "label_note": None,
    }


def test_distance_is_the_mean_over_the_questions_that_either_answered():
    first = FORM.parse({"topic": "refund", "why": ["late"], "rude": 1}, MAIL)
    second = FORM.parse({"topic": "refund", "why": ["late"], "rude": 3, "note": "x"}, MAIL)
    assert FORM.distance(first, second, MAIL) == pytest.approx((0 + 0 + 0.5 + 1) / 4)


# --- What they agree on ---------------------------------------------------------------------------------------------


def votes(*answers) -> list[Vote]:
    return [Vote("item", f"ann{place}", FORM.parse(answer, MAIL)) for place, answer in enumerate(answers)]


USUAL = [
    Vote(f"i{number}", f"ann{who}", FORM.parse({"topic": "refund", "why": ["late"], "rude": 4} if number % 2 else {"topic": "praise"}, MAIL))
    for number in range(12)
    for who in range(3)
]  # fmt: skip


def verdict(*answers):
    return FORM.consensus([*USUAL, *votes(*answers)], MAIL)[-1]


def test_each_question_is_settled_by_those_who_were_asked_it():
    one = verdict(
        {"topic": "refund", "why": ["late"], "rude": 4},
        {"topic": "refund", "why": ["late"], "rude": 4},
        {"topic": "praise"},
    )
    assert one.answer == {"topic": "refund", "why": ("late",), "rude": 4}
    assert [piece[0] for piece, _ in one.parts] == ["topic", "why", "rude", "note"]
    assert 0 < one.confidence < 1


def test_a_question_that_the_answers_found_rule_out_is_left_out():
    one = verdict({"topic": "praise"}, {"topic": "praise"}, {"topic": "refund", "why": ["late"], "rude": 4})
    assert one.answer == {"topic": "praise"}


def test_a_question_most_left_out_stays_out_and_says_how_many_did():
    one = verdict({"topic": "praise"}, {"topic": "praise"}, {"topic": "praise", "note": "thanks"})
    assert "note" not in one.answer
    assert {piece[0]: chance for piece, chance in one.parts}["note"] == pytest.approx(2 / 3)


def test_a_verdict_is_an_answer_the_form_takes_and_comes_back_from_json():
    found = FORM.consensus(
        [*USUAL, *votes({"topic": "refund", "why": ["broken"]}, {"topic": "other", "note": "?"})], MAIL
    )
    for one in found:
        assert FORM.parse(json.loads(json.dumps(FORM.dump(one.answer))), MAIL) == one.answer
        assert FORM.parse(FORM.dump(one.majority), MAIL) == one.majority
        assert 0 <= one.disagreement <= 1


def test_names_and_order_change_nothing():
    mixed = [*USUAL, *votes({"topic": "refund", "why": ["late"], "rude": 2}, {"topic": "praise"}, {"topic": "other"})]
    other = [Vote(f"x{vote.item}", vote.annotator[::-1], vote.answer) for vote in mixed]
    other = [vote for at in range(0, len(other), 3) for vote in reversed(other[at : at + 3])]
    for before, after in zip(FORM.consensus(mixed, MAIL), FORM.consensus(other, MAIL), strict=True):
        assert (before.answer, before.votes) == (after.answer, after.votes)


def test_every_question_is_a_part_that_reads_its_own_answer():
    answer = FORM.parse({"topic": "refund", "why": ["late"], "rude": 4}, MAIL)
    assert [(part.name, part.read(answer)) for part in FORM.parts(MAIL)] == [
        ("topic", "refund"),
        ("why", ("late",)),
        ("rude", 4),
        ("note", None),
    ]


# --- Changing one that is in use --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ([TOPIC, WHY, RUDE], "the question 'note' cannot be taken away"),
        ([TOPIC, WHY, RUDE, {**NOTE, "required": True}], "would want answers that nobody gave"),
        ([{**TOPIC, "labels": ["refund", "praise"]}, WHY, RUDE, NOTE], "in the question 'topic' the label 'other'"),
        ([TOPIC, WHY, RUDE, NOTE, {"name": "new", "kind": "rating"}], "has to be one that may be left out"),
        ([TOPIC, WHY, RUDE, NOTE, {"name": "new", "kind": "rating", "required": False}], ""),
        ([{**TOPIC, "words": "Which subject?"}, WHY, {**RUDE, "required": False, "only_if": {}}, NOTE], ""),
    ],
)
def test_what_old_answers_would_not_stand_is_said(after, said):
    why = FORM.unsafe(MAIL, FORM.options({"questions": after}))
    assert said in why
    assert bool(why) == bool(said)
