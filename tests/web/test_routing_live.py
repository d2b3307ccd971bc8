"""Adaptive overlap at work in the server: after enough answers items in doubt open by themselves."""

import time


def test_after_enough_answers_what_is_in_doubt_is_looked_at_beside_the_desk(office):
    manager, annotator = office.sign_in("manager"), office.sign_in("annotator")
    changed = manager.patch("/api/v1/projects/mood", json={"overlap": 1, "overlap_most": 3, "gold_rate": 0.0})
    assert changed.json()["overlap_most"] == 3
    desk = annotator.post("/api/v1/projects/mood/desk/hand-out", json={"hold": 1}).json()
    count = 0
    while desk["assignments"]:
        body = {"assignment": desk["assignments"][0]["assignment"], "answer": "good", "key": f"k{count}", "hold": 1}
        reply = annotator.post("/api/v1/projects/mood/desk/submit", json=body)
        assert reply.status_code == 200, reply.text
        desk, count = reply.json(), count + 1
    assert count == 30
    for _ in range(600):
        with office.store.read() as connection:
            lines = connection.exec_driver_sql("SELECT count(*) FROM log WHERE action = 'route_overlap'").scalar()
            opened = connection.exec_driver_sql(
                "SELECT count(*) FROM items WHERE wanted > answered AND pool = 'work'"
            ).scalar()
        if lines and opened == 30:
            return
        time.sleep(0.1)
    raise AssertionError(f"{lines} rounds, {opened} items open")
