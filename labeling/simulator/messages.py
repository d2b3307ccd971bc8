"""Made-up customer messages with a known intent, some of them truly in between; the same by the same seed."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from labeling.errors import Unusable
from labeling.simulator.texts import CHANNELS, CLEAR, CLOSINGS, GREETINGS, INTENTS, MIXED, PARTS, PRAISE_CLOSINGS, SLOTS

MIXED_SHARE = 0.3
MOST_MESSAGES = 50_000
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Message:
    """An item to be labeled and what only its maker knows.

    `truth` is the intent by the clear guideline; `also` the other intent that a reader may see in it, None where
    there is none.
    """

    key: str
    text: str
    channel: str
    truth: str
    also: str | None = None

    def payload(self) -> dict[str, str]:
        """The item as it is imported: nothing in it gives the truth away.

        >>> sorted(messages(1, seed=0)[0].payload())
        ['channel', 'id', 'text']
        """
        return {"id": self.key, "text": self.text, "channel": self.channel}


def messages(count: int, *, seed: int = 0, mixed_share: float = MIXED_SHARE) -> list[Message]:
    """`count` (1 to 50,000) different messages, about `mixed_share` (0 to 1) of them between two intents.

    Intents are about equally frequent among the clear ones. Raises Unusable for another count or share.

    >>> made = messages(3, seed=7)
    >>> [one.key for one in made], made == messages(3, seed=7), made == messages(3, seed=8)
    (['M-0001', 'M-0002', 'M-0003'], True, False)
    """
    if not 1 <= count <= MOST_MESSAGES:
        raise Unusable(f"count={count} messages cannot be made", cure=f"Ask for 1 to {MOST_MESSAGES}.")
    if not 0 <= mixed_share <= 1:
        raise Unusable(f"mixed_share={mixed_share} is not a share", cure="Give a number from 0 to 1.")
    chance = random.Random(f"messages/{seed}")  # noqa: S311 - made-up data, not a secret
    intents = _rounds(chance)
    seen: set[str] = set()
    made: list[Message] = []
    while len(made) < count:
        truth, also, sentence = _draw(chance, intents, mixed_share)
        text = ""
        for _ in range(20):  # the sentences are few: the words in them, and what surrounds them, tell two apart
            text = _write(chance, truth, sentence)
            if text not in seen:
                break
        else:
            text = f"{text} (Message {len(made) + 1}.)"
        seen.add(text)
        made.append(Message(f"M-{len(made) + 1:04d}", text, chance.choice(CHANNELS), truth, also))
    return made


def _rounds(chance: random.Random) -> Iterator[str]:
    """The intents over and over, each round in another order."""
    while True:
        order = list(INTENTS)
        chance.shuffle(order)
        yield from order


def _draw(chance: random.Random, intents: Iterator[str], mixed_share: float) -> tuple[str, str | None, str]:
    if chance.random() < mixed_share:
        pairs = list(MIXED)
        truth, also = chance.choices(pairs, weights=[len(MIXED[pair]) for pair in pairs])[0]
        return truth, also, chance.choice(MIXED[truth, also])
    truth = next(intents)
    return truth, None, chance.choice(CLEAR[truth])


def _write(chance: random.Random, truth: str, sentence: str) -> str:
    """The sentence with a word in each slot, and often with a greeting, a closing, or both."""
    words = {slot: chance.choice(choices) for slot, choices in SLOTS.items()}
    words["part"] = chance.choice(PARTS[words["item"]])
    text = _SLOT.sub(lambda slot: words[slot.group(1)], sentence)
    text = text[:1].upper() + text[1:]
    way = chance.randrange(5)
    if way in {0, 1}:
        greeting = chance.choice(GREETINGS)
        text = greeting + (text if _keeps_capital(text) else text[:1].lower() + text[1:])
    if way in {1, 2}:
        closing = chance.choice(PRAISE_CLOSINGS if truth == "praise" else CLOSINGS)
        text = f"{text} {closing.format(name=words['name'])}"
    return text


def _keeps_capital(text: str) -> bool:
    first = text.split(" ", 1)[0]
    return first in {"I", *SLOTS["name"]} or first.isupper()
