"""The login of a browser: a cookie that proves the token, for pages that cannot send the header Authorization."""

from __future__ import annotations

import hmac
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from flask import Request, Response
    from werkzeug.datastructures import Headers

    from pendo_contracts.common.access_policy import AccessPolicy

# A page of another site cannot send this header without a preflight, which the control API does not answer.
CHANGE_HEADER: Final = "x-emulator-console"

_READING: Final = frozenset({"GET", "HEAD"})
_PURPOSE: Final = b"pendo-emulator console session"
_PORT: Final = re.compile(r":(\d{1,5})\Z")


def is_right_token(policy: AccessPolicy, token: str) -> bool:
    """Return whether a text is the token of the control API."""
    return bool(policy.token) and hmac.compare_digest(token.encode(), policy.token.encode())


def start_session(policy: AccessPolicy, request: Request, response: Response) -> None:
    """Give the browser a cookie that scripts cannot read; it contains a digest of the token, not the token."""
    response.set_cookie(
        _cookie_name(request.host), _proof(policy), httponly=True, samesite="Lax", secure=request.is_secure, path="/"
    )


def end_session(request: Request, response: Response) -> None:
    """Delete the browser's cookie."""
    response.delete_cookie(_cookie_name(request.host), httponly=True, samesite="Lax", path="/")


def has_session(policy: AccessPolicy, request: Request) -> bool:
    """Return whether a request has a valid cookie and comes from the console's own pages or from a followed link.

    Browsers send a cookie to every port of a host, and for requests of pages on other ports too. Therefore the request
    must also come from the same origin.
    """
    cookie = request.cookies.get(_cookie_name(request.host), "")
    if not policy.token or not hmac.compare_digest(cookie.encode(), _proof(policy).encode()):
        return False
    return is_from_same_origin(request.headers, request.method, request.host)


def is_from_same_origin(headers: Headers, method: str, host: str) -> bool:
    """Return whether a browser's request comes from a page of this host, or opens a page in the address bar."""
    origin = headers.get("Origin")
    if origin is not None and origin.partition("://")[2] != host:
        return False
    if headers.get("Sec-Fetch-Site", "same-origin") in {"same-origin", "none"}:
        return True
    return method in _READING and headers.get("Sec-Fetch-Mode") == "navigate"


def lacks_change_header(headers: Headers, method: str) -> bool:
    """Return whether a browser's request would change something without the header that only our script sends.

    Programs that are not browsers need no header: they send no `Sec-Fetch-Site`, or the token. The value `none` means
    that no page sends the request.
    """
    if method in _READING or "Authorization" in headers:
        return False
    return headers.get("Sec-Fetch-Site", "none") != "none" and CHANGE_HEADER not in headers


def local_target(target: str) -> str:
    """Return the path to open after the login; `/` for a text that leads to another host."""
    is_local = target.startswith("/") and not target.startswith("//") and "\\" not in target and target.isprintable()
    return target if is_local else "/"


def _proof(policy: AccessPolicy) -> str:
    return hmac.new(policy.token.encode(), _PURPOSE, "sha256").hexdigest()


def _cookie_name(host: str) -> str:
    """Return a name with the port, because two emulators on one machine share the cookies of its name."""
    port = _PORT.search(host)
    return f"pendo-emulator-{port[1] if port else 'session'}"
