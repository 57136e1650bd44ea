"""The ready-made lines that connect each kind of client to this emulator, for the view "Set-up"."""

from __future__ import annotations

import re
import secrets
import shlex
from typing import TYPE_CHECKING, Final, NamedTuple

from pendo_emulator.addresses import HOST_PREFIX

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Request

EVENT: Final = '{"type": "track", "event": "Signed Up", "userId": "u1"}'

# The valid values of a Host header; other values are not safe, because the page shows the host in a shell command.
_NETLOC: Final = re.compile(r"(?P<host>[\w.-]+|\[[0-9a-f:.]+\])(:(?P<port>\d{1,5}))?", re.ASCII | re.IGNORECASE)


class ClientLines(NamedTuple):
    """The lines for one kind of client.

    `api_key` is the key that only these lines use, so that the page sees when they arrive; "" if nothing is to arrive.
    """

    name: str
    note: str
    text: str
    api_key: str = ""


class OwnUrl(NamedTuple):
    """The emulator's address as the browser knows it."""

    url: str
    host: str
    port: int


def own_url(request: Request) -> OwnUrl:
    """Return the address that the browser used; localhost if its Host header is not safe to show in a command."""
    matched = _NETLOC.fullmatch(request.host)
    netloc = request.host if matched else "localhost"
    port = (matched and matched["port"]) or ("443" if request.is_secure else "80")
    host = matched["host"].strip("[]") if matched else "localhost"
    return OwnUrl(f"{request.scheme}://{netloc}", host, int(port))


def client_groups(own: OwnUrl, cnames: Sequence[str]) -> tuple[tuple[str, tuple[ClientLines, ...]], ...]:
    """Return the kinds of clients in groups; each kind that sends an event has a new API key."""
    return (
        ("Send a first event", (_curl(own), _segment(own))),
        ("Connect a web page", (_page(own), _playwright(own), _chromium(own, cnames))),
        ("Connect a program", (_proxy(own), _node(own, cnames), _pytest())),
        ("Names and trust", (_hosts_file(own, cnames), _authority(cnames))),
    )


def _new_key(kind: str) -> str:
    return f"check-{kind}-{secrets.token_hex(3)}"


def _curl(own: OwnUrl) -> ClientLines:
    key = _new_key("curl")
    target = f"{own.url}{HOST_PREFIX}data.pendo.io/data/segmentio/{key}"
    command = ["curl", "-i", "-H", "Content-Type: application/json", "-d", EVENT, target]
    return ClientLines("curl", "Any text can be an API key.", shlex.join(command), key)


def _segment(own: OwnUrl) -> ClientLines:
    key = _new_key("segment")
    text = (
        f"pendo-destination serve --write-key local --api-key {key} --region eu --emulator {own.url}\n"
        f"curl http://127.0.0.1:8081/v1/track -u local: -d '{EVENT}'"
    )
    return ClientLines(
        "Segment source", "Run each line in its own terminal; the first one is the Tracking API.", text, key
    )


def _page(own: OwnUrl) -> ClientLines:
    key = _new_key("page")
    src = f"{own.url}{HOST_PREFIX}cdn.eu.pendo.io/agent/static/{key}/pendo.js"
    text = (
        "<script>\n"
        "  window.pendo = { _q: [['initialize', { visitor: { id: 'visitor-1' } }]] };\n"
        "</script>\n"
        f'<script async src="{src}"></script>'
    )
    return ClientLines("A page with Pendo's agent", "Put this into the page instead of Pendo's snippet.", text, key)


def _playwright(own: OwnUrl) -> ClientLines:
    key = _new_key("playwright")
    text = (
        f"await page.addScriptTag({{ url: '{own.url}/agent/static/{key}/pendo.js' }});\n"
        "await page.evaluate(() => window.pendo.initialize({ visitor: { id: 'visitor-1' } }));"
    )
    return ClientLines("Playwright", "Put these lines into a test, after page.goto.", text, key)


def _chromium(own: OwnUrl, cnames: Sequence[str]) -> ClientLines:
    text = (
        f'pendo-emulator ca install --into chromium\nchromium "$(pendo-emulator hosts --as chromium{_at(own, cnames)})"'
    )
    return ClientLines("Chromium, real host names", "Every page of this browser reaches the emulator.", text)


def _proxy(own: OwnUrl) -> ClientLines:
    key = _new_key("proxy")
    text = (
        'eval "$(pendo-emulator ca env)"\n'
        f"export HTTPS_PROXY={own.url}\n"
        f"curl -d '{EVENT}' -H 'Content-Type: application/json' https://data.pendo.io/data/segmentio/{key}"
    )
    return ClientLines("Proxy: curl, Python, Ruby, Go", "The program uses Pendo's real host names.", text, key)


def _node(own: OwnUrl, cnames: Sequence[str]) -> ClientLines:
    key = _new_key("node")
    script = (
        f'fetch("https://data.pendo.io/data/segmentio/{key}", {{ method: "POST", body: {EVENT!r}, '
        'headers: { "content-type": "application/json" } })'
    )
    text = (
        'eval "$(pendo-emulator ca env)"\n'
        f"pendo-emulator hosts --as node{_at(own, cnames)} > names.cjs\n"
        f'export NODE_OPTIONS="--require ./names.cjs"\nnode -e {shlex.quote(script)}'
    )
    return ClientLines("Node", "Node 20 ignores HTTPS_PROXY; the preloaded script connects its sockets.", text, key)


def _pytest() -> ClientLines:
    text = (
        "def test_sign_up(pendo):\n"
        "    sign_up(f\"{pendo.host_url('data.pendo.io')}/data/segmentio/{pendo.api_key}\")\n"
        '    pendo.wait(type="track", name="Signed Up")'
    )
    note = "pip install '.[pytest]'. The fixture starts an emulator for each test process, not this one."
    return ClientLines("pytest", note, text)


def _hosts_file(own: OwnUrl, cnames: Sequence[str]) -> ClientLines:
    options = "".join(f" --cname {cname}" for cname in cnames)
    address = "" if own.host in {"localhost", "127.0.0.1"} else f" --address {own.host}"
    note = "A hosts file has no ports: this needs an emulator on port 443 (pendo-emulator serve --port 443)."
    return ClientLines("hosts file", note, f"pendo-emulator hosts{address}{options} | sudo tee -a /etc/hosts")


def _authority(cnames: Sequence[str]) -> ClientLines:
    options = "".join(f" --cname {cname}" for cname in cnames)
    text = (
        f'eval "$(pendo-emulator ca env{options})"       # Python, curl, Node in this shell\n'
        f"pendo-emulator ca install{options}             # this system and Chromium\n"
        f"pendo-emulator ca export{options} authority.pem  # the certificate as a file"
    )
    return ClientLines("Certificate authority", "Run these on the machine of the emulator.", text)


def _at(own: OwnUrl, cnames: Sequence[str]) -> str:
    """Return the options of `pendo-emulator hosts` for this emulator."""
    address = "" if own.host in {"localhost", "127.0.0.1"} else f" --address {own.host}"
    port = "" if own.port == 8080 else f" --port {own.port}"
    return f"{address}{port}{''.join(f' --cname {cname}' for cname in cnames)}"
