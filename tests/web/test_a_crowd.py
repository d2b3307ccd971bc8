"""Thirty-two annotators over HTTP at a server that is killed under them: no answer lost, none doubled, no item over-assigned."""

import asyncio
import json
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import aiohttp
import pytest

from labeling.model import SKIP_REASONS
from labeling.services import gold, items, members, projects
from labeling.store import Store
from tests.promises import LOST, broken, broken_chain
from web import security
from web.settings import init_workspace

PEOPLE, ITEMS, OVERLAP, KILLS = 32, 300, 3, 3
LABELS = ["refund", "delivery", "broken"]
PASSWORD = "correct horse battery"
# A minute of the server is a quarter of a second here, so that leases run out while everybody works.
SERVE = """
import sys, time, uvicorn
from web.app import create_app
from web.settings import Settings
from labeling.store import Store
began = int(sys.argv[3])
clock = lambda: began + (time.time_ns() // 1_000_000 - began) * 240
with Store.open(sys.argv[1] + "/assay.db", clock=clock) as store:
    settings = Settings(sys.argv[1], login_tries=1000)
    uvicorn.run(create_app(settings, store=store), port=int(sys.argv[2]), log_level="error", access_log=False)
"""


class Server:
    """A server process that can be killed and started again at the same address."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.command = [sys.executable, "-c", SERVE, str(folder), str(port), str(time.time_ns() // 1_000_000)]
        self.base = f"http://127.0.0.1:{port}"
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(self.command)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(20)

    def stop(self) -> None:
        self.process.terminate()
        assert self.process.wait(20) in (0, -signal.SIGTERM)


class Annotator:
    """Works as people do over a bad line: tries again with the same key, walks away, skips, lets go."""

    def __init__(self, base: str, number: int) -> None:
        self.base, self.number, self.random = base, number, random.Random(number)
        self.told: dict[int, str] = {}  # assignment -> what the server said it had saved
        self.keys = 0
        self.bumps = {"again": 0, "away": 0, "skip": 0, "release": 0, "late": 0}

    async def call(self, session: aiohttp.ClientSession, path: str, body: dict) -> tuple[int, dict]:
        """The reply, however often the server dies before it comes; now and then we hang up before it comes ourselves."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            patience = 0.004 if self.random.random() < 0.1 else 20
            try:
                reply = await session.post(self.base + path, json=body, timeout=aiohttp.ClientTimeout(total=patience))
                async with reply:
                    return reply.status, json.loads(await reply.read())
            except (aiohttp.ClientError, TimeoutError, ConnectionError):
                self.bumps["again"] += 1
                await asyncio.sleep(0.05)
        raise AssertionError(f"no reply from {path} for a minute")

    async def work(self) -> None:
        desk = "/api/v1/projects/crowd/desk"
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(cookie_jar=jar, headers={"Origin": self.base}) as session:
            who = {"name": f"annotator{self.number}", "password": PASSWORD}
            assert (await self.call(session, "/api/v1/session", who))[0] == 200
            idle = 0
            while idle < 4:
                status, said = await self.call(session, f"{desk}/hand-out", {"hold": 2})
                assert status == 200, said
                if not said["assignments"]:
                    idle += 1
                    await asyncio.sleep(0.3)  # longer than a lease lasts here: what somebody left comes back
                    continue
                idle = 0
                for one in said["assignments"]:
                    await self.deal_with(session, desk, one["assignment"])

    async def deal_with(self, session: aiohttp.ClientSession, desk: str, assignment: int) -> None:
        luck = self.random.random()
        if luck < 0.04:
            self.bumps["away"] += 1
            await asyncio.sleep(0.4)  # the lease runs out; the next time round the item may be somebody else's
            return
        if luck < 0.07:
            self.bumps["skip"] += 1
            await self.call(session, f"{desk}/skip", {"assignment": assignment, "reason": next(iter(SKIP_REASONS))})
            return
        if luck < 0.10:
            self.bumps["release"] += 1
            await self.call(session, f"{desk}/release", {"assignments": [assignment]})
            return
        if luck < 0.13:
            await asyncio.sleep(0.3)  # comes back too late, and answers all the same
        self.keys += 1
        answer = self.random.choice(LABELS)
        body = {"assignment": assignment, "answer": answer, "key": f"{self.number}:{self.keys}", "hold": 1}
        status, said = await self.call(session, f"{desk}/submit", body)
        assert status == 200, said
        assert said["saved"]["revision"] == 1
        assert assignment not in self.told, "one assignment was saved twice"
        self.told[assignment] = answer
        self.bumps["late"] += not said["saved"]["counted"]


