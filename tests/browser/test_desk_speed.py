"""How much the desk weighs and how long it keeps anyone waiting."""

import time
from pathlib import Path

import pytest

STOPWATCH = (Path(__file__).parent / "stopwatch.js").read_text(encoding="utf-8")


@pytest.fixture
def project(site):
    made = site.project(texts=40, overlap=1)
    site.role(made, site.member("ann"))
    return made


class Wire:
    """What goes over the line to one page, as the browser counts it."""

    def __init__(self, page):
        self.requests, self.bytes, self.by_kind = [], 0, {}
        self.kinds = {}
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", self._sent)
        session.on("Network.loadingFinished", self._finished)

    def _sent(self, event):
        self.requests.append(event["request"]["url"])
        self.kinds[event["requestId"]] = event.get("type", "Other")

    def _finished(self, event):
        size = event["encodedDataLength"]
        self.bytes += size
        kind = self.kinds.get(event["requestId"], "Other")
        self.by_kind[kind] = self.by_kind.get(kind, 0) + size


def test_the_first_load_is_six_requests_and_sixty_kilobytes_at_most(site, project):
    ann = site.sit("ann")
    wire = Wire(ann.page)
    ann.at_desk()
    ann.page.wait_for_timeout(200)
    assert len(wire.requests) <= 6, "\n".join(wire.requests)
    assert wire.bytes <= 60_000
    assert wire.by_kind["Script"] <= 15_000
    assert wire.by_kind["Stylesheet"] <= 15_000
    assert all(url.startswith(site.url) for url in wire.requests)


def test_an_item_costs_one_request_of_three_kilobytes_at_most(site, project):
    ann = site.sit("ann")
    ann.at_desk()
    wire = Wire(ann.page)
    ann.answers("1", "2", "3", "4", "5")
    ann.waits_until_saved()
    assert len(wire.requests) == 5, wire.requests
    assert wire.bytes <= 5 * 3_000


def test_the_next_item_is_there_in_the_frame_after_the_key_however_slow_the_line(site, project):
    """In frames, not in milliseconds: these are measured by tests/bench/bench_desk.py, on a machine that does nothing else."""
    ann = site.sit("ann")
    page = ann.at_desk()
    page.route("**/submit", lambda route: (time.sleep(0.3), route.continue_()))
    page.evaluate(STOPWATCH)
    ann.answers("1", "2", "3")
    frames = page.evaluate("window.frames")
    assert len(frames) >= 2, "the next two were at hand before the line was asked"
    assert max(frames) <= 1, frames


def test_the_card_is_never_without_a_text_while_one_answers(site, project):
    ann = site.sit("ann")
    page = ann.at_desk()
    page.evaluate(
        """() => { window.empty = 0;
        const look = () => { if (!document.querySelector("#item").innerText.trim()) window.empty += 1; requestAnimationFrame(look); };
        look(); }"""
    )
    ann.answers(*"1234512345")
    assert page.evaluate("window.empty") == 0


def test_time_away_from_the_page_is_not_counted_as_work(site, project):
    ann = site.sit("ann")
    page = ann.at_desk()
    sent = []
    page.on("request", lambda request: sent.append(request.post_data_json) if "/submit" in request.url else None)
    ann.answers("1")
    ann.waits_until_saved()
    assert 200 <= sent[0]["active_ms"] <= 5_000
