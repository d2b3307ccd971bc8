"""The desk in a real browser: weight of the first load, weight of an item, key to the next item painted.

    python tests/bench/bench_desk.py [--items 100] [--json out.json]

The app runs in a process of its own, over a workspace of its own; everything is on loopback. Needs Chromium.
"""

import argparse
import json
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT))
STOPWATCH = (HERE.parent / "browser" / "stopwatch.js").read_text(encoding="utf-8")
PASSWORD = "correct horse battery staple"
LABELS = ["refund", "delivery", "broken", "account", "cancel", "other"]
SERVE = (
    "import sys, uvicorn\nfrom pathlib import Path\nfrom web.app import create_app\nfrom web.settings import Settings\n"
    "app = create_app(Settings(Path(sys.argv[1]), answers_per_minute=10_000_000))\n"
    "uvicorn.run(app, port=int(sys.argv[2]), log_level='warning', access_log=False)"
)


def furnish(path: Path, count: int) -> None:
    from labeling.services import items, members, projects
    from labeling.store import Store
    from web import security
    from web.settings import init_workspace

    with Store.open(init_workspace(path).database) as store:
        project = store.write(
            projects.create_project, name="bench", question="What does the customer want?", kind="choice",
            options={"labels": LABELS}, overlap=1, seed=1, actor=None,
        )  # fmt: skip
        member = store.write(
            members.create_member, name="ann", password_hash=security.hash_password(PASSWORD), actor=None
        )
        store.write(projects.set_role, project=project.id, member=member.id, role="annotator", actor=None)
        texts = (f"Message {n}: the parcel that I ordered has not come, where is it now? " * 3 for n in range(count))
        items.import_items(
            store, project=project.id, rows=[{"id": n, "text": text} for n, text in enumerate(texts)], actor=None
        )


def wait_for(url: str) -> None:
    for _ in range(400):
        try:
            urllib.request.urlopen(url, timeout=1).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
        else:
            return
    raise SystemExit("The server did not start within 20 s.")


def measure(url: str, count: int) -> dict[str, float]:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("No Chromium was found. Install chromium, then try again.")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    wire = {"requests": 0, "bytes": 0}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        page = context.new_page()
        page.goto(f"{url}/login")
        page.fill("[name=name]", "ann")
        page.fill("[name=password]", PASSWORD)
        page.click("main button")
        page.wait_for_url(f"{url}/projects")
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        session.on("Network.requestWillBeSent", lambda _: wire.update(requests=wire["requests"] + 1))
        session.on("Network.loadingFinished", lambda e: wire.update(bytes=wire["bytes"] + e["encodedDataLength"]))
        page.goto(f"{url}/projects/bench/desk")
        page.wait_for_selector("#desk[data-ready]")
        page.wait_for_timeout(200)
        paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0")
        first = dict(wire)
        page.evaluate(STOPWATCH)
        for turn in range(count):
            page.wait_for_timeout(260)
            page.keyboard.press(str(turn % len(LABELS) + 1))
            page.keyboard.press("Enter")
        page.wait_for_timeout(300)
        laps = sorted(page.evaluate("window.laps"))
        browser.close()
    return {
        "first_load_requests": first["requests"],
        "first_load_kb": first["bytes"] / 1000,
        "first_paint_ms": paint,
        "items": len(laps),
        "requests_per_item": (wire["requests"] - first["requests"]) / count,
        "kb_per_item": (wire["bytes"] - first["bytes"]) / 1000 / count,
        "next_item_median_ms": statistics.median(laps),
        "next_item_p95_ms": laps[int(0.95 * (len(laps) - 1))],
        "next_item_max_ms": laps[-1],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="assay-desk-") as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        furnish(Path(folder) / "workspace", given.items + 20)
        server = subprocess.Popen([sys.executable, "-c", SERVE, str(Path(folder) / "workspace"), str(port)], cwd=ROOT)
        try:
            wait_for(f"http://127.0.0.1:{port}/login")
            found = measure(f"http://127.0.0.1:{port}", given.items)
        finally:
            server.terminate()
            server.wait(10)
    for name, value in found.items():
        print(f"{name:22} {value:10.2f}")
    if given.json:
        given.json.write_text(json.dumps(found, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
