"""`assay prep schema`, `validate`, `profile` and `drift`, from the terminal; and the alert, at a server that is real."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from labeling.errors import Unusable
from web import alerts

OLD = "id,label,age\n" + "".join(f"m{n},{'late' if n % 3 else 'refund'},{20 + n % 40}\n" for n in range(200))
NEW = "id,label,age\n" + "".join(f"n{n},{'late' if n % 9 == 0 else 'refund'},{20 + n % 40}\n" for n in range(200))


@pytest.fixture
def files(assay):
    return assay.file("old.csv", OLD), assay.file("new.csv", NEW)


def run(assay, *words):
    return assay("prep", *words, here=False)


def test_a_schema_is_learned_and_the_next_file_held_to_it(assay, files):
    old, _ = files
    learned = run(assay, "schema", old, old.with_name("s.yaml"))
    assert (learned.code, "3 columns described" in learned.out) == (0, True)
    assert run(assay, "validate", old, "s.yaml").code == 0
    bad = assay.file("bad.csv", NEW.replace("n0,late", "n0,lost") + "m1,late,-5\n")
    ended = run(
        assay, "validate", bad, "s.yaml", "--row-id", "id", "--bad", "b.csv", "--good", "g.csv", "--html", "v.html"
    )
    assert ended.code == 1
    assert "label: must be one of 'late', 'refund': 1 row, such as 'n0' ('lost')" in ended.out
    assert "<h1>Is bad.csv as it must be?</h1>" in old.with_name("v.html").read_text()
    assert len(old.with_name("b.csv").read_text().splitlines()) == 3
    assert run(assay, "validate", bad, "s.yaml", "--json").data["bad_rows"] == 2


def test_panderas_own_yaml_is_taken_as_well(assay, files):
    own = assay.file("own.yaml", "columns: {label: {checks: {str_contains: fund}}}")
    ended = run(assay, "validate", files[0], own)
    assert (ended.code, "must contain 'fund'" in ended.out) == (1, True)
    assay.file("odd.yaml", "columns: {age: {checks: {ge: 5, le: 3}}}")
    refused = run(assay, "validate", files[0], "odd.yaml")
    assert (refused.code, "at least 5 and at most 3" in refused.err) == (2, True)
    assert run(assay, "validate", files[0], "none.yaml").code == 3


def test_a_profile_is_printed_written_as_a_page_and_kept_for_later(assay, files):
    old, new = files
    ended = run(assay, "profile", old, "--target", "label", "--html", "p.html")
    assert ended.code == 0
    assert "id: has another value in every row" in ended.out
    assert old.with_name("p.html").read_text().startswith("<!doctype html>")
    assay.file("kept.json", run(assay, "profile", old, "--json").out)
    assert run(assay, "drift", "kept.json", old).code == 0
    assert run(assay, "drift", "kept.json", new).code == 1


def test_drift_ends_in_the_exit_code_that_was_asked_for(assay, files):
    old, new = files
    ended = run(assay, "drift", old, new, "--html", "d.html")
    assert (ended.code, "label: its values changed" in ended.out) == (1, True)
    assert run(assay, "drift", old, new, "--fail-on", "never").code == 0
    assert run(assay, "drift", old, new, "--fail-on", "schema").code == 0
    assert run(assay, "drift", old, new, "--fail-on", "label").code == 1
    assert run(assay, "drift", old, new, "--fail-on", "age", "--fail-on", "schema").code == 0
    misspelt = run(assay, "drift", old, new, "--fail-on", "lable")
    assert (misspelt.code, "Did you mean 'label'?" in misspelt.err) == (2, True)
    assert run(assay, "drift", old, new, "--alpha", "3").code == 2
    assert run(assay, "drift", old, new, "--html", "d.html").code == 4
    assert run(assay, "drift", old, new, "--json").data["has_drifted"]


def test_snapshots_are_profiled_compared_and_an_unknown_one_names_the_nearest(labeled):
    assert labeled("consensus", "intents").code == 0
    assert labeled("snapshot", "intents", "--tag", "v1").code == 0
    assert labeled("prep", "profile", "intents@v1", "--json").data["rows"] == 12
    assert labeled("prep", "drift", "intents@v1", "intents").code == 0
    wrong = labeled("prep", "profile", "intents@v9")
    assert (wrong.code, "intents@v1" in wrong.err) == (3, True)


class Hook(BaseHTTPRequestHandler):
    """Answers as its server was told, and keeps what came."""

    def do_POST(self):
        self.server.came.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
        if self.server.status is None:
            self.server.release.wait(10)
            return
        self.send_response(self.server.status)
        self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST  # noqa: N815 - the server's own name for it

    def log_message(self, *_):
        pass


@pytest.fixture
def hook():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    server.came, server.status, server.release = [], 204, threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    server.url = f"http://127.0.0.1:{server.server_port}/hook?token=1"
    yield server
    server.release.set()
    server.shutdown()
    thread.join(5)
    server.server_close()


def test_an_alert_says_what_drifted_and_is_sent_only_when_the_check_fails(assay, files, hook):
    old, new = files
    assert run(assay, "drift", old, old, "--alert", hook.url).code == 0
    assert hook.came == []
    assert run(assay, "drift", old, new, "--alert", hook.url).code == 1
    (path, told), = hook.came  # fmt: skip
    assert path == "/hook?token=1"
    assert (told["event"], told["old"], told["new"], told["has_drifted"]) == ("drift", "old.csv", "new.csv", True)
    assert [one["name"] for one in told["drifted"]] == ["label"]
    assert set(told) == {
        "event", "format", "has_drifted", "schema_changed", "headline", "old", "new", "rows_old", "rows_new",
        "added", "removed", "retyped", "drifted",
    }  # fmt: skip


def test_an_alert_is_not_sent_on_to_another_address(assay, files, hook):
    hook.status = 307
    ended = run(assay, "drift", *files, "--alert", hook.url)
    assert (ended.code, "not followed" in ended.err) == (2, True)
    assert len(hook.came) == 1


@pytest.mark.parametrize(("status", "words"), [(500, "answered 500"), (None, "did not answer in 0.2 seconds")])
def test_an_alert_that_does_not_arrive_is_told(assay, files, hook, status, words):
    hook.status = status
    ended = run(assay, "drift", *files, "--alert", hook.url, "--alert-seconds", "0.2")
    assert (ended.code, words in ended.err) == (2, True)
    assert "label: its values changed" in ended.out


@pytest.mark.parametrize(
    "url",
    [
        "ftp://x/y",
        "file:///etc/passwd",
        "hooks",
        "http://",
        "http://a:b@x/",
        "http://x:99999/",
        "http://x/ y",
        "http://x/\r\ny",
    ],
)
def test_an_address_that_is_none_is_refused_before_any_work(url):
    with pytest.raises(Unusable):
        alerts.check(url, 10)
