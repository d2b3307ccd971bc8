"""Nothing on the wire tells a gold item from another: the whole traffic of the one is, byte for byte, that of the other."""

import json
import re

import pytest

from labeling.services import gold, items, projects, work

GOLD_RATE = 0.5


@pytest.fixture
def mixed(office):
    """A project whose every second item is gold, with texts of one length; nobody is near its end."""
    made = office.store.write(
        projects.create_project,
        name="mixed",
        question="What is it?",
        kind="choice",
        options={"labels": ["bad", "good"]},
        overlap=2,
        seed=11,
        gold_rate=GOLD_RATE,
        actor=None,
    )
    rows = [{"id": f"M-{number:03}", "text": f"text number {number:03}"} for number in range(300)]
    items.import_items(office.store, project=made.id, rows=rows, actor=None)
    known = {f"M-{number:03}": "good" for number in range(0, 200, 2)}
    office.store.write(gold.set_gold, project=made.id, answers=known, actor=None)
    office.store.write(
        projects.set_role, project=made.id, member=office.people["annotator"], role="annotator", actor=None
    )
    return office, made


def is_gold(office, assignment):
    query = f"SELECT pool FROM items i JOIN assignments a ON a.item_id = i.id WHERE a.id = {int(assignment)}"
    with office.store.read() as connection:
        return connection.exec_driver_sql(query).scalar_one() == "gold"


def alike(raw: bytes | str) -> str:
    """The bytes with what is an item's own taken out (its number, its text, the key of a form), and each number and
    time by its digits only, so that the length of all is kept.
    """
    text = raw.decode() if isinstance(raw, bytes) else raw
    text = re.sub(r"text number \d{3}", "text number ###", text)
    text = re.sub(r"M-\d{3}", "M-###", text)
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "KEY", text)
    return re.sub(r"\d+", lambda found: "#" * len(found[0]), text)


def traffic(reply) -> tuple:
    """Status, headers in their order, and body of a reply."""
    headers = [(name, "" if name == "date" else alike(value)) for name, value in reply.headers.multi_items()]
    return reply.status_code, headers, alike(reply.content)


def compare(seen: dict[bool, list]) -> None:
    """Each sort was met often enough, and every traffic of gold was seen of another item too, and the other way round."""
    assert min(len(some) for some in seen.values()) >= 8
    assert {repr(one) for one in seen[True]} == {repr(one) for one in seen[False]}


def steps(browser, office, start=10, many=40):
    """Work through the API until numbers have two digits, then yield each held assignment for a test to submit."""
    desk = browser.post("/api/v1/projects/mixed/desk/hand-out", json={"hold": 1}).json()
    for step in range(start + many):
        held = desk["assignments"][0]["assignment"]
        if step < start:
            office.clock.now += 3_000
            reply = submit(browser, held, f"key {step:03}")
        else:
            reply = yield held, step
        desk = reply.json()


def submit(browser, held, key):
    body = {"assignment": held, "key": key, "answer": "good", "active_ms": 2_000, "hold": 1}
    return browser.post("/api/v1/projects/mixed/desk/submit", json=body)


def test_the_reply_to_submit_is_the_same_for_gold_and_for_what_comes_after_it(mixed):
    office, _ = mixed
    browser, seen = office.sign_in("annotator"), {True: [], False: []}
    work_on = steps(browser, office)
    held, step = next(work_on)
    while True:
        office.clock.now += 3_000
        golden = is_gold(office, held)
        reply = submit(browser, held, f"key {step:03}")
        seen[golden].append(traffic(reply))
        again = submit(browser, held, f"key {step:03}")  # a retry looks alike too
        seen[golden].append(traffic(again))
        assert list(reply.json()) == list(again.json())
        try:
            held, step = work_on.send(reply)
        except StopIteration:
            break
    compare(seen)


@pytest.mark.parametrize("call", ["hand-out", "renew", "skip", "release", "revise"])
def test_every_other_call_at_the_desk_is_the_same_for_gold(mixed, call):
    office, _ = mixed
    browser, seen = office.sign_in("annotator"), {True: [], False: []}
    desk = "/api/v1/projects/mixed/desk"
    for step in range(40):
        office.clock.now += 3_000
        held = browser.post(f"{desk}/hand-out", json={"hold": 1}).json()["assignments"][0]["assignment"]
        golden = is_gold(office, held)
        bodies = {
            "hand-out": {"hold": 1},
            "renew": {"assignments": [held]},
            "skip": {"assignment": held, "reason": "cannot_decide", "note": "", "hold": 1},
            "release": {"assignments": [held]},
            "revise": {"assignment": held, "key": f"new {step:03}", "answer": "bad", "revision": 1},
        }
        if call == "revise":
            submit(browser, held, f"key {step:03}")
        reply = browser.post(f"{desk}/{call}", json=bodies[call])
        assert reply.status_code == 200, reply.text
        if step >= 12:
            seen[golden].append(traffic(reply))
        if call != "revise":
            submit(browser, held, f"key {step:03}")
    compare(seen)


def test_the_page_and_its_form_are_the_same_for_gold(mixed):
    office, _ = mixed
    browser = office.sign_in("annotator")
    pages, forms = {True: [], False: []}, {True: [], False: []}
    for step in range(45):
        office.clock.now += 3_000
        page = browser.get("/projects/mixed/desk")
        boot = json.loads(re.search(r'id="boot">(.*?)</script>', page.text, re.DOTALL)[1])
        held = boot["assignments"][0]["assignment"]
        golden, next_golden = (is_gold(office, one["assignment"]) for one in boot["assignments"])
        data = {"action": "submit", "assignment": held, "answer": "good", "key": f"key {step:03}"}
        done = browser.post("/projects/mixed/desk", data=data)
        if step >= 12:
            pages[golden].append(traffic(page))
            pages[next_golden].append(traffic(page))
            forms[golden].append(traffic(done))
    compare(pages)
    compare(forms)


