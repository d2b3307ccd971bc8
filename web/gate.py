"""The one middleware, pure ASGI: whom the server answers, what may come in, and the headers of all that goes out.

In order: trusted hosts; requests that another site made somebody's browser send; the size of a body, counted as it
streams in; then, on the way out, the security headers and compression. On the way of every request: bytes are made
once, at the start.
"""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LEAST_COMPRESSED = 1024
PAGE_POLICY = (
    b"default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; "
    b"object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
DATA_POLICY = b"default-src 'none'; frame-ancestors 'none'; sandbox"
ALWAYS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
NOT_ALLOWED_TO_THE_PAGE = b"camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"


class TooLarge(HTTPException):
    """The body is larger than this server takes."""

    def __init__(self, most: int) -> None:
        megabytes = most / 1_000_000
        super().__init__(
            413, f"That is more than {megabytes:g} MB, the most this server takes at once. Split it into smaller files."
        )


class Gate:
    """Wraps the app. `hosts` are names without ports; `upload_paths` are endings of paths that take large bodies."""

    def __init__(
        self, app: ASGIApp, *, hosts: Iterable[str], is_secure: bool, body_bytes: int, upload_bytes: int
    ) -> None:
        self.app = app
        self.hosts = frozenset(host.lower().encode("idna" if not host.startswith("[") else "ascii") for host in hosts)
        self.schemes = (b"https://",) if is_secure else (b"http://", b"https://")
        self.body_bytes, self.upload_bytes = body_bytes, upload_bytes
        secure = [(b"strict-transport-security", b"max-age=31536000")] if is_secure else []
        private = [(b"cache-control", b"no-store")]
        self.page_headers = [
            *ALWAYS,
            *secure,
            (b"content-security-policy", PAGE_POLICY),
            (b"permissions-policy", NOT_ALLOWED_TO_THE_PAGE),
            *private,
        ]
        # What a script reads is not a page: fewer bytes, and nothing in it may run if a browser shows it as one.
        self.data_headers = [ALWAYS[0], ALWAYS[3], *secure, (b"content-security-policy", DATA_POLICY), *private]
        self.file_headers = [ALWAYS[0], ALWAYS[3], *secure]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through to the app, or refuse it in words."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # a websocket: there are none here
            await send({"type": "websocket.close", "code": 1008})
            return
        path: str = scope["path"]
        headers = dict(scope["headers"])
        going_out = _Outgoing(send, self._extra(path), takes_gzip=b"gzip" in headers.get(b"accept-encoding", b""))
        refusal = self._refusal(scope["method"], headers)
        if refusal is None and scope["method"] not in SAFE_METHODS:
            most = self.upload_bytes if _is_upload(path) else self.body_bytes
            length = headers.get(b"content-length", b"0")
            if not length.isdigit() or int(length) > most:
                refusal = 413, TooLarge(most).detail
            receive = _counted(receive, most)
        if refusal is None:
            await self.app(scope, receive, going_out)
        else:
            await _refuse(going_out, path, *refusal)

    def _extra(self, path: str) -> list[tuple[bytes, bytes]]:
        if path.startswith("/api/v1/"):
            return self.data_headers
        return self.file_headers if path.startswith("/static/") else self.page_headers

    def _refusal(self, method: str, headers: dict[bytes, bytes]) -> tuple[int, str] | None:
        """Why this request is not let in; None when it is."""
        name = headers.get(b"host", b"").lower()
        if name not in self.hosts and _without_port(name) not in self.hosts:
            return 400, "This server does not answer to that host name. Set ASSAY_TRUSTED_HOSTS to add one."
        if method in SAFE_METHODS:
            return None
        if method not in {"POST", "PUT", "PATCH", "DELETE"}:
            return 405, "This server does not know that method."
        site, origin = headers.get(b"sec-fetch-site"), headers.get(b"origin")
        if site:
            own = site in {b"same-origin", b"none"}
        else:  # sent only to HTTPS and this machine; elsewhere the origin tells, and programs send neither
            own = not origin or any(origin.lower() == scheme + name for scheme in self.schemes)
        return None if own else (403, "Another site sent this request. Open the page here and do it again.")


def _is_upload(path: str) -> bool:
    """Whether a path takes files: its last or last but one part begins with `import`, or is `gold` or `media`."""
    return any(part.startswith("import") or part in {"gold", "media"} for part in path.rstrip("/").rsplit("/", 2)[1:])


def _without_port(host: bytes) -> bytes:
    name, colon, port = host.rpartition(b":")
    return name if colon and port.isdigit() else host


def _counted(receive: Receive, most: int) -> Receive:
    """The same stream, cut off at so many bytes whatever the headers promised."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        if message["type"] == "http.request":
            seen += len(message.get("body", b""))
            if seen > most:
                raise TooLarge(most)
        return message

    return counted


class _Outgoing:
    """Adds the headers; compresses a page or JSON that comes in one piece and is worth it."""

    __slots__ = ("extra", "send", "start", "takes_gzip")

    def __init__(self, send: Send, extra: list[tuple[bytes, bytes]], *, takes_gzip: bool) -> None:
        self.send, self.extra, self.takes_gzip = send, extra, takes_gzip
        self.start: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = message["headers"] = list(message["headers"])
            if self.extra:
                own = {name for name, _ in headers}
                headers += [pair for pair in self.extra if pair[0] not in own]
            if self.takes_gzip and _is_compressible(headers):
                self.start = message
                return
            await self.send(message)
            return
        start, self.start = self.start, None
        if start is not None:
            start["headers"].append((b"vary", b"accept-encoding"))
            body = message.get("body", b"")
            if len(body) >= LEAST_COMPRESSED and not message.get("more_body"):
                body = _gzip(body)
                kept = [pair for pair in start["headers"] if pair[0] != b"content-length"]
                start["headers"] = [
                    *kept,
                    (b"content-encoding", b"gzip"),
                    (b"content-length", str(len(body)).encode()),
                ]
                message = {**message, "body": body}
            await self.send(start)
        await self.send(message)


def _is_compressible(headers: list[tuple[bytes, bytes]]) -> bool:
    text = False
    for name, value in headers:
        if name == b"content-encoding":
            return False
        if name == b"content-type":
            text = value.startswith((b"text/html", b"application/json"))
    return text


def _gzip(body: bytes) -> bytes:
    packer = zlib.compressobj(5, zlib.DEFLATED, 31)
    return packer.compress(body) + packer.flush()


async def _refuse(send: Send, path: str, status: int, text: str) -> None:
    """Plain words, or the error shape of the API; templates are not reached from here."""
    body, kind = text.encode(), b"text/plain; charset=utf-8"
    if path.startswith("/api/"):
        body, kind = json.dumps({"error": {"type": "Refused", "message": text}}).encode(), b"application/json"
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
