"""The effects of a fault on the agent's configuration, on a response, on a connection and on a host."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.wire.endpoint import ASSETS
from pendo_contracts.wire.pixel_gif import PIXEL_GIF
from pendo_emulator.response import OutgoingResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# Deletes the cookies and the stored values whose names begin with `_pendo_`, on the page's host and its parent domains.
_LOSE_COOKIES: Final = b"""(function () {
  document.cookie.split(/; */).forEach(function (pair) {
    var name = pair.split("=")[0], labels = location.hostname.split(".");
    if (name.indexOf("_pendo_") !== 0) return;
    var end = name + "=; expires=Thu, 01 Jan 1970 00:00:00 GMT; path=/";
    document.cookie = end;
    for (; labels.length > 1; labels.shift()) document.cookie = end + "; domain=" + labels.join(".");
  });
  ["localStorage", "sessionStorage"].forEach(function (name) {
    try {
      var store = window[name];
      Object.keys(store).forEach(function (key) { if (key.indexOf("_pendo_") === 0) store.removeItem(key); });
    } catch (error) { /* the browser blocks the store, so it has nothing to lose */ }
  });
})();
"""

_BODIES: Final[Mapping[str, tuple[bytes, str]]] = {
    "gif": (PIXEL_GIF, "image/gif"),
    "json": (b"{}", "application/json"),
    "html": (b"<!doctype html><title>Not Pendo</title>", "text/html"),
    "empty": (b"", "text/plain"),
    "opted-out": (b'{"statusCode": 451}', "application/json"),
}


def _set_status(response: OutgoingResponse, status: float) -> OutgoingResponse:
    return _set_body(response._replace(status=int(status)), "empty")


def _set_body(response: OutgoingResponse, kind: str) -> OutgoingResponse:
    body, mimetype = _BODIES[kind]
    return OutgoingResponse(body, response.status, {**response.headers, "content-type": mimetype})


def _set_retry_after(response: OutgoingResponse, seconds: int) -> OutgoingResponse:
    return response.with_headers({"retry-after": str(seconds)})


def _drop_cors(response: OutgoingResponse, _: object) -> OutgoingResponse:
    headers = {name: value for name, value in response.headers.items() if not name.startswith("access-control-")}
    return response._replace(headers=headers)


def _lose_cookies(response: OutgoingResponse, _: object) -> OutgoingResponse:
    if not response.headers.get("content-type", "").startswith("text/javascript"):
        return response  # another effect replaced the script
    return response._replace(body=_LOSE_COOKIES + response.body)


def _set_content_type(response: OutgoingResponse, mimetype: str) -> OutgoingResponse:
    return response.with_headers({"content-type": mimetype})


def _forbid_sniffing(response: OutgoingResponse, _: object) -> OutgoingResponse:
    return response.with_headers({"x-content-type-options": "nosniff"})


def _cut_body(response: OutgoingResponse, _: object) -> OutgoingResponse:
    return response._replace(body=response.body[: len(response.body) // 2])


def _truncate(response: OutgoingResponse, _: object) -> OutgoingResponse:
    size = len(response.body)
    headers = {**response.headers, "content-length": str(max(1, size))}
    return OutgoingResponse(response.body[: size // 2], response.status, headers)


# Effects that apply only to requests to some endpoints.
ENDPOINTS_OF: Final[Mapping[str, frozenset[str]]] = {
    "disable_agent": frozenset(ASSETS),
    "lose_cookies": frozenset({"pendo.js"}),
}
CONFIGURATION_EFFECTS: Final[Mapping[str, Mapping[str, Any]]] = {"disable_agent": {"disablePendo": True}}
# In the order in which they are applied: a status empties the body before `body` sets another body.
RESPONSE_EFFECTS: Final[Mapping[str, Callable[[OutgoingResponse, Any], OutgoingResponse]]] = {
    "status": _set_status,
    "body": _set_body,
    "retry_after": _set_retry_after,
    "no_cors": _drop_cors,
    "lose_cookies": _lose_cookies,
    "content_type": _set_content_type,
    "nosniff": _forbid_sniffing,
    "cut_body": _cut_body,
    "truncate": _truncate,
}
CONNECTION_EFFECTS: Final = ("delay", "drip", "hang", "reset")
# Effects on a host, which apply before a request: in a TLS handshake, and when the proxy resolves a name.
HOST_EFFECTS: Final = ("certificate", "unresolved")
NO_RESPONSE: Final = frozenset({"hang", "reset"})
