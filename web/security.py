"""Passwords, session tokens and API tokens: made, hashed, compared. Knows neither HTTP nor the store.

Passwords are hashed with Argon2id (slow on purpose: call these in a thread). Tokens are 32 random bytes, so a plain
SHA-256 of one is as good as a slow hash; only the hash is kept.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from labeling.errors import Unusable

if TYPE_CHECKING:
    from pwdlib import PasswordHash

TOKEN_PREFIX = "assay_"  # noqa: S105 - the part that is no secret
SCOPES = {
    "read": "see projects, items, answers and numbers",
    "label": "work at the desk as its owner",
    "manage": "change projects, members, guidelines, gold and datasets",
}
LEAST_PASSWORD, MOST_PASSWORD = 10, 1000


@cache
def _argon() -> PasswordHash:
    from pwdlib import PasswordHash
    from pwdlib.hashers.argon2 import Argon2Hasher

    # OWASP's second choice: 19 MiB, 2 passes, 1 lane (about 20 ms), so that many logins at once fit in memory.
    return PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1),))


@cache
def _nobody() -> str:
    """The hash of a password that nobody has, compared with where there is no such member."""
    return _argon().hash(secrets.token_urlsafe())


def hash_password(password: str, *, name: str = "") -> str:
    """The Argon2id hash of a password. Raises Unusable for one that is too short, too long or the name itself.

    >>> hash_password("correct horse").startswith("$argon2id$")
    True
    >>> hash_password("horse")
    Traceback (most recent call last):
    labeling.errors.Unusable: This password has 5 characters. Use at least 10.
    """
    if len(password) < LEAST_PASSWORD:
        raise Unusable(f"This password has {len(password)} characters", cure=f"Use at least {LEAST_PASSWORD}.")
    if len(password) > MOST_PASSWORD:
        raise Unusable("This password is too long", cure=f"Use at most {MOST_PASSWORD} characters.")
    if len(set(password)) < 4 or (name and password.casefold() == name.casefold()):
        raise Unusable("This password is too easy to guess", cure="Use a few words that do not belong together.")
    return _argon().hash(_same(password))


def verify_password(password: str, kept: str | None) -> bool:
    """Whether the password is the one that was hashed; takes as long where there is none to compare with."""
    if len(password) > MOST_PASSWORD:
        return False
    right = _argon().verify(_same(password), kept or _nobody())
    return right and kept is not None


def warm() -> None:
    """Make the hash that unknown names are compared with, so that the first of them takes no longer."""
    _nobody()


def new_secret() -> str:
    """A token for a session or an invite: 43 characters of URL-safe text, 256 random bits."""
    return secrets.token_urlsafe(32)


def new_token() -> str:
    """An API token: `assay_` and 43 characters, so that a secret scanner can know one."""
    return TOKEN_PREFIX + new_secret()


def hash_secret(secret: str) -> str:
    """What is kept of a token: SHA-256 in hex, 64 characters.

    >>> len(hash_secret("x"))
    64
    """
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def sign(text: str, key: bytes) -> str:
    """The text with a seal in front, for what a browser keeps for us and must not change."""
    return f"{seal(text, key)}.{text}"


def unsign(sealed: str, key: bytes) -> str | None:
    """The text of `sign`; None when a single character differs.

    >>> unsign(sign("saved", b"k"), b"k")
    'saved'
    >>> unsign(sign("saved", b"k"), b"another") is None
    True
    """
    given, dot, text = sealed.partition(".")
    return text if dot and is_same(given, seal(text, key)) else None


def is_same(given: str, right: str) -> bool:
    """Whether two secrets are the same; takes as long for one that is nearly right."""
    return hmac.compare_digest(given.encode(), right.encode())


def seal(text: str, key: bytes) -> str:
    """HMAC-SHA-256 of a text in hex, 64 characters: only who has the key can make it."""
    return hmac.new(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def _same(password: str) -> str:
    """One spelling for what different keyboards type for the same letters (NIST 800-63B)."""
    return unicodedata.normalize("NFKC", password)