def furnish(folder: Path) -> None:
    hashed = security.hash_password(PASSWORD)
    with Store.open(init_workspace(folder).database) as store:
        project = store.write(
            projects.create_project, name="crowd", question="What does the customer want?", kind="choice",
            options={"labels": LABELS}, overlap=OVERLAP, gold_rate=0.1, lease_minutes=1, seed=3, actor=None,
        )  # fmt: skip
        rows = ({"id": f"i{number}", "text": f"message {number}"} for number in range(ITEMS))
        items.import_items(store, project=project.id, rows=rows, actor=None)
        known = {f"i{number}": LABELS[number % 3] for number in range(0, ITEMS, 20)}
        store.write(gold.set_gold, project=project.id, answers=known, actor=None)
        for number in range(PEOPLE):
            one = store.write(members.create_member, name=f"annotator{number}", password_hash=hashed, actor=None)
            store.write(projects.set_role, project=project.id, member=one.id, role="annotator", actor=None)


@pytest.fixture(scope="module")
def after(tmp_path_factory):
    """The workspace after everybody worked to the end, and the annotators with what they were told."""
    folder = tmp_path_factory.mktemp("crowd") / "workspace"
    furnish(folder)
    server = Server(folder)
    people = [Annotator(server.base, number) for number in range(PEOPLE)]

    async def all_work() -> None:
        tasks = [asyncio.create_task(one.work()) for one in people]
        for kill in range(KILLS):
            while sum(len(one.told) for one in people) < (kill + 1) * ITEMS * OVERLAP // (KILLS + 1):
                await asyncio.sleep(0.01)
                assert not any(task.done() and task.exception() for task in tasks), [
                    task.exception() for task in tasks if task.done()
                ]
            server.kill()
            server.start()
        await asyncio.gather(*tasks)

    try:
        asyncio.run(all_work())
    finally:
        server.stop()
    return folder / "assay.db", people


@pytest.fixture
def sql(after):
    with sqlite3.connect(after[0]) as connection:
        yield lambda query, *values: connection.execute(query, values).fetchall()
    connection.close()


def test_every_promise_holds_in_the_tables(sql):
    assert broken(sql) == {}


def test_every_item_was_labeled_to_its_overlap_and_none_beyond(sql):
    assert sql("SELECT DISTINCT answered, taken, wanted FROM items WHERE pool = 'work'") == [(OVERLAP,) * 3]
    assert sql(LOST) == []


def test_what_the_server_said_it_saved_is_there_once_with_the_answer_that_was_given(after, sql):
    told = {assignment: answer for one in after[1] for assignment, answer in one.told.items()}
    kept = {
        assignment: (count, json.loads(answer))
        for assignment, count, answer in sql("SELECT assignment_id, count(*), max(answer) FROM annotations GROUP BY 1")
    }
    assert {assignment: (1, answer) for assignment, answer in told.items()}.items() <= kept.items()


def test_nothing_is_kept_that_nobody_gave(after, sql):
    keys = {f"{one.number}:{key}" for one in after[1] for key in range(1, one.keys + 1)}
    assert {key for (key,) in sql("SELECT key FROM annotations")} <= keys


def test_the_log_is_whole_and_has_a_line_for_every_answer(after, sql):
    with Store.open(after[0]) as store:
        assert broken_chain(store) == []
    assert sql("SELECT count(*) FROM log WHERE action = 'submit'") == sql("SELECT count(*) FROM annotations")


def test_the_run_had_in_it_what_it_is_meant_to_withstand(after, sql):
    bumps = {name: sum(one.bumps[name] for one in after[1]) for name in after[1][0].bumps}
    assert min(bumps[name] for name in ("again", "away", "skip", "release")) > 0, bumps
    assert sql("SELECT count(*) FROM log WHERE action = 'expire'")[0][0] > 0
    assert sql("SELECT count(*) FROM assignments a JOIN items i ON i.id = a.item_id WHERE i.pool = 'gold'")[0][0] > 0
