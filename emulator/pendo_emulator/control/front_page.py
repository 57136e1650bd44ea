"""The emulator's own page for browsers, and the files that browsers request together with a page."""

from __future__ import annotations

import re
import shlex
from typing import Final

from flask import Blueprint, current_app, render_template, request

from pendo_contracts.wire.region import REGIONS
from pendo_emulator.addresses import CONTROL_PREFIX, HOST_PREFIX, RULES_PATH
from pendo_emulator.response import OutgoingResponse, problem, response

front_page: Final = Blueprint("front_page", __name__, template_folder="templates")

API_KEY: Final = "demo"
EVENT: Final = '{"type": "track", "event": "Signed Up", "userId": "u1"}'

# The valid values of a Host header; other values are not safe, because the page shows the host in a shell command.
_NETLOC: Final = re.compile(r"[\w.-]+(:\d+)?|\[[0-9a-f:.]+\](:\d+)?", re.ASCII | re.IGNORECASE)


@front_page.get("/")
def index() -> OutgoingResponse:
    """Return a page that explains the server, shows how to send a first event, and lists the hosts."""
    url = f"{request.scheme}://{request.host if _NETLOC.fullmatch(request.host) else 'localhost'}"
    target = f"{url}{HOST_PREFIX}data.pendo.io/data/segmentio/{API_KEY}"
    command = ["curl", "-i", "-H", "Content-Type: application/json", "-d", EVENT, target]
    page = render_template(
        "front_page.html",
        url=url,
        control=f"{CONTROL_PREFIX}/",
        rules=RULES_PATH,
        host_prefix=HOST_PREFIX,
        api_key=API_KEY,
        command=shlex.join(command),
        regions=REGIONS.values(),
        cnames=current_app.extensions["cnames"],
        needs_token=current_app.extensions["needs_token"],
    )
    return response(page.encode(), "text/html; charset=utf-8")


@front_page.get("/favicon.ico")
def favicon() -> OutgoingResponse:
    """Return no icon."""
    return response(b"", "image/x-icon", 204)


@front_page.get("/robots.txt")
def robots() -> OutgoingResponse:
    """Return a robots.txt that forbids search engines to index any page."""
    return response(b"User-agent: *\nDisallow: /\n", "text/plain; charset=utf-8")


@front_page.get("/.well-known/", defaults={"name": ""})
@front_page.get("/.well-known/<path:name>")
@front_page.get("/apple-touch-icon<path:name>")
def absent(name: str) -> OutgoingResponse:  # noqa: ARG001 - the route's
    """Answer 404 for files that browsers request and that the emulator does not have."""
    return problem(404, f"the emulator has no {request.path}")
