"""From what went wrong to what the caller is told: one table, a page for browsers, JSON for scripts."""

from __future__ import annotations

import logging
import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from labeling import errors as labeling
from prep import errors as prep
from web.catalogue import t, tn
from web.numbers import Measuring

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from fastapi import FastAPI
    from starlette.types import Receive, Scope, Send

    Endpoint = Callable[[Request], Awaitable[Response]]

logger = logging.getLogger("assay")


class NotSignedIn(labeling.AssayError):
    """Nobody is signed in, or the session is over."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text or t("You are not signed in, or your session is over. Sign in."))


class Missing(labeling.NotFound):
    """Something is not there, said in a sentence of its own."""

    def __init__(self, text: str) -> None:
        super().__init__("thing", "")
        self.args = (text,)


class TooManyTries(labeling.AssayError):
    """Too many wrong passwords; `retry_seconds` says how long to wait."""

    def __init__(self, retry_seconds: int) -> None:
        self.retry_seconds = max(1, retry_seconds)
        minutes = -(-self.retry_seconds // 60)
        super().__init__(
            tn(
                "Too many tries. Wait %(n)s minute, then try again.",
                "Too many tries. Wait %(n)s minutes, then try again.",
                minutes,
            )
        )


class TooFast(labeling.AssayError):
    """More answers than a person can give; `retry_seconds` says how long to wait."""

    def __init__(self, retry_seconds: int) -> None:
        self.retry_seconds = max(1, retry_seconds)
        super().__init__(
            tn(
                "That is more than one person can answer. Send it again in %(n)s second; nothing of it is lost.",
                "That is more than one person can answer. Send it again in %(n)s seconds; nothing of it is lost.",
                self.retry_seconds,
            )
        )


STATUS: dict[type[Exception], int] = {
    NotSignedIn: 401,
    TooManyTries: 429,
    TooFast: 429,
    labeling.Unusable: 400,
    labeling.NotFound: 404,
    labeling.NotAllowed: 403,
    labeling.Conflict: 409,
    labeling.GuidelineDue: 409,
    labeling.StorageFull: 507,
    labeling.AssayError: 500,
    prep.Busy: 409,
    prep.PrepError: 400,
}


def title_of(status: int) -> str:
    """What a page says above an error of that status."""
    return {
        400: t("This cannot be used"),
        401: t("Please sign in"),
        403: t("You may not do this"),
        404: t("There is no such page"),
        405: t("This page cannot do that"),
        409: t("Something has changed meanwhile"),
        413: t("This is too large"),
        429: t("Too many tries"),
        500: t("Something went wrong here"),
        507: t("The disk is full"),
    }.get(status, t("This did not work"))


def status_of(error: Exception) -> int:
    """The HTTP status for an error, by its class or the nearest one above it.

    >>> status_of(labeling.Stale("another tab was first"))
    409
    """
    return next((STATUS[one] for one in type(error).__mro__ if one in STATUS), 500)


def as_json(error: Exception) -> dict[str, Any]:
    """The body for scripts: the class, the sentence, and the facts that the error carries.

    >>> as_json(labeling.GuidelineDue(3))["error"]["version"]
    3
    """
    facts = {
        name: value
        for name, value in vars(error).items()
        if isinstance(value, str | int | float) and value != "" and name not in {"what", "cure", "noun"}
    }
    return {"error": {**facts, "type": type(error).__name__, "message": str(error)}}


def install(app: FastAPI) -> None:
    """Tell the app how each kind of error is answered."""
    for one in (labeling.AssayError, prep.PrepError):
        app.add_exception_handler(one, _known)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _unknown)


async def told(endpoint: Endpoint, scope: Scope, receive: Receive, send: Send) -> None:
    """Run an endpoint that no framework stands around; its errors are answered as everywhere else."""
    request = Request(scope, receive, send)
    try:
        response = await endpoint(request)
    except (labeling.AssayError, prep.PrepError) as error:
        response = await _known(request, error)
    except HTTPException as error:
        response = await _http(request, error)
    except ClientDisconnect:
        return
    except Exception as error:  # noqa: BLE001 - the outermost door
        response = await _unknown(request, error)
    await response(scope, receive, send)


def is_for_scripts(request: Request) -> bool:
    """Whether the answer is read by a program."""
    return request.url.path.startswith("/api/")


async def _known(request: Request, error: Exception) -> Response:
    status = status_of(error)
    if isinstance(error, Measuring):
        return _measuring(request, error)
    if status == 500:
        return await _unknown(request, error)
    if isinstance(error, NotSignedIn) and not is_for_scripts(request):
        back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        where = f"?next={quote(back)}" if request.method == "GET" and back != "/" else ""
        return RedirectResponse(f"/login{where}", 303)
    headers = {}
    if isinstance(error, TooManyTries | TooFast):
        headers["retry-after"] = str(error.retry_seconds)
    if isinstance(error, NotSignedIn):
        headers["www-authenticate"] = "Bearer"
    return _answer(request, status, as_json(error), headers)


def _measuring(request: Request, error: Measuring) -> Response:
    """Where to look: a page that follows the job and then shows what was asked for."""
    job = error.job
    if is_for_scripts(request):
        where = f"/api/v1/projects/{quote(job.project)}/jobs/{job.id}"
        return JSONResponse({**job.as_json(), "url": where, "message": str(error)}, 202, {"location": where})
    job.then = job.then or request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/projects/{quote(job.project)}/jobs/{job.id}", 303)


async def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    words = error.detail if isinstance(error, HTTPException) else ""
    if status == 404:
        words = t("Nothing is at %(path)s.", path=request.url.path)
    if status == 405:
        words = t("%(path)s does not take %(method)s.", path=request.url.path, method=request.method)
    kind = {404: "NotFound", 405: "NotAllowed", 413: "TooLarge"}.get(status, "Unusable")
    headers = dict(getattr(error, "headers", None) or {})
    return _answer(request, status, {"error": {"type": kind, "message": words}}, headers)


async def _invalid(request: Request, error: Exception) -> Response:
    """A field that is missing or of the wrong type, named."""
    found = error.errors()[0] if isinstance(error, RequestValidationError) else {}
    where = ".".join(str(part) for part in found.get("loc", ())[1:]) or "The request"
    body = {"type": "Unusable", "message": f"{where}: {found.get('msg', 'cannot be used')}.", "field": where}
    return _answer(request, 400, {"error": body}, {})


async def _unknown(request: Request, error: Exception) -> Response:
    """A fault of ours: the person gets a number to tell, the log gets the rest."""
    number = secrets.token_hex(4)
    logger.error("error %s at %s %s", number, request.method, request.url.path, exc_info=error)
    words = t("This is a fault of the server, not yours. It is in its log under %(number)s.", number=number)
    return _answer(request, 500, {"error": {"type": "Fault", "message": words, "id": number}}, {})


def _answer(request: Request, status: int, body: dict[str, Any], headers: dict[str, str]) -> Response:
    if is_for_scripts(request):
        return JSONResponse(body, status, headers)
    from web.auth import visitor
    from web.pages import render

    visitor(request)  # the frame of the page says who is signed in
    error = body["error"]
    page = render(
        request,
        "error.html",
        status=status,
        code=status,
        title=title_of(status),
        message=error["message"],
        error=error,
    )
    page.headers.update(headers)
    return page
