"""Takes the pictures of the handbook from the demo, or of every page for a look.

python tests/browser/pictures.py              the ones in web/handbook/pictures
python tests/browser/pictures.py --all DIR    every page, light, dark and on a phone
"""

import argparse
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


def handbook(browser: Browser, url: str, sessions: dict[str, str]) -> None:
    page = seat(browser, url, sessions["eli"], color_scheme="light", viewport={"width": 1280, "height": 760})
    page.goto(f"{url}/projects/intents/desk")
    page.wait_for_selector("#desk[data-ready]")
    page.keyboard.press("3")
    page.wait_for_timeout(300)
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=PICTURES / "desk.png")


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
            handbook(browser, url, sessions)


if __name__ == "__main__":
    main()
