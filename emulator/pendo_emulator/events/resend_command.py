"""The curl command that sends a recorded request to an emulator again."""

from __future__ import annotations

import base64
import shlex
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from pendo_contracts.wire.beacon import split_url
from pendo_contracts.wire.region import locate
from pendo_emulator.addresses import HOST_PREFIX

if TYPE_CHECKING:
    from pendo_contracts.wire.envelope import Envelope

# Characters of a command; shells and terminals accept no more.
MAX_COMMAND: Final = 100_000

# Headers that curl sets itself, or that belong to the connection.
_LEFT_OUT: Final = frozenset(
    {"host", "content-length", "connection", "transfer-encoding", "accept-encoding", "keep-alive", "expect", "upgrade"}
)
_URL_CHARACTERS: Final = "".join(map(chr, range(0x21, 0x7F)))


def resend_command(envelope: Envelope, emulator: str) -> str | None:
    """Return a shell command that sends a request to the emulator at a URL; None if the command would be too long.

    Text that a shell or a terminal could act on is quoted or encoded, so the command is safe to copy.
    """
    arguments = ["curl", "-i", "-g", "-X", envelope.method, address(envelope.url, emulator)]
    for name, value in sorted(envelope.headers.items()):
        if name not in _LEFT_OUT and not name.startswith("sec-") and f"{name}{value}".isprintable():
            arguments += ["-H", f"{name}: {value}"]
    text = _plain_text(envelope.body)
    if text is None:
        packed = base64.b64encode(envelope.body).decode()
        command = f"echo {packed} | base64 -d | {shlex.join([*arguments, '--data-binary', '@-'])}"
    else:
        command = shlex.join([*arguments, *(["--data-binary", text] if text else [])])
    return command if len(command) <= MAX_COMMAND else None


def address(url: str, emulator: str) -> str:
    """Return the URL at which the emulator has a recorded request's path, with characters of printable ASCII only."""
    netloc, path, query = split_url(url)
    place = locate(netloc)
    target = path + (f"?{query}" if query else "")
    host = "" if place.kind == "local" else HOST_PREFIX.rstrip("/") + f"/{place.host}"
    return emulator + quote(host + target, safe=_URL_CHARACTERS, errors="replace")


def _plain_text(body: bytes) -> str | None:
    """Return a body as text for a command line; None if it is binary or begins like the name of a file."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if text.isprintable() and not text.startswith("@") else None
