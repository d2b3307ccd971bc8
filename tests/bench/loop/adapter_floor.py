"""How an annotator speaks to the floor: two requests an item."""

import random
from typing import Any

import aiohttp

HTTP_CALLS = (1, 1)
LABELS = ["positive", "negative", "neutral", "mixed"]


class Annotator:
    def __init__(self, base: str, number: int) -> None:
        self.base, self.number = base, number
        self.session = aiohttp.ClientSession()


async def login(base: str, number: int, _options: dict[str, str]) -> Annotator:
    return Annotator(base, number)


async def next_task(one: Annotator) -> dict[str, Any]:
    async with one.session.get(one.base + "/next") as reply:
        return await reply.json()


async def submit(one: Annotator, task: dict[str, Any]) -> None:
    answer = {"task": task["id"], "user": one.number, "label": random.choice(LABELS)}
    async with one.session.post(one.base + "/submit", json=answer) as reply:
        reply.raise_for_status()
        await reply.read()


async def close(one: Annotator) -> None:
    await one.session.close()
