"""The server's side of TLS, for bytes that another object receives and sends."""

from __future__ import annotations

import ssl
from contextlib import suppress
from typing import Final

_READ_SIZE: Final = 64 * 1024
_NOT_TRUSTED: Final = ": the client does not trust the emulator's authority, see `pendo-emulator ca`"
_ADVICE: Final = {
    "TLSV1_ALERT_UNKNOWN_CA": _NOT_TRUSTED,
    "SSLV3_ALERT_BAD_CERTIFICATE": _NOT_TRUSTED,
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN": _NOT_TRUSTED,
}


class TlsStream:
    """The server's side of a TLS connection.

    `established` means that the handshake is complete, `ended` that the client has closed its side.
    """

    def __init__(self, context: ssl.SSLContext) -> None:
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self.established = False
        self.ended = False

    def receive(self, data: bytes) -> bytes:
        """Decrypt bytes of the client, which may be part of a handshake. Raises ssl.SSLError."""
        self._incoming.write(data)
        plain = []
        with suppress(ssl.SSLWantReadError):
            if not self.established:
                self._tls.do_handshake()
                self.established = True
            while piece := self._read():
                plain.append(piece)
        return b"".join(plain)

    def send(self, data: bytes) -> None:
        """Encrypt bytes for the client; `pending` returns them."""
        self._tls.write(data)

    def pending(self) -> bytes:
        """Return the encrypted bytes to send to the client, once."""
        return self._outgoing.read()

    def _read(self) -> bytes:
        try:
            return self._tls.read(_READ_SIZE)
        except ssl.SSLZeroReturnError:
            self.ended = True
            return b""


def explain(error: object) -> str:
    """Return a TLS error as text, with advice if the cause is known."""
    return f"{error}{_ADVICE.get(str(getattr(error, 'reason', '')), '')}"
