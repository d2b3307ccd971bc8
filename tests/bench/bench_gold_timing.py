"""Whether the time a submit takes tells a gold item from another: both distributions, and a rank test between them.

Run it as a script, with the number of submits (4,000 by itself). A project with half of its items gold is worked
through by annotators in turns, in one process: once by the service in its own transaction (on disk at the end), once
through the whole server as its API is called. "said" is the item that was answered, "next" the one that came with the
reply. AUC is the chance that a gold one took longer than another: .5 tells nothing.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]
GOLD_RATE, PEOPLE, QUANTILES = 0.5, 8, (0.05, 0.25, 0.5, 0.75, 0.95, 0.99)


def workspace(folder, submits):
    """A store with a project, half of its items gold, and annotators with tokens for the API."""
    from labeling.services import gold, items, members, projects
    from labeling.store import Store
    from web import security
    from web.settings import init_workspace

    place = init_workspace(folder)
    store = Store.open(place.database)
    project = store.write(
        projects.create_project, name="mixed", question="What is it?", kind="choice",
        options={"labels": ["a", "b"]}, overlap=PEOPLE, gold_rate=GOLD_RATE, seed=1, actor=None,
    )  # fmt: skip
    many = 2 * submits // PEOPLE + 200
    items.import_items(
        store, project=project.id, rows=({"id": f"i{k}", "text": f"text {k:06}"} for k in range(many)), actor=None
    )
    store.write(gold.set_gold, project=project.id, answers={f"i{k}": "a" for k in range(0, many, 2)}, actor=None)
    people = []
    for k in range(PEOPLE):
        member = store.write(members.create_member, name=f"m{k}", actor=None)
        store.write(projects.set_role, project=project.id, member=member.id, role="annotator", actor=None)
        secret = security.new_token()
        store.write(
            members.create_token, member=member.id, name="bench", token_hash=security.hash_secret(secret),
            scopes=("label",), actor=None,
        )  # fmt: skip
        people.append((member.id, secret))
    return place, store, project, people


def is_gold(store, assignments):
    """For each assignment whether its item is gold."""
    with store.read() as connection:
        rows = connection.exec_driver_sql(
            "SELECT a.id, i.pool FROM assignments a JOIN items i ON i.id = a.item_id"
        ).all()
    pool = {row.id: row.pool == "gold" for row in rows}
    return np.array([pool[one] for one in assignments])


def by_service(store, project, people, submits):
    """Microseconds of processor time of each submit, the assignment it answered and the one that came."""
    import asyncio

    from labeling.services import work

    def timed(tx, **how):
        began = time.thread_time_ns()
        desk = work.submit(tx, **how)
        return desk, (time.thread_time_ns() - began) / 1000

    async def submit(**how):
        return await store.write_async(timed, **how)

    loop = asyncio.new_event_loop()
    held, took, said, came = {}, [], [], []
    for member, _ in people:
        held[member] = store.write(work.hand_out, project=project.id, member=member, hold=1).assignments[0].assignment
    for k in range(submits):
        member, _ = people[k % len(people)]
        how = {"project": project.id, "member": member, "assignment": held[member], "answer": "a", "key": f"s{k}"}
        desk, micro = loop.run_until_complete(submit(**how, hold=1))
        took.append(micro)
        said.append(held[member])
        held[member] = desk.assignments[0].assignment
        came.append(held[member])
    loop.close()
    return np.array(took), said, came


def by_server(place, store, project, people, submits):
    """The same of the whole process, through the API, headers, JSON and all."""
    from starlette.testclient import TestClient

    from web.app import create_app
    from web.settings import Settings

    held, took, said, came = {}, [], [], []
    here = f"/api/v1/projects/{project.name}/desk"
    with TestClient(create_app(Settings(place.path), store), base_url="http://127.0.0.1") as browser:
        headers = [{"authorization": f"Bearer {secret}"} for _, secret in people]
        for k, head in enumerate(headers):
            found = browser.post(f"{here}/hand-out", json={"hold": 1}, headers=head).json()
            held[k] = found["assignments"][0]["assignment"]
        for step in range(submits):
            k = step % len(people)
            body = {"assignment": held[k], "key": f"w{step}", "answer": "a", "hold": 1}
            began = time.process_time_ns()
            reply = browser.post(f"{here}/submit", json=body, headers=headers[k])
            took.append((time.process_time_ns() - began) / 1000)
            said.append(held[k])
            held[k] = reply.json()["assignments"][0]["assignment"]
            came.append(held[k])
    return np.array(took), said, came


def told(name, took, golden):
    """Print the quantiles of both, and how far a rank test tells them apart."""
    from scipy.stats import mannwhitneyu

    of_gold, of_others = took[golden], took[~golden]
    test = mannwhitneyu(of_gold, of_others)
    auc = test.statistic / (len(of_gold) * len(of_others))
    for word, some in (("gold", of_gold), ("other", of_others)):
        cells = " | ".join(f"{value:.0f}" for value in np.quantile(some, QUANTILES))
        print(f"| {name} | {word} | {len(some):,} | {cells} | {auc:.3f} | {test.pvalue:.2f} |", flush=True)


def main(submits):
    """Print the table."""
    heads = " | ".join(f"{100 * share:.0f} %" for share in QUANTILES)
    print(
        f"\nMicroseconds of processor time of a submit\n| way | item | n | {heads} | AUC | p |\n|---|---|--:|{'--:|' * 8}"
    )
    ways = {
        "service": lambda place, store, project, people: by_service(store, project, people, submits),
        "server": lambda place, store, project, people: by_server(place, store, project, people, submits),
    }
    for way, run in ways.items():
        with tempfile.TemporaryDirectory() as folder:
            place, store, project, people = workspace(Path(folder) / "bench", submits)
            took, said, came = run(place, store, project, people)
            first, last = is_gold(store, said), is_gold(store, came)
            store.close()
        told(f"{way}, said", took[50:], first[50:])
        told(f"{way}, next", took[50:], last[50:])


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT)]
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 4000)
