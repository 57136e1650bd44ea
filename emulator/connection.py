"""One connection: HTTP, TLS, or a proxy's tunnel with either of them inside; all of it on one port."""

from __future__ import annotations

import logging
import socket
import ssl
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from contracts.region import locate
from emulator.names import covers

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

SILENCE_LIMIT: Final = 30.0

_TLS_HANDSHAKE: Final = b"\x16"
_UNTRUSTED: Final = "the client does not trust the emulator's authority: see `pendo-emulator ca`"
_MEANING: Final = {
    "TLSV1_ALERT_UNKNOWN_CA": _UNTRUSTED,
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN": _UNTRUSTED,
    "SSLV3_ALERT_BAD_CERTIFICATE": _UNTRUSTED,
}

log = logging.getLogger("pendo-emulator")


class Connection(WSGIRequestHandler):
    """Werkzeug's handler, with TLS where the client begins it, and a forward proxy for the emulator's names."""

    server: Server
    protocol_version = "HTTP/1.1"
    timeout = SILENCE_LIMIT
    error_content_type = "text/plain;charset=utf-8"
    error_message_format = "%(message)s\n"
    request: socket.socket
    connection: socket.socket

    def setup(self) -> None:
        """Look at the first byte, in this connection's own thread: a handshake that dawdles keeps nobody waiting."""
        self.request.settimeout(self.timeout)
        if self.request.recv(1, socket.MSG_PEEK) == _TLS_HANDSHAKE:
            self.request = self.server.tls().wrap_socket(self.request, server_side=True)
        super().setup()
        self.server.open.add(self.request)

    def finish(self) -> None:
        """Close what setup opened: wrapping took the socket from the server."""
        super().finish()
        self.server.open.discard(self.request)
        self.request.close()
