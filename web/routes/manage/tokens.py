"""Keys for scripts: made, shown once, revoked."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from labeling.errors import AssayError, NotFound
from labeling.services import members as services
from labeling.store import members
from prep.phrase import phrase
from web import security
from web.auth import Managing, Seat
from web.catalogue import t, tn
from web.errors import status_of
from web.routes.manage.frame import Form, Verdict, go, page, store_of, text, whole
from web.routes.manage.settings import TABS

router = APIRouter(include_in_schema=False)
SCOPES = [
    ("read", phrase("see projects, items, answers, numbers and datasets")),
    ("label", phrase("be handed items and answer them")),
    ("manage", phrase("change what you may change")),
]


@router.get("/projects/{name}/settings/tokens")
def show(request: Request, seat: Managing) -> HTMLResponse:
    """One's own tokens; nobody sees another's."""
    return _page(request, seat)


@router.post("/projects/{name}/settings/tokens")
def make(request: Request, seat: Managing, form: Form) -> HTMLResponse:
    """A new token, which this page shows once."""
    secret = security.new_token()
    scopes = [scope for scope in form.getlist("scopes") if isinstance(scope, str)]
    try:
        token = store_of(request).write(
            services.create_token,
            member=seat.member.id,
            name=text(form, "name"),
            token_hash=security.hash_secret(secret),
            scopes=scopes,
            actor=seat.member.id,
        )
    except AssayError as error:
        return _page(request, seat, error=error)
    return _page(request, seat, made={"name": token.name, "secret": secret})


@router.post("/projects/{name}/settings/tokens/revoke")
def revoke(request: Request, seat: Managing, form: Form) -> Response:
    """End one of one's own tokens."""
    number = whole(form, "token", t("token's number"))
    with store_of(request).read() as connection:
        own = {token.id: token for token in members.tokens(connection, seat.member.id)}
    if number not in own:
        raise NotFound("token of yours", number)
    store_of(request).write(services.revoke_token, token=number, actor=seat.member.id)
    return go(request, seat, "settings/tokens", t("The token %(name)s opens nothing any more.", name=own[number].name))


def _page(
    request: Request, seat: Seat, *, error: AssayError | None = None, made: dict[str, str] | None = None
) -> HTMLResponse:
    with store_of(request).read() as connection:
        rows = members.tokens(connection, seat.member.id)
    live = sum(token.revoked_at is None for token in rows)
    return page(
        request,
        seat,
        "tokens.html",
        heading=t("Which scripts may act for you?"),
        verdict=Verdict(
            tn("%(n)s of your tokens work.", "%(n)s of your tokens work.", live)
            if live
            else t("None: you have no token that works.")
        ),
        tabs=TABS,
        status=200 if error is None else status_of(error),
        error=error,
        made=made,
        scopes=SCOPES,
        rows=rows,
    )
