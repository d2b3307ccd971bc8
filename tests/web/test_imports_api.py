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
