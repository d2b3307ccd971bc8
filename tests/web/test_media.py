"""Who may have a medium, and how it is served: the type its content has, nothing that runs, in ranges."""

import io

import pytest

from labeling.services import items, media, projects
from tests import media as made


@pytest.fixture
def gallery(office):
    """The office with a picture and a sound in the project, and items that name them."""
    put(office, {"cat.png": made.png(), "tone.wav": made.wav()})
    rows = [{"id": "p1", "text": "a", "photo": "cat.png"}, {"id": "p2", "text": "b", "photo": "gone.png"}]
    items.import_items(office.store, project=office.project.id, rows=rows, actor=None)
    shows = {"photo": "image"}
    office.store.write(
        projects.change_project, project=office.project.id, show=["text", "photo"], shows=shows, actor=None
    )
    return office


def put(office, files):
    return media.add_media(
        office.store,
        workspace=office.path,
        project=office.project.id,
        files=[media.Sent(name, lambda body=body: io.BytesIO(body)) for name, body in files.items()],
        actor=None,
    )


def url(office, name, browser):
    rows = browser.get("/api/v1/projects/mood/media").json()["media"]
    return "/api/v1/projects/mood/media/" + next(row["file"] for row in rows if row["name"] == name)


def handed(office, browser, most=40):
    """The addresses of media in the items that somebody is handed."""
    found = []
    said = browser.post("/api/v1/projects/mood/desk/hand-out", json={"hold": 8}).json()
    for _ in range(most):
        for one in said["assignments"]:
            found += [
                field["html"].split('src="')[1].split('"')[0]
                for field in one["fields"]
                if "src=" in field.get("html", "")
            ]
        if not said["assignments"]:
            break
        body = {"assignment": said["assignments"][0]["assignment"], "answer": "good", "key": str(_), "hold": 8}
        said = browser.post("/api/v1/projects/mood/desk/submit", json=body).json()
    return list(dict.fromkeys(found))


def test_a_medium_is_served_as_what_it_is_and_nothing_in_it_can_run(gallery):
    reply = gallery.sign_in("reviewer").get(url(gallery, "cat.png", gallery.sign_in("reviewer")))
    assert reply.content == made.png()
    assert reply.headers["content-type"] == "image/png"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["content-disposition"] == "inline"
    assert reply.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert reply.headers["cross-origin-resource-policy"] == "same-origin"
    assert reply.headers["cache-control"] == "private, max-age=31536000, immutable"


def test_an_annotator_is_given_what_is_in_their_items_and_nothing_else(gallery):
    browser = gallery.sign_in("annotator")
    bare = url(gallery, "cat.png", gallery.sign_in("manager"))
    sound = url(gallery, "tone.wav", gallery.sign_in("manager"))
    addresses = handed(gallery, browser)
    assert len(addresses) == 1
    assert browser.get(addresses[0].replace("&amp;", "&")).status_code == 200
    assert browser.get(bare).status_code == 404
    assert browser.get(sound).status_code == 404
    assert browser.get(sound + "?" + addresses[0].split("?")[1]).status_code == 404


def test_the_address_that_one_annotator_was_given_opens_to_no_other(gallery):
    address = handed(gallery, gallery.sign_in("annotator"))[0]
    other = gallery.people["stranger"]
    gallery.store.write(projects.set_role, project=gallery.project.id, member=other, role="annotator", actor=None)
    assert gallery.sign_in("stranger").get(address).status_code == 404
    assert gallery.sign_in("nobody").get(address).status_code == 401


def test_a_medium_of_another_project_is_not_found_here(gallery):
    address = url(gallery, "cat.png", gallery.sign_in("admin"))
    gallery.store.write(
        projects.create_project, name="other", question="?", kind="choice", options={"labels": ["a", "b"]}, actor=None
    )
    assert gallery.sign_in("admin").get(address.replace("/mood/", "/other/")).status_code == 404


@pytest.mark.parametrize("file", ["..%2f..%2fsecret", "../../secret", "0" * 64, "0" * 64 + ".html", "0" * 64 + ".png"])
def test_no_other_file_comes_out_of_the_folder(gallery, file):
    assert gallery.sign_in("admin").get(f"/api/v1/projects/mood/media/{file}").status_code == 404


def test_a_sound_comes_in_ranges(gallery):
    browser = gallery.sign_in("manager")
    address, body = url(gallery, "tone.wav", browser), made.wav()
    part = browser.get(address, headers={"range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, body[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(body)}"
    assert part.headers["content-type"] == "audio/wav"
    assert browser.get(address, headers={"range": "bytes=-10"}).content == body[-10:]
    beyond = browser.get(address, headers={"range": f"bytes={len(body)}-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(body)}")


def test_what_the_browser_has_is_not_sent_again(gallery):
    browser = gallery.sign_in("manager")
    address = url(gallery, "cat.png", browser)
    tag = browser.get(address).headers["etag"]
    assert browser.get(address, headers={"if-none-match": tag}).status_code == 304


def test_a_script_that_may_read_or_label_gets_media_with_its_token(gallery):
    address = url(gallery, "cat.png", gallery.sign_in("manager"))
    assert gallery.token("manager", "read").get(address).status_code == 200
    assert gallery.token("manager", "label").get(address).status_code == 200
