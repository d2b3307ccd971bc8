"""How long a manager's pages take to open, at 10,000 and at 1,000,000 answers.

    python tests/bench/bench_pages.py [--answers 10000 1000000] [--keep FOLDER]

Makes a project of that many answers (5 an item, 500 annotators, 4 labels), imports them as `assay import-answers` does,
computes the consensus, starts the app, signs in and opens each page: first after the start of the server, again with
nothing changed, and once more behind one new answer (a small project's figures are then computed anew, a large one's
are shown as of when they were measured). Each cell is seconds of the server's CPU, with those of the wall in brackets,
the least of three where a page is opened again; the page that computes nothing (the log) is the floor to compare with.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
PASSWORD = "correct horse battery"
LABELS = ("bug", "praise", "question", "other")
EACH, ANNOTATORS = 5, 500
PAGES = (
    "log",
    "overview",
    "agreement",
    "agreement/consensus",
    "disagreements",
    "annotators",
    "annotators/ann007",
    "items",
    "items?state=disputed",
    "items?label=%22bug%22",
    "items?annotator=ann007",
    "items/one?key=m0000007",
    "guideline",
    "datasets",
    "settings",
    "settings/gold",
    "settings/members",
)
API = ("agreement", "audit", "consensus", "disagreements", "items", "answers?limit=50")


def crowd(answers: int) -> Iterator[dict[str, Any]]:
    """Answers of annotators who differ in skill, an item's five after one another."""
    import numpy as np

    rng = np.random.default_rng(0)
    items = answers // EACH
    truth, skill = rng.integers(0, len(LABELS), items), rng.beta(6, 2.5, ANNOTATORS)
    first = rng.integers(0, ANNOTATORS, items)
    for item in range(items):
        who = [(int(first[item]) + step) % ANNOTATORS for step in (0, 101, 209, 324, 457)]
        knows, guess = rng.random(EACH) < skill[who], rng.integers(0, len(LABELS), EACH)
        for place, one in enumerate(who):
            label = LABELS[truth[item] if knows[place] else guess[place]]
            yield {"task": f"m{item:07d}", "worker": f"ann{one:03d}", "label": label}


def furnish(path: Path, answers: int) -> None:
    """A workspace with the project, its items, answers and consensus."""
    import polars as pl

    from labeling.formats.long import read_long
    from labeling.services import consensus, guidelines, items, members, projects
    from labeling.services.answers import import_answers
    from labeling.store import Store
    from web import measures, security
    from web.settings import init_workspace

    with Store.open(init_workspace(path).database) as store:
        hashed = security.hash_password(PASSWORD)
        store.write(members.create_member, name="mira", password_hash=hashed, is_admin=True, actor=None)
        number = store.write(
            projects.create_project,
            name="big",
            question="What is it?",
            kind="choice",
            options={"labels": list(LABELS)},
            show=["text"],
            overlap=EACH,
            seed=1,
            actor=None,
        ).id
        rows = ({"id": f"m{k:07d}", "text": f"Message number {k} says something."} for k in range(answers // EACH))
        items.import_items(store, project=number, rows=rows, actor=None)
        store.write(guidelines.publish, project=number, body="# Be fair\n\nLook twice.", actor=None)
        table = path / "answers.csv"
        pl.DataFrame(list(crowd(answers))).write_csv(table)
        _timed(
            "import of the answers", lambda: import_answers(store, project=number, rows=read_long(table), actor=None)
        )
        _timed("first consensus", lambda: consensus.run_consensus(store, project=number, actor=None))
        one_more(store, number)
        _timed("the next consensus", lambda: consensus.run_consensus(store, project=number, actor=None))
        _timed("measuring the figures", lambda: measures.measure_if_large(store, number))


def one_more(store: Any, number: int) -> None:
    """One more answer to the first item, by somebody new."""
    from labeling.services.answers import import_answers

    name = f"late{time.time_ns()}"
    import_answers(
        store, project=number, rows=[{"item": "m0000001", "annotator": name, "label": LABELS[0]}], actor=None
    )


def opened(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Seconds of each page: first, again, behind one new answer."""
    from starlette.testclient import TestClient

    from labeling.store import projects
    from web import measures
    from web.app import create_app

    app = create_app(path)
    with TestClient(app, base_url="http://127.0.0.1", follow_redirects=False) as browser:
        done = browser.post("/api/v1/session", json={"name": "mira", "password": PASSWORD})
        done.raise_for_status()
        browser.get("/projects")
        with app.state.store.read() as connection:
            number = projects.by_name(connection, "big").id
        measures.measure_if_large(app.state.store, number)
        addresses = [f"/projects/big/{page}" for page in PAGES] + [f"/api/v1/projects/big/{page}" for page in API]
        for address in addresses:
            first = _seconds(browser, address)
            again = min(_seconds(browser, address) for _ in range(3))
            one_more(app.state.store, number)
            yield address, [f"{cpu:.3f} ({wall:.3f})" for cpu, wall in (first, again, _seconds(browser, address))]


def _seconds(browser: Any, address: str) -> tuple[float, float]:
    start, cpu = time.perf_counter(), time.process_time()
    got = browser.get(address)
    took = time.process_time() - cpu, time.perf_counter() - start
    if got.status_code != 200:
        words = re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", got.text))[:200]
        print(f"{address}: {got.status_code} {got.headers.get('location', '')} {words}", file=sys.stderr)
    return took


def _timed(what: str, do: Any) -> None:
    start = time.perf_counter()
    do()
    print(f"  {what}: {time.perf_counter() - start:.1f} s", flush=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--answers", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument("--keep", type=Path, help="a folder to keep the workspaces in, and to find them again")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        for answers in asked.answers:
            path = (asked.keep or Path(temporary)) / str(answers)
            print(f"\n{answers:,} answers", flush=True)
            if not (path / "assay.db").exists():
                furnish(path, answers)
            print("| page | first | again | behind one new answer |\n|---|--:|--:|--:|")
            for address, row in opened(path):
                print(f"| {address} | {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()
