"""Members, their passwords, sessions, invites and tokens. Hashing is the caller's: only hashes come in here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from labeling import shortcuts
from labeling.errors import Conflict, NotFound, Unusable
from labeling.model import Member, Token
from labeling.store import Writing, members
from prep.phrase import phrase

NAME = re.compile(r"[\w][\w.@+-]{0,79}", re.UNICODE)
SCOPES = ("read", "label", "manage")


def create_member(
    tx: Writing,
    *,
    name: str,
    password_hash: str | None = None,
    display: str = "",
    is_admin: bool = False,
    actor: int | None,
) -> Member:
    """A new member; without a password they cannot sign in until they take an invite.

    Raises Unusable for a name with spaces or signs, Conflict for one that is taken.
    """
    if not NAME.fullmatch(name):
        raise Unusable(
            phrase("%(name)r cannot be a name to sign in with", name=name[:80]),
            cure=phrase("Use up to 80 letters, digits and . _ @ + -, beginning with a letter or digit."),
        )
    if len(display) > 200:
        raise Unusable(phrase("The shown name is too long"), cure=phrase("Use at most 200 characters."))
    if members.find(tx.connection, name) is not None:
        raise Conflict(phrase("There is a member %(name)r already. Choose another name.", name=name))
    member = members.add(
        tx.connection, name=name, display=display, password_hash=password_hash, is_admin=is_admin, now=tx.now
    )
    tx.log(actor, "create_member", None, name, admin=is_admin)
    return member


def set_password(tx: Writing, *, member: int, password_hash: str, actor: int | None) -> None:
    """A new password; every session of the member ends."""
    one = members.by_id(tx.connection, member)
    members.change(tx.connection, member, password_hash=password_hash)
    members.end_sessions(tx.connection, member)
    tx.log(actor, "set_password", None, one.name)


def disable_member(tx: Writing, *, member: int, actor: int | None) -> None:
    """They cannot sign in any more and their sessions end; their work stays. The last admin cannot be disabled."""
    one = members.by_id(tx.connection, member)
    others = [m for m in members.listing(tx.connection) if m.is_admin and m.disabled_at is None and m.id != member]
    if one.is_admin and not others:
        raise Conflict(phrase("%(name)r is the last admin. Make somebody else admin first.", name=one.name))
    members.change(tx.connection, member, disabled_at=tx.now)
    members.end_sessions(tx.connection, member)
    tx.log(actor, "disable_member", None, one.name)


def enable_member(tx: Writing, *, member: int, actor: int | None) -> None:
    """They may sign in again."""
    one = members.by_id(tx.connection, member)
    members.change(tx.connection, member, disabled_at=None)
    tx.log(actor, "enable_member", None, one.name)


def set_admin(tx: Writing, *, member: int, is_admin: bool, actor: int | None) -> None:
    """Make somebody an admin, or no longer one. The last admin stays."""
    one = members.by_id(tx.connection, member)
    others = [m for m in members.listing(tx.connection) if m.is_admin and m.disabled_at is None and m.id != member]
    if not is_admin and one.is_admin and not others:
        raise Conflict(phrase("%(name)r is the last admin. Make somebody else admin first.", name=one.name))
    members.change(tx.connection, member, is_admin=is_admin)
    tx.log(actor, "set_admin", None, one.name, admin=is_admin)


def invite(tx: Writing, *, member: int, secret_hash: str, hours: int = 72, actor: int | None) -> None:
    """A link with which a member sets a password, once; their earlier links stop working."""
    one = members.by_id(tx.connection, member)
    if one.disabled_at is not None:
        raise Conflict(phrase("%(name)r is disabled. Enable them first.", name=one.name))
    members.add_invite(
        tx.connection, member=member, secret_hash=secret_hash, now=tx.now, expires_at=tx.now + hours * 3_600_000
    )
    tx.log(actor, "invite", None, one.name, hours=hours)


def accept_invite(tx: Writing, *, secret_hash: str, password_hash: str) -> Member:
    """Set the password an invite was for. Raises NotFound for one that is unknown, used or over."""
    one = members.invite(tx.connection, secret_hash, tx.now)
    if one is None:
        raise NotFound("invite that still works", "this link")
    members.use_invite(tx.connection, secret_hash, tx.now)
    members.change(tx.connection, one.id, password_hash=password_hash)
    members.end_sessions(tx.connection, one.id)
    tx.log(one.id, "accept_invite", None, one.name)
    return one


def open_session(tx: Writing, *, member: int, token_hash: str, hours: int = 12) -> None:
    """Somebody has signed in."""
    one = members.by_id(tx.connection, member)
    members.add_session(
        tx.connection, member=member, token_hash=token_hash, now=tx.now, expires_at=tx.now + hours * 3_600_000
    )
    tx.log(member, "sign_in", None, one.name)


def touch_session(tx: Writing, *, token_hash: str, hours: int = 12) -> None:
    """A session in use lasts on. No line in the log: nothing anybody relies on has changed."""
    members.extend_session(tx.connection, token_hash, tx.now + hours * 3_600_000)


def close_session(tx: Writing, *, token_hash: str) -> None:
    """Somebody has signed out; twice is once."""
    owner = members.session_owner(tx.connection, token_hash)
    if owner is not None:
        members.end_session(tx.connection, token_hash)
        tx.log(owner, "sign_out", None, members.by_id(tx.connection, owner).name)


def close_sessions(tx: Writing, *, member: int, actor: int | None) -> int:
    """End every session of a member; how many there were."""
    one = members.by_id(tx.connection, member)
    count = members.end_sessions(tx.connection, member)
    tx.log(actor, "close_sessions", None, one.name, count=count)
    return count


def create_token(
    tx: Writing, *, member: int, name: str, token_hash: str, scopes: Sequence[str], actor: int | None
) -> Token:
    """A key for scripts, with what it may do. Raises NotFound, Unusable for an unknown scope or no name."""
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown or not scopes:
        raise Unusable(
            phrase("The scopes %(scopes)s cannot be given", scopes=list(scopes)),
            cure=phrase("Give one or more of: %(names)s.", names=", ".join(SCOPES)),
        )
    if not name.strip() or len(name) > 80:
        raise Unusable(phrase("A token needs a name"), cure=phrase("Say in up to 80 characters what it is for."))
    members.by_id(tx.connection, member)
    token = members.add_token(
        tx.connection, member=member, name=name.strip(), token_hash=token_hash, scopes=sorted(set(scopes)), now=tx.now
    )
    tx.log(actor, "create_token", None, token.id, name=token.name, scopes=list(token.scopes))
    return token


def revoke_token(tx: Writing, *, token: int, actor: int | None) -> None:
    """It opens nothing any more; twice is once."""
    one = members.one_token(tx.connection, token)
    if one.revoked_at is None:
        members.revoke_token(tx.connection, token, tx.now)
        tx.log(actor, "revoke_token", None, token, name=one.name)


def set_desk(tx: Writing, *, member: int, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """The keys a member wants at every desk (labeling.shortcuts); all keys then. Nothing chosen gives the defaults.

    Raises Unusable for a key that does two things.
    """
    who = members.by_id(tx.connection, member)
    found = shortcuts.chosen(chosen)
    members.set_desk(tx.connection, member, dict(chosen))
    tx.log(member, "set_desk", None, who.name)
    return found
