"""Files that scripts send: what became of each row, and the encoding they are in."""

ANSWERS = "task,worker,label\ni0,zed,good\ni0,zed,bad\ni1,zed,\n"


def done(browser, reply):
    """What an import came to, waited for."""
    body = reply.json()
    return browser.get(f"{body['url']}?wait_seconds=30").json() if reply.status_code == 202 else body


def test_what_became_of_each_row_is_counted_and_said(office):
    manager = office.sign_in("manager")
    job = done(manager, manager.post("/api/v1/projects/mood/import-answers", content=ANSWERS))
    assert job["result"] == {"added": 1, "changed": 1, "already_there": 0, "unlabeled": 1, "total": 3}
    assert job["told"] == "1 answer added; 1 row changed an earlier answer; 1 row without a label passed over"


def test_an_encoding_can_be_named_for_items(office):
    manager = office.sign_in("manager")
    body = "id,text\nn1,café\n".encode("cp1252")
    job = done(manager, manager.post("/api/v1/projects/mood/import?encoding=cp1252", content=body))
    assert job["told"] == "1 item added"
    assert manager.get("/api/v1/projects/mood/items/n1").json()["fields"] == {"text": "café"}


def test_an_encoding_can_be_named_for_answers(office):
    manager = office.sign_in("manager")
    body = "task,worker,label\ni0,zed,good\n".encode("utf-16-le")
    job = done(manager, manager.post("/api/v1/projects/mood/import-answers?encoding=utf-16-le", content=body))
    assert job["told"] == "1 answer added"


def test_an_encoding_that_there_is_not_is_refused(office):
    manager = office.sign_in("manager")
    reply = manager.post("/api/v1/projects/mood/import?encoding=klingon", content=b"id,text\nn1,x\n")
    body = reply.json() if reply.status_code == 400 else done(manager, reply)
    assert "There is no encoding 'klingon'" in body["error"]["message"]
