"""Members, their sessions, invites and tokens, and their roles in projects."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, insert, select, update

from labeling.errors import NotFound
from labeling.model import Member, Token
from labeling.store import schema as t
from labeling.store.quick import Quick
from labeling.store.rows import AnyRow, new_number

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_session = Quick(
    select(t.members)
    .join(t.sessions, t.sessions.c.member_id == t.members.c.id)
    .where(
        t.sessions.c.token_hash == bindparam("hash"),
        t.sessions.c.expires_at > bindparam("now"),
        t.members.c.disabled_at.is_(None),
    )
)
_token = Quick(
    select(t.members, t.tokens.c.scopes)
    .join(t.tokens, t.tokens.c.member_id == t.members.c.id)
    .where(
        t.tokens.c.token_hash == bindparam("hash"),
        t.tokens.c.revoked_at.is_(None),
        t.members.c.disabled_at.is_(None),
    )
)


def _member(row: AnyRow) -> Member:
    return Member(
        row.id,
        row.name,
        row.display,
        bool(row.is_admin),
        row.created_at,
        row.disabled_at,
        row.password_hash is not None,
    )


def by_id(connection: Connection, member: int) -> Member:
    """The member of that number. Raises NotFound."""
    row = connection.execute(select(t.members).where(t.members.c.id == member)).first()
    if row is None:
        raise NotFound("member", member)
    return _member(row)


def desk(connection: Connection, member: int) -> dict[str, Any]:
    """What a member has chosen for the desk; empty for nothing."""
    kept = connection.execute(select(t.members.c.desk).where(t.members.c.id == member)).scalar_one_or_none()
    found: dict[str, Any] = json.loads(kept) if kept else {}
    return found


def set_desk(connection: Connection, member: int, values: dict[str, Any]) -> None:
    """Keep what a member has chosen for the desk."""
    text = json.dumps(values, ensure_ascii=False) if values else ""
    connection.execute(update(t.members).where(t.members.c.id == member).values(desk=text))


def by_name(connection: Connection, name: str) -> Member:
    """The member of that name. Raises NotFound, naming the nearest."""
    found = find(connection, name)
    if found is None:
        raise NotFound("member", name, [member.name for member in listing(connection)])
    return found


def find(connection: Connection, name: str) -> Member | None:
    """The member of that name, if there is one."""
    row = connection.execute(select(t.members).where(t.members.c.name == name)).first()
    return None if row is None else _member(row)


def listing(connection: Connection) -> list[Member]:
    """All members by name."""
    return [_member(row) for row in connection.execute(select(t.members).order_by(t.members.c.name))]


def password_hash(connection: Connection, name: str) -> tuple[Member, str | None] | None:
    """A member who may sign in, with the hash of their password; None where there is none."""
    row = connection.execute(
        select(t.members).where(t.members.c.name == name, t.members.c.disabled_at.is_(None))
    ).first()
    return None if row is None else (_member(row), row.password_hash)


def add(
    connection: Connection, *, name: str, display: str, password_hash: str | None, is_admin: bool, now: int
) -> Member:
    """A new row."""
    values = {
        "name": name,
        "display": display,
        "password_hash": password_hash,
        "is_admin": is_admin,
        "created_at": now,
    }
    done = connection.execute(insert(t.members), values)
    return by_id(connection, new_number(done))


def change(connection: Connection, member: int, **values: Any) -> None:
    """Set columns of one member."""
    connection.execute(update(t.members).where(t.members.c.id == member).values(**values))


def session(connection: Connection, token_hash: str, now: int) -> Member | None:
    """Whose session this is; None when it is over, revoked, or its member disabled."""
    row = _session.one(connection, hash=token_hash, now=now)
    return None if row is None else _member(row)


def add_session(connection: Connection, *, member: int, token_hash: str, now: int, expires_at: int) -> None:
    """A new session; sessions that are over are swept out."""
    connection.execute(delete(t.sessions).where(t.sessions.c.expires_at <= now))
    values = {"token_hash": token_hash, "member_id": member, "created_at": now, "expires_at": expires_at}
    connection.execute(insert(t.sessions), values)


def extend_session(connection: Connection, token_hash: str, expires_at: int) -> None:
    """Let a session last until then."""
    connection.execute(update(t.sessions).where(t.sessions.c.token_hash == token_hash).values(expires_at=expires_at))


def session_owner(connection: Connection, token_hash: str) -> int | None:
    """Whose session it is or was."""
    return connection.execute(
        select(t.sessions.c.member_id).where(t.sessions.c.token_hash == token_hash)
    ).scalar_one_or_none()


def end_session(connection: Connection, token_hash: str) -> None:
    """Forget one session."""
    connection.execute(delete(t.sessions).where(t.sessions.c.token_hash == token_hash))


def end_sessions(connection: Connection, member: int) -> int:
    """Forget all sessions of a member; how many there were."""
    return connection.execute(delete(t.sessions).where(t.sessions.c.member_id == member)).rowcount


def add_invite(connection: Connection, *, member: int, secret_hash: str, now: int, expires_at: int) -> None:
    """A new invite; the member's earlier ones stop working."""
    connection.execute(delete(t.invites).where(t.invites.c.member_id == member, t.invites.c.used_at.is_(None)))
    values = {"secret_hash": secret_hash, "member_id": member, "created_at": now, "expires_at": expires_at}
    connection.execute(insert(t.invites), values)