def test_ones_own_last_answers_are_the_same_for_gold(mixed):
    office, _ = mixed
    browser, seen = office.sign_in("annotator"), {True: [], False: []}
    rows = {True: [], False: []}
    for held, _ in _worked(browser, office):
        golden = is_gold(office, held)
        found = browser.get("/api/v1/projects/mixed/desk/mine?limit=1")
        assert found.json()["annotations"][0]["assignment"] == held
        seen[golden].append(traffic(found))
    page = browser.get("/projects/mixed/my-work").text
    for row in re.findall(r"<tr><td class=\"text\">.*?</tr>", page, re.DOTALL):
        held = re.search(r'name="assignment" value="(\d+)"', row)[1]
        rows[is_gold(office, held)].append(alike(row))
    compare(seen)
    assert len(rows[True]) > 3
    assert {*rows[True]} == {*rows[False]}


def test_standing_by_an_answer_is_the_same_for_gold_from_asking_to_the_answer(mixed):
    office, _ = mixed
    browser, manager, seen = office.sign_in("annotator"), office.sign_in("admin"), {True: [], False: []}
    for held, step in _worked(browser, office):
        golden = is_gold(office, held)
        body = {"assignment": held, "reason": f"because {step:03}"}
        asked = browser.post("/api/v1/projects/mixed/desk/disputes", json=body)
        form = browser.post("/projects/mixed/my-work", data={**body, "reason": f"becausE {step:03}"})
        number = manager.get("/api/v1/projects/mixed/disputes").json()["disputes"][0]["id"]
        settled = {"accept": step % 4 < 2, "answer": f"words {step:03}"}
        assert manager.post(f"/api/v1/projects/mixed/disputes/{number}", json=settled).status_code == 200
        again = browser.post("/api/v1/projects/mixed/desk/disputes", json=body)
        page = browser.get("/projects/mixed/my-work").text
        (told,) = re.findall(rf"<li>(?:(?!<li>).)*becausE {step:03}.*?</li>", page, re.DOTALL)
        outcome = "agreed with you" if settled["accept"] else "seen otherwise"
        assert outcome in told
        seen[golden].append((traffic(asked), traffic(form), traffic(again), alike(told).replace(outcome, "OUTCOME")))
    compare(seen)


def _worked(browser, office, start=12, many=30):
    """Answer items one by one; of those after the first few, the assignment and the step."""
    desk = browser.post("/api/v1/projects/mixed/desk/hand-out", json={"hold": 1}).json()
    for step in range(start + many):
        office.clock.now += 3_000
        held = desk["assignments"][0]["assignment"]
        desk = submit(browser, held, f"key {step:03}").json()
        if step >= start:
            yield held, step


# --- The work of the server -------------------------------------------------------------------------------------------


def statements(office, action, **how):
    """What SQLite was asked in one action, with every value taken out."""
    asked: list[str] = []

    def traced(tx):
        raw = tx.connection.connection.dbapi_connection
        raw.set_trace_callback(asked.append)
        try:
            return action(tx, **how)
        finally:
            raw.set_trace_callback(None)

    done = office.store.write(traced)
    return done, [re.sub(r"'(?:[^']|'')*'|\b-?\d+(?:\.\d+)?\b|NULL", "?", one) for one in asked]


@pytest.mark.parametrize("again_rate", [0.0, 0.2])
def test_submit_asks_the_database_the_same_of_gold_and_before_gold_as_of_any_other_item(mixed, again_rate):
    office, made = mixed
    office.store.write(projects.change_project, project=made.id, actor=None, again_rate=again_rate)
    where = {"project": made.id, "member": office.people["annotator"]}
    desk = office.store.write(work.hand_out, **where, hold=1)
    seen = {}
    for step in range(80):
        held = desk.assignments[0].assignment
        desk, asked = statements(
            office, work.submit, **where, assignment=held, answer="good", key=f"key {step:03}", hold=1
        )
        if step >= 40:  # by then there is something to show again
            seen.setdefault((is_gold(office, held), is_gold(office, desk.assignments[0].assignment)), set()).add(
                "\n".join(asked)
            )
    assert set(seen) == {(True, True), (True, False), (False, True), (False, False)}
    of_gold = seen[True, True]
    assert len(of_gold) == 1, "\n\n".join(of_gold)
    for pair, of_others in seen.items():
        assert of_gold <= of_others, f"{pair}:\n" + "\n\n".join(of_gold | of_others)
        if again_rate == 0:
            assert of_gold == of_others


@pytest.mark.parametrize("call", ["skip", "release"])
def test_letting_go_asks_the_database_the_same_of_gold(mixed, call):
    office, made = mixed
    where = {"project": made.id, "member": office.people["annotator"]}
    seen = {True: set(), False: set()}
    for step in range(40):
        held = office.store.write(work.hand_out, **where, hold=1).assignments[0].assignment
        golden = is_gold(office, held)
        if call == "skip":
            how = {"assignment": held, "reason": "cannot_decide", "hold": 1}
        else:
            how = {"assignments": [held]}
        _, asked = statements(office, getattr(work, call), **where, **how)
        if step >= 2:
            seen[golden].add("\n".join(asked))
        if call == "release":
            office.store.write(work.hand_out, **where, hold=1)
            office.store.write(work.submit, **where, assignment=held, answer="good", key=f"key {step:03}", hold=1)
    assert len(seen[True] | seen[False]) == 1, "\n\n".join(seen[True] | seen[False])
