"""The annotator's loop, Assay beside a bare floor in the same run: server CPU, latency, errors, over-assignment, memory.

    python tests/bench/bench_loop.py [--seconds 10] [--rounds 2] [--json out.json]

Eight annotators answer as fast as they can over HTTP on loopback; 10,000 items, overlap 3, real logins, full sync.
The two servers take turns, so that a slow moment of the machine strikes both.
"""

import argparse
import asyncio
import importlib.util
import json
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT))
PASSWORD = "correct horse battery staple"
ANNOTATORS, ITEMS, OVERLAP = 8, 10_000, 3
SERVE = (
    "import sys, uvicorn\nfrom pathlib import Path\nfrom web.app import create_app\nfrom web.settings import Settings\n"
    "app = create_app(Settings(Path(sys.argv[1]), answers_per_minute=10_000_000))\n"
    "uvicorn.run(app, port=int(sys.argv[2]), log_level='warning', access_log=False)"
)


def load(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, HERE / "loop" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def prepare(folder: Path) -> None:
    """A workspace with a project, its items and eight annotators with passwords."""
    from labeling.services import items, members, projects
    from labeling.store import Store
    from web.security import hash_password
    from web.settings import init_workspace

    place = init_workspace(folder)
    hashed = hash_password(PASSWORD)
    words = "the service was slow but staff kind price fair room clean battery lasts screen bright delivery late refund"
    with Store.open(place.database) as store:
        project = store.write(
            projects.create_project,
            name="loop",
            question="What is the sentiment?",
            kind="choice",
            options={"labels": ["positive", "negative", "neutral", "mixed"]},
            overlap=OVERLAP,
            actor=None,
        )
        rows = ({"id": number, "text": f"{number}: {words}"} for number in range(ITEMS))
        items.import_items(store, project=project.id, rows=rows, actor=None)
        for number in range(ANNOTATORS):
            member = store.write(members.create_member, name=f"annotator{number}", password_hash=hashed, actor=None)
            store.write(projects.set_role, project=project.id, member=member.id, role="annotator", actor=None)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Server:
    def __init__(self, *command: str) -> None:
        self.port = free_port()
        self.process = subprocess.Popen([sys.executable, *command, str(self.port)], cwd=ROOT)
        self.base = f"http://127.0.0.1:{self.port}"
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise RuntimeError("the server did not start")

    def cpu(self) -> float:
        return sum(psutil.Process(self.process.pid).cpu_times()[:2])

    def resident_mb(self) -> float:
        return psutil.Process(self.process.pid).memory_info().rss / 2**20

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)


async def drive(adapter: Any, server: Server, seconds: float, options: dict[str, str]) -> dict[str, Any]:
    ones = [await adapter.login(server.base, number, options) for number in range(ANNOTATORS)]
    loops: list[float] = []
    errors: list[str] = []

    async def work(one: Any, until: float) -> None:
        while time.perf_counter() < until:
            began = time.perf_counter()
            try:
                task = await adapter.next_task(one)
                if task is None:
                    return
                await adapter.submit(one, task)
            except Exception as error:  # noqa: BLE001 - counted and shown
                errors.append(repr(error)[:200])
                await asyncio.sleep(0.02)
                continue
            loops.append(time.perf_counter() - began)

    before, began = server.cpu(), time.perf_counter()
    await asyncio.gather(*(work(one, began + seconds) for one in ones))
    wall, cpu = time.perf_counter() - began, server.cpu() - before
    for one in ones:
        await adapter.close(one)
    loops.sort()
    return {
        "loops": len(loops),
        "loops_per_s": len(loops) / wall,
        "cpu_ms": cpu * 1000 / max(1, len(loops)),
        "p50_ms": loops[len(loops) // 2] * 1000,
        "p95_ms": loops[int(len(loops) * 0.95)] * 1000,
        "errors": len(errors),
        "sample": errors[:2],
        "resident_mb": server.resident_mb(),
    }


def over_assigned(folder: Path) -> int:
    import sqlite3

    with sqlite3.connect(folder / "assay.db") as connection:
        return connection.execute(
            "SELECT count(*) FROM (SELECT item_id FROM assignments WHERE state IN ('leased', 'submitted')"
            " GROUP BY item_id HAVING count(*) > ?)",
            (OVERLAP,),
        ).fetchone()[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    found: dict[str, list[dict[str, Any]]] = {"floor": [], "assay": []}
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "workspace"
        prepare(workspace)
        servers = {
            "floor": Server(str(HERE / "loop" / "floor_server.py"), str(Path(folder) / "floor.db")),
            "assay": Server("-c", SERVE, str(workspace)),
        }
        options = {"project": "loop", "password": PASSWORD}
        try:
            for name, server in servers.items():  # once to warm up, not counted
                asyncio.run(drive(load(f"adapter_{name}"), server, 1.0, options))
            for _ in range(asked.rounds):
                for name, server in servers.items():
                    found[name].append(asyncio.run(drive(load(f"adapter_{name}"), server, asked.seconds, options)))
        finally:
            for server in servers.values():
                server.stop()
        over = over_assigned(workspace)
    table = {
        name: {key: statistics.median(run[key] for run in runs) for key in runs[0] if key != "sample"}
        for name, runs in found.items()
    }
    print(f"{'':8}{'loops/s':>10}{'CPU ms':>10}{'p50 ms':>10}{'p95 ms':>10}{'errors':>10}{'MB':>8}")
    for name, row in table.items():
        print(
            f"{name:8}{row['loops_per_s']:>10.0f}{row['cpu_ms']:>10.2f}{row['p50_ms']:>10.1f}"
            f"{row['p95_ms']:>10.1f}{row['errors']:>10.0f}{row['resident_mb']:>8.0f}"
        )
    ratio = table["assay"]["cpu_ms"] / table["floor"]["cpu_ms"]
    print(
        f"CPU of an Assay loop: {ratio:.2f} × the floor's (wanted: at most 2). Over-assigned items: {over} (wanted: 0)."
    )
    for runs in found.values():
        for run in runs:
            if run["sample"]:
                print("errors:", run["sample"])
    if asked.json:
        asked.json.write_text(json.dumps({"ratio": ratio, "over_assigned": over, **table}, indent=1))


if __name__ == "__main__":
    main()
