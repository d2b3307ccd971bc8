"""Whatever is done in whatever order, the counts agree with the rows, nothing is overwritten and no item is lost.

A random walk over every action there is around the desk; after each step the promises are read from the tables.
"""

import contextlib
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from labeling.errors import AssayError
from labeling.services import answers, gold, guidelines, items, members, projects, work
from labeling.store import Store
from tests.promises import LOST, broken, broken_chain

PEOPLE = 3
LEASE = 15
who = st.integers(0, PEOPLE - 1)
label = st.sampled_from("abc")


class AnyOrder(RuleBasedStateMachine):
    empty: Path

    @initialize(overlap=st.integers(1, 2), gold_rate=st.sampled_from([0.0, 0.4]))
    def begin(self, overlap, gold_rate):
        self.folder = Path(tempfile.mkdtemp())
        shutil.copyfile(self.empty, self.folder / "assay.db")
        self.now = 1_700_000_000_000
        self.store = Store.open(self.folder / "assay.db", clock=lambda: self.now)
        write = self.store.write
        self.root = write(members.create_member, name="root", is_admin=True, actor=None).id
        made = {"name": "demo", "question": "?", "kind": "choice", "options": {"labels": list("abc")}}
        more = {"overlap": overlap, "gold_rate": gold_rate, "lease_minutes": LEASE, "seed": 1}
        self.project = write(projects.create_project, **made, **more, actor=self.root).id
        self.people = [write(members.create_member, name=f"m{n}", actor=None).id for n in range(PEOPLE)]
        for member in self.people:
            write(projects.set_role, project=self.project, member=member, role="annotator", actor=None)
        self.count = self.version = self.key = 0
        self.saved = {}
        self.bring_items(4)

    def teardown(self):
        if hasattr(self, "store"):
            try:
                self.let_everybody_finish()
            finally:
                self.store.close()
                shutil.rmtree(self.folder)

    def sql(self, query):
        with self.store.read() as connection:
            return connection.connection.dbapi_connection.execute(query).fetchall()

    def attempt(self, action, **values):
        """Do it; None when it is refused in words."""
        try:
            return self.store.write(action, project=self.project, **values)
        except AssayError:
            return None

    def assignment(self, member, pick):
        found = self.sql(f"SELECT id FROM assignments WHERE member_id = {self.people[member]} ORDER BY id DESC LIMIT 6")
        return found[pick % len(found)][0] if found else 1

    @rule(member=who, hold=st.integers(1, 3))
    def hand_out(self, member, hold):
        desk = self.attempt(work.hand_out, member=self.people[member], hold=hold)
        held = {one.assignment for one in desk.assignments}
        theirs = {
            row[0]
            for row in self.sql(
                f"SELECT id FROM assignments WHERE state = 'leased' AND member_id = {self.people[member]}"
            )
        }
        assert held == theirs or desk.state in {"closed", "guideline"}

    @rule(member=who, pick=st.integers(0, 5), answer=label, again=st.booleans())
    def submit(self, member, pick, answer, again):
        self.key += 1
        given = {"member": self.people[member], "assignment": self.assignment(member, pick), "answer": answer}
        first = self.attempt(work.submit, **given, key=f"k{self.key}", hold=1)
        if again and first is not None:
            assert self.attempt(work.submit, **given, key=f"k{self.key}", hold=1).saved == first.saved

    @rule(member=who, pick=st.integers(0, 5))
    def skip(self, member, pick):
        self.attempt(
            work.skip, member=self.people[member], assignment=self.assignment(member, pick), reason="other", hold=1
        )

    @rule(member=who)
    def work_on(self, member):
        """Some answers in a row, as the cursors move only so."""
        for _ in range(3):
            self.hand_out(member, 1)
            self.submit(member, 0, "b", again=False)

    @rule(member=who, pick=st.integers(0, 1))
    def release(self, member, pick):
        self.attempt(work.release, member=self.people[member], assignments=[self.assignment(member, pick)])

    @rule(member=who, pick=st.integers(0, 5))
    def renew(self, member, pick):
        self.attempt(work.renew, member=self.people[member], assignments=[self.assignment(member, pick)])

    @rule(member=who, pick=st.integers(0, 5), answer=label, revision=st.integers(1, 3))
    def revise(self, member, pick, answer, revision):
        self.key += 1
        given = {"member": self.people[member], "assignment": self.assignment(member, pick)}
        self.attempt(work.revise, **given, answer=answer, key=f"k{self.key}", revision=revision)

    @rule(member=who, others=st.lists(who, max_size=2), pick=st.integers(0, 1), answer=label)
    def come_back_too_late(self, member, others, pick, answer):
        """A lease runs out, others work on, and then the answer comes."""
        self.now += 20 * 60_000
        for other in others:
            self.hand_out(other, 3)
        self.submit(member, pick, answer, again=True)

    @rule(minutes=st.sampled_from([1, 20]))
    def wait(self, minutes):
        self.now += minutes * 60_000

    @rule()
    def reclaim(self):
        self.attempt(work.reclaim)

    @rule(count=st.integers(1, 4))
    def bring_items(self, count):
        rows = [{"id": f"i{self.count + n}", "text": "x"} for n in range(count)]
        try:
            items.import_items(self.store, project=self.project, rows=rows, actor=None)
            self.count += count
        except AssayError:
            pass

    @rule(item=st.integers(0, 9), annotator=st.integers(0, PEOPLE), answer=label)
    def bring_answers(self, item, annotator, answer):
        row = {"item": f"i{item}", "annotator": f"m{annotator % PEOPLE}", "label": answer}
        with contextlib.suppress(AssayError):
            answers.import_answers(self.store, project=self.project, rows=[row], actor=None)

    @rule(item=st.integers(0, 9), answer=label)
    def set_gold(self, item, answer):
        self.attempt(gold.set_gold, answers={f"i{item}": answer}, actor=None)

    @rule(item=st.integers(0, 9))
    def remove_gold(self, item):
        self.attempt(gold.remove_gold, item_key=f"i{item}", actor=None)

    @rule(overlap=st.integers(1, 4))
    def change_overlap(self, overlap):
        self.attempt(projects.change_project, overlap=overlap, actor=None)

    @rule()
    def close_and_reopen(self):
        if self.attempt(projects.close_project, actor=None).closed_at != self.now:
            self.attempt(projects.reopen_project, actor=None)

    @rule()
    def publish(self):
        self.version += 1
        self.attempt(guidelines.publish, body=f"v{self.version}", note="n", actor=None)

    @precondition(lambda self: self.version)
    @rule(member=who)
    def acknowledge(self, member):
        self.attempt(guidelines.acknowledge, member=self.people[member], version=self.version)

    @invariant()
    def the_promises_hold(self):
        assert broken(self.sql) == {}

    @invariant()
    def nothing_that_was_saved_is_changed_or_gone(self):
        now = {row[0]: row for row in self.sql("SELECT * FROM annotations")}
        assert self.saved.items() <= now.items()
        self.saved = now

    def let_everybody_finish(self):
        """No open item is passed over for ever by somebody who may have it."""
        self.attempt(projects.reopen_project, actor=None)
        self.now += 60 * 60_000
        self.attempt(work.reclaim)
        for member in self.people:
            if self.version:
                self.attempt(guidelines.acknowledge, member=member, version=self.version)
        for member in self.people * 2:
            desk = self.attempt(work.hand_out, member=member, hold=1)
            while desk.assignments:
                self.key += 1
                given = {"assignment": desk.assignments[0].assignment, "answer": "a", "key": f"k{self.key}"}
                desk = self.attempt(work.submit, member=member, hold=1, **given)
        assert self.sql(LOST) == []
        assert broken(self.sql) == {}
        assert broken_chain(self.store) == []


@pytest.mark.slow
def test_every_promise_holds_after_every_step_in_any_order(empty_database):
    from hypothesis.stateful import run_state_machine_as_test

    AnyOrder.empty = empty_database
    run_state_machine_as_test(
        AnyOrder,
        settings=settings(
            max_examples=60,
            stateful_step_count=50,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