def invite(connection: Connection, secret_hash: str, now: int) -> Member | None:
    """Whom an invite is for; None when it was used, is over, or its member disabled."""
    row = connection.execute(
        select(t.members)
        .join(t.invites, t.invites.c.member_id == t.members.c.id)
        .where(
            t.invites.c.secret_hash == secret_hash,
            t.invites.c.used_at.is_(None),
            t.invites.c.expires_at > now,
            t.members.c.disabled_at.is_(None),
        )
    ).first()
    return None if row is None else _member(row)


def use_invite(connection: Connection, secret_hash: str, now: int) -> None:
    """It cannot be used again."""
    connection.execute(update(t.invites).where(t.invites.c.secret_hash == secret_hash).values(used_at=now))


def token(connection: Connection, token_hash: str) -> tuple[Member, tuple[str, ...]] | None:
    """Whose token this is and what it may do; None when it is unknown or revoked."""
    row = _token.one(connection, hash=token_hash)
    return None if row is None else (_member(row), tuple(json.loads(row.scopes)))


def tokens(connection: Connection, member: int) -> list[Token]:
    """A member's tokens, the newest first, revoked ones too."""
    query = select(t.tokens).where(t.tokens.c.member_id == member).order_by(t.tokens.c.id.desc())
    return [_as_token(row) for row in connection.execute(query)]


def one_token(connection: Connection, token: int) -> Token:
    """The token of that number. Raises NotFound."""
    row = connection.execute(select(t.tokens).where(t.tokens.c.id == token)).first()
    if row is None:
        raise NotFound("token", token)
    return _as_token(row)


def _as_token(row: AnyRow) -> Token:
    return Token(row.id, row.member_id, row.name, tuple(json.loads(row.scopes)), row.created_at, row.revoked_at)


def add_token(
    connection: Connection, *, member: int, name: str, token_hash: str, scopes: Sequence[str], now: int
) -> Token:
    """A new token."""
    values = {
        "member_id": member,
        "name": name,
        "token_hash": token_hash,
        "scopes": json.dumps(list(scopes)),
        "created_at": now,
    }
    done = connection.execute(insert(t.tokens), values)
    return one_token(connection, new_number(done))


def revoke_token(connection: Connection, token: int, now: int) -> None:
    """It opens nothing any more."""
    connection.execute(update(t.tokens).where(t.tokens.c.id == token).values(revoked_at=now))
