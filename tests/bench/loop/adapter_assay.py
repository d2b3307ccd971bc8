"""How an annotator speaks to Assay: a real login, then one request an item that saves the answer and brings the next.

Options: `project`, `password`; annotator number n signs in as `annotator<n>`.
"""

import random
import uuid
from typing import Any

import aiohttp

HTTP_CALLS = (0, 1)
LABELS = ["positive", "negative", "neutral", "mixed"]


class Annotator:
    def __init__(self, base: str, project: str) -> None:
        self.desk = f"{base}/api/v1/projects/{project}/desk"
        self.session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True), headers={"Origin": base})
        self.held: list[dict[str, Any]] = []


async def login(base: str, number: int, options: dict[str, str]) -> Annotator:
    one = Annotator(base, options["project"])
    who = {"name": f"annotator{number}", "password": options["password"]}
    async with one.session.post(base + "/api/v1/session", json=who) as reply:
        reply.raise_for_status()
    async with one.session.post(one.desk + "/hand-out", json={"hold": 2}) as reply:
        reply.raise_for_status()
        one.held = (await reply.json())["assignments"]
    return one


async def next_task(one: Annotator) -> dict[str, Any] | None:
    return {"id": one.held[0]["assignment"]} if one.held else None


async def submit(one: Annotator, task: dict[str, Any]) -> None:
    answer = {
        "assignment": task["id"],
        "key": str(uuid.uuid4()),
        "answer": random.choice(LABELS),
        "active_ms": 900,
        "hold": 2,
    }
    async with one.session.post(one.desk + "/submit", json=answer) as reply:
        if reply.status != 200:
            raise RuntimeError(f"{reply.status}: {await reply.text()}")
        one.held = (await reply.json())["assignments"]


async def close(one: Annotator) -> None:
    await one.session.close()
