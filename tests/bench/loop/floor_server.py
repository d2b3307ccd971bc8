"""The floor: FastAPI and one SQLite connection, with nothing in between. No login, no lease, no log, no full sync.

`GET /next` is one SELECT by primary key, `POST /submit` one INSERT and COMMIT. It hands the same item to many and
forgets the last second in a power cut: it shows what the web and the disk cost, not what a workbench is.
"""

import itertools
import sqlite3
import sys
from typing import Any

import uvicorn
from fastapi import FastAPI, Request

ITEMS = 10_000


def app_over(path: str) -> FastAPI:
    connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("CREATE TABLE item (id INTEGER PRIMARY KEY, text TEXT)")
    connection.execute("CREATE TABLE answer (id INTEGER PRIMARY KEY, item INT, annotator INT, label TEXT, at REAL)")
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO item (text) VALUES (?)", (("words " * 30,) for _ in range(ITEMS)))
    connection.execute("COMMIT")
    turn = itertools.count()
    app = FastAPI()

    @app.get("/next")
    async def next_item() -> dict[str, Any]:
        row = connection.execute("SELECT id, text FROM item WHERE id = ?", (next(turn) % ITEMS + 1,)).fetchone()
        return {"id": row[0], "text": row[1]}

    @app.post("/submit")
    async def submit(request: Request) -> dict[str, bool]:
        body = await request.json()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(
            "INSERT INTO answer (item, annotator, label) VALUES (?, ?, ?)", (body["task"], body["user"], body["label"])
        )
        connection.execute("COMMIT")
        return {"ok": True}

    return app


if __name__ == "__main__":
    uvicorn.run(app_over(sys.argv[1]), port=int(sys.argv[2]), log_level="warning", access_log=False)
