"""Takes the pictures of the README from the demo, or of every page for a look.

python tests/browser/pictures.py              the ones in web/handbook/pictures
python tests/browser/pictures.py --all DIR    every page, light, dark and on a phone
"""

import argparse
import base64
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
PICTURES = ROOT / "web" / "handbook" / "pictures"
PAGES = {
    "mira": [
        "overview", "items", "annotators", "annotators/dev", "agreement", "agreement/consensus", "disagreements",
        "guideline", "datasets", "settings", "settings/members", "log",
    ],
    "eli": ["desk"],
}  # fmt: skip
LOOKS = {
    "light": {"color_scheme": "light", "viewport": {"width": 1280, "height": 800}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1280, "height": 800}},
    "phone": {"color_scheme": "light", "viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True},
}
SHARP = {"color_scheme": "light", "viewport": {"width": 1280, "height": 720}, "device_scale_factor": 2}
QUALITY = 82
NEWS = [
    "Harbour Robotics has named Lena Okafor its head of research. Okafor, who built the vision group at Quill Labs, "
    "moves to Rotterdam in March.",
    *(f"Quill Labs shows its loom number {number} in Turin." for number in range(2, 25)),
]
SPANS = {
    "labels": [
        {"name": "person", "description": "A name of somebody, without title or office.", "example": "Lena Okafor"},
        {"name": "organisation", "description": "A firm, office or club by its name.", "example": "Quill Labs"},
        {"name": "place", "description": "A town, country or street.", "example": "Rotterdam"},
        {"name": "date", "description": "A day, month or year, as it is written.", "example": "March"},
    ],
    "relations": [
        {"name": "works for", "from": ["person"], "to": ["organisation"]},
        {"name": "based in", "from": ["person"], "to": ["place"]},
    ],
}
MARKED = {"Harbour Robotics": "2", "Lena Okafor": "1", "Quill Labs": "2", "Rotterdam": "3", "March": "4"}
RELATED = ", , , - , 1 . - . . 2 Escape Escape"  # back to Lena Okafor and to the firm; on to her again and to the place
RULES = """\
# Who, where and when?

Mark every **name** and every **date**, as short as it can be: no article, no title, no comma.
Then say who works for whom and who is based where, if the text says so.
"""


@contextmanager
def demo() -> Iterator[tuple[str, dict[str, str]]]:
    """The demo, served: its address and a session for each person."""
    from labeling.services import members
    from labeling.store import Store
    from labeling.store import members as rows
    from web import security
    from web.app import create_app
    from web.settings import Settings

    with tempfile.TemporaryDirectory(prefix="assay-pictures-") as folder:
        path = Path(folder) / "demo"
        command = [sys.executable, "-c", "from web.cli import main; main()", "demo", str(path), "--no-serve"]
        subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
        with Store.open(path / "assay.db") as store, socket.socket() as listener:
            news(store)
            sessions = {}
            for name in PAGES:
                sessions[name] = security.new_secret()
                with store.read() as connection:
                    member = rows.by_name(connection, name)
                digest = security.hash_secret(sessions[name])
                store.write(members.open_session, member=member.id, token_hash=digest, hours=1)
            listener.bind(("127.0.0.1", 0))
            app = create_app(Settings(path), store=store)
            server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none"))
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
            thread.start()
            while not server.started:
                time.sleep(0.01)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}", sessions
            server.should_exit = True
            thread.join(10)


def news(store) -> None:
    """A second project beside the demo's: names and dates in the news, for eli."""
    from labeling.services import guidelines, items, projects
    from labeling.store import members as rows

    made = store.write(
        projects.create_project,
        name="news",
        title="Names in the news",
        question="Who, where and when?",
        kind="spans",
        options=SPANS,
        show=["text"],
        seed=3,
        actor=None,
    )
    texts = [{"id": str(number), "text": text} for number, text in enumerate(NEWS)]
    items.import_items(store, project=made.id, rows=texts, actor=None)
    store.write(guidelines.publish, project=made.id, body=RULES, actor=None)
    with store.read() as connection:
        eli = rows.by_name(connection, "eli").id
    store.write(projects.set_role, project=made.id, member=eli, role="annotator", actor=None)
    store.write(guidelines.acknowledge, project=made.id, member=eli, version=1)


@contextmanager
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        raise SystemExit("No Chromium was found. Install chromium, then try again.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def seat(browser: Browser, url: str, secret: str, **look: object) -> Page:
    context = browser.new_context(locale="en-GB", **look)
    context.add_cookies([{"name": "assay", "value": secret, "url": url}])
    page = context.new_page()
    page.set_default_timeout(60_000)
    return page


def keep(page: Page, name: str) -> None:
    """The picture as WebP, which Chromium writes and Playwright does not offer."""
    page.wait_for_timeout(400)
    asked = {"format": "webp", "quality": QUALITY}
    answer = page.context.new_cdp_session(page).send("Page.captureScreenshot", asked)
    PICTURES.mkdir(exist_ok=True)
    (PICTURES / f"{name}.webp").write_bytes(base64.b64decode(answer["data"]))


def look_for(page: Page, address: str, words: str) -> None:
    """Skips items until one has these words."""
    page.goto(address)
    page.wait_for_selector("#desk[data-ready]")
    for _ in range(60):
        page.wait_for_timeout(400)  # a key sooner is taken to be meant for the item before
        if words in page.inner_text("#item"):
            return
        page.keyboard.press("s")
        page.keyboard.press("1")
    raise SystemExit(f"None of 60 items has the words {words!r}.")


def readme(browser: Browser, url: str, sessions: dict[str, str]) -> None:
    from tests.browser.test_desk_spans import WHERE

    page = seat(browser, url, sessions["eli"], **SHARP)
    look_for(page, f"{url}/projects/intents/desk", "rather have a refund")
    page.keyboard.press("3")
    keep(page, "desk")

    page.set_viewport_size({"width": 1280, "height": 800})
    look_for(page, f"{url}/projects/news/desk", "Lena Okafor")
    for words, key in MARKED.items():
        left, right, middle = page.evaluate(WHERE, words)
        page.mouse.move(left + 2, middle)
        page.mouse.down()
        page.mouse.move(right - 2, middle, steps=3)
        page.mouse.up()
        page.keyboard.press(key)
    for key in RELATED.split():
        page.keyboard.press(key)
    keep(page, "spans")

    page = seat(browser, url, sessions["mira"], **SHARP)
    page.goto(f"{url}/projects/intents/annotators")
    keep(page, "annotators")


def every_page(browser: Browser, url: str, sessions: dict[str, str], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for look, settings in LOOKS.items():
        for name, paths in PAGES.items():
            page = seat(browser, url, sessions[name], **settings)
            for path in paths:
                page.goto(f"{url}/projects/intents/{path}")
                page.wait_for_timeout(200)
                page.screenshot(path=folder / f"{path.replace('/', '-')}.{look}.png", full_page=path != "desk")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", type=Path, metavar="DIR")
    given = parser.parse_args()
    with demo() as (url, sessions), chromium() as browser:
        if given.all:
            every_page(browser, url, sessions, given.all)
        else:
            readme(browser, url, sessions)


if __name__ == "__main__":
    main()
