"""Tunnel: TLS as bytes in and bytes out, whatever carries them."""

from __future__ import annotations

import ssl
from contextlib import suppress
from typing import Final

_READ: Final = 64 * 1024
_DISTRUST: Final = ": the client does not trust the emulator's authority, see `pendo-emulator ca`"
_ADVICE: Final = {
    "TLSV1_ALERT_UNKNOWN_CA": _DISTRUST,
    "SSLV3_ALERT_BAD_CERTIFICATE": _DISTRUST,
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN": _DISTRUST,
}


class TlsStream:
    """One side of a TLS conversation; `established` once the handshake is done, `ended` once the other side said so."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self.established = False
        self.ended = False

    def receive(self, data: bytes) -> bytes:
        """Take what came from the other side; return what it says in clear. Raises ssl.SSLError."""
        self._incoming.write(data)
        said = []
        with suppress(ssl.SSLWantReadError):
            if not self.established:
                self._tls.do_handshake()
                self.established = True
            while piece := self._read():
                said.append(piece)
        return b"".join(said)

    def send(self, data: bytes) -> None:
        """Say something to the other side, which `pending` then has for it."""
        self._tls.write(data)

    def pending(self) -> bytes:
        """Take what is to go to the other side."""
        return self._outgoing.read()

    def _read(self) -> bytes:
        try:
            return self._tls.read(_READ)
        except ssl.SSLZeroReturnError:
            self.ended = True
            return b""


def explain(error: object) -> str:
    """Say why TLS came to nothing, and what to do where that is known."""
    return f"{error}{_ADVICE.get(str(getattr(error, 'reason', '')), '')}"
