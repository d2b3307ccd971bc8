"""The gate in front: whom the server answers, which sites may send, how large a body is, what headers go out."""

import gzip

import pytest

DESK = "/api/v1/projects/mood/desk/hand-out"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "localhost:99", "LOCALHOST", "[::1]", "[::1]:8000"])
def test_a_known_host_name_is_answered(office, host):
    assert office.anyone.get("/api/v1/me", headers={"host": host}).status_code == 401


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "localhost:80:80", "[::2]"])
def test_a_foreign_host_name_is_refused_as_rebinding_would_bring(office, host):
    done = office.anyone.get("/api/v1/me", headers={"host": host})
    assert done.status_code == 400
    assert "ASSAY_TRUSTED_HOSTS" in done.json()["error"]["message"]


@pytest.mark.parametrize("site", ["cross-site", "same-site", "nonsense"])
def test_a_form_of_another_site_is_refused(office, site):
    annotator = office.sign_in("annotator")
    done = annotator.post(DESK, json={}, headers={"sec-fetch-site": site})
    assert (done.status_code, done.json()["error"]["type"]) == (403, "Refused")


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_a_form_of_our_own_is_taken(office, site):
    assert office.sign_in("annotator").post(DESK, json={}, headers={"sec-fetch-site": site}).status_code == 200


def test_where_a_browser_does_not_say_the_site_the_origin_tells(office):
    annotator = office.sign_in("annotator")
    ours, theirs, opaque = "http://127.0.0.1", "http://127.0.0.1:9999", "null"
    got = [annotator.post(DESK, json={}, headers={"origin": origin}).status_code for origin in (ours, theirs, opaque)]
    assert got == [200, 403, 403]


def test_signing_in_from_another_site_is_refused_too(office):
    form = {"name": "annotator", "password": "correct horse battery"}
    assert office.anyone.post("/login", data=form, headers={"sec-fetch-site": "cross-site"}).status_code == 403


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND"])
def test_a_strange_method_is_refused(office, method):
    assert office.anyone.request(method, "/login").status_code == 405


def test_a_body_that_says_it_is_too_large_is_not_read(office):
    done = office.sign_in("annotator").post(DESK, content=b"x", headers={"content-length": "999999999"})
    assert done.status_code == 413
    assert "2.048 MB" in done.json()["error"]["message"]


def test_a_body_that_streams_past_the_limit_is_cut_off(office):
    def stream():
        for _ in range(40):
            yield b" " * 100_000

    done = office.sign_in("annotator").post(DESK, content=stream(), headers={"content-type": "application/json"})
    assert (done.status_code, done.json()["error"]["type"]) == (413, "TooLarge")


def test_a_page_may_run_no_inline_script_and_call_nobody(office):
    policy = office.anyone.get("/login").headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.parametrize("path", ["/login", "/nowhere", "/api/v1/me", "/static/nothing.css"])
def test_every_answer_forbids_guessing_its_type(office, path):
    assert office.anyone.get(path).headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/login", "/api/v1/me"])
def test_what_is_somebodys_is_kept_in_no_cache(office, path):
    assert office.anyone.get(path).headers["cache-control"] == "no-store"


def test_a_long_page_is_compressed_and_a_short_reply_is_not(office):
    page = office.anyone.get("/login", headers={"accept-encoding": "gzip"})
    short = office.anyone.get("/api/v1/me", headers={"accept-encoding": "gzip"})
    assert page.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in short.headers


def test_who_takes_no_gzip_gets_none(office):
    assert "content-encoding" not in office.anyone.get("/login", headers={"accept-encoding": "identity"}).headers


def test_a_static_file_is_kept_for_a_year_under_its_hash(office):
    url = office.anyone.app.state.static.url("app.css")
    done = office.anyone.get(url, headers={"accept-encoding": "gzip"})
    assert done.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert done.headers["content-encoding"] == "gzip"
    assert "text/css" in done.headers["content-type"]


@pytest.mark.parametrize("path", ["/static/", "/static/app.css", "/static/../settings.py", "/static/%2e%2e/app.py"])
def test_nothing_else_is_to_be_had_from_the_static_folder(office, path):
    assert office.anyone.get(path).status_code == 404


def test_the_favicon_is_there(office):
    assert office.anyone.get("/favicon.ico").headers["content-type"] == "image/svg+xml"


def test_compressed_bytes_are_those_of_the_page(office):
    with office.anyone.stream("GET", "/login", headers={"accept-encoding": "gzip"}) as done:
        raw = b"".join(done.iter_raw())
    assert gzip.decompress(raw).decode() == office.anyone.get("/login").text
