"""A message to an address that the operator named: one POST of JSON, once, without following where it is sent on to.

The address comes from the command line, never from data. Redirects are not followed: an address that is allowed must not
lead the machine to one that is not.
"""

from __future__ import annotations

import http.client
import json
import math
from typing import Any
from urllib.parse import urlsplit

from labeling.errors import AssayError, Unusable

KEPT_COLUMNS = 50


class NotDelivered(AssayError):
    """An alert did not arrive; says why."""


def check(url: str, seconds: float) -> None:
    """Raises Unusable for what is no address to POST to, before any work is done.

    >>> check("https://hooks.example.org/drift", 10)
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0 or any(ord(one) <= 32 for one in url):
        raise Unusable(
            f"{url[:80]!r} is no address for an alert", cure="Give one such as https://hooks.example.org/drift."
        )
    if parts.username is not None or parts.password is not None:
        raise Unusable("The alert's address holds a password", cure="Use an address with a token in its path instead.")
    if not 0 < seconds < math.inf:
        raise Unusable(f"{seconds} seconds is no time to wait", cure="Give more than 0.")


def send(url: str, found: dict[str, Any], *, seconds: float) -> None:
    """POST what `drift --json` says (of the columns, the first fifty that drifted) as JSON; anything but 2xx is a failure.

    Raises Unusable, NotDelivered.
    """
    check(url, seconds)
    drifted = [
        {name: one[name] for name in ("name", "test", "statistic", "p_adjusted", "psi", "js", "reasons")}
        for one in found["columns"]
        if one["has_drifted"]
    ]
    names = ("format", "has_drifted", "schema_changed", "headline", "old", "new", "rows_old", "rows_new")
    body = {name: found[name] for name in (*names, "added", "removed", "retyped")} | {"drifted": drifted[:KEPT_COLUMNS]}
    payload = json.dumps({"event": "drift", **body}, ensure_ascii=False, allow_nan=False).encode()
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    line = kind(str(parts.hostname), parts.port, timeout=seconds)
    try:
        line.request("POST", target, payload, {"Content-Type": "application/json", "User-Agent": "assay"})
        status = line.getresponse().status
    except TimeoutError:
        raise NotDelivered(
            f"The alert was not delivered: {parts.netloc} did not answer in {seconds:g} seconds."
        ) from None
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        raise NotDelivered(f"The alert was not delivered: {parts.netloc}: {error or type(error).__name__}.") from error
    finally:
        line.close()
    if 300 <= status < 400:
        raise NotDelivered(
            f"The alert was not delivered: {parts.netloc} sends it on ({status}), which is not followed. Give the final address."
        )
    if not 200 <= status < 300:
        raise NotDelivered(f"The alert was not delivered: {parts.netloc} answered {status}.")
