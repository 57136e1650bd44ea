"""The bytes of one connection: plain, or TLS if the client starts with a handshake."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import struct
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Final, cast

from pendo_emulator.http.streams.stream_writer import StreamWriter
from pendo_emulator.http.tls_stream import TlsStream, explain

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from pendo_emulator.response import StreamedResponse

    # Calls its argument with a TLS context, or with None if there is none.
    TlsProvider: TypeAlias = Callable[[Callable[[ssl.SSLContext | None], None]], None]

_HANDSHAKE: Final = 0x16
_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)

log = logging.getLogger("pendo-emulator")


class ByteStream(asyncio.Protocol, ABC):
    """A TCP connection. Its first byte, and the first byte in a CONNECT tunnel, shows whether the client uses TLS.

    `_lingering` means that everything is sent and that the stream waits for the client to end its input.
    """

    _transport: asyncio.Transport

    def __init__(self, clock: Callable[[], float], provide_tls: TlsProvider) -> None:
        self._clock, self._provide_tls = clock, provide_tls
        self._tls: TlsStream | None = None
        self._at_start = True
        self._held: list[bytes] = []
        self._closing = self._lingering = self._write_paused = False
        self._active_at = clock()
        self._stream: StreamWriter | None = None

    @property
    def scheme(self) -> str:
        """The protocol that the client uses: http or https."""
        return "https" if self._tls else "http"

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the transport and the client's address."""
        self._transport = cast("asyncio.Transport", transport)
        self.peer = (transport.get_extra_info("peername") or ("?",))[0]

    def data_received(self, data: bytes) -> None:
        """Keep the bytes while reading is paused; otherwise decrypt them if needed and pass them on."""
        if self._held:
            self._held.append(data)
        elif self._tls:
            self._decrypt(self._tls, data)
        elif not (self._at_start and self._starts_tls(data)):
            self._plain_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """End a stream."""
        del exc
        self._write_paused = False
        if self._stream:
            self._stream.close()

    def pause_writing(self) -> None:
        """Pause a stream while the client does not read."""
        self._write_paused = True
        if self._stream:
            self._stream.pause()

    def resume_writing(self) -> None:
        """Continue a stream."""
        self._write_paused = False
        if self._stream:
            self._stream.resume()

    def close(self) -> None:
        """Close the connection when everything is sent."""
        self._closing = True
        self._transport.close()

    def linger(self) -> None:
        """End the output when everything is sent, and read on until the client ends its input.

        A socket that is closed while it has unread input resets the connection, and the client loses the answer.
        """
        self._closing = self._lingering = True
        if not self._transport.is_closing():
            self._transport.write_eof()

    def reset(self) -> None:
        """Break the connection with a TCP RST."""
        self._closing = True
        if not self._transport.is_closing():
            end: socket.socket = self._transport.get_extra_info("socket")
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self._transport.abort()

    @abstractmethod
    def _plain_received(self, data: bytes) -> None:
        """Receive plain or decrypted bytes."""

    def _starts_tls(self, data: bytes) -> bool:
        """Return whether the first bytes of the connection, or of a tunnel, are TLS; if so, keep them for TLS."""
        self._at_start = False
        if data[0] != _HANDSHAKE:
            return False
        self._hold(data)
        self._provide_tls(self._start_tls)
        return True

    def _send(self, data: bytes) -> None:
        """Write bytes, unless the connection is closed."""
        if self._transport.is_closing():
            return
        if self._tls:
            self._tls.send(data)
            data = self._tls.pending()
        self._transport.write(data)

    def _stream_out(self, response: StreamedResponse, head: bytes, loop: asyncio.AbstractEventLoop) -> StreamWriter:
        """Send the head of a streamed response, and return the writer of its pieces."""
        self._stream = StreamWriter(response, loop, self._send, self._end_stream, self.reset)
        self._send(head)
        if self._transport.is_closing():
            self._stream.close()
        return self._stream

    def _end_stream(self) -> None:
        if self._write_paused:
            self._transport.abort()
        else:
            self.close()

    def _hold(self, data: bytes) -> None:
        """Pause reading and keep these bytes until `_release`."""
        self._held.append(data)
        self._pause_reading()

    def _release(self) -> bytes:
        """Resume reading; return the kept bytes."""
        held, self._held = b"".join(self._held), []
        self._resume_reading()
        return held

    def _pause_reading(self) -> None:
        if not self._transport.is_closing():  # uvloop raises an error then
            self._transport.pause_reading()

    def _resume_reading(self) -> None:
        if not self._transport.is_closing():
            self._transport.resume_reading()

    def _start_tls(self, context: ssl.SSLContext | None) -> None:
        held = self._release()
        if context is None:
            self._transport.abort()
        elif self._closing:
            self._fail_tls("the client hung up in the handshake")
        else:
            self._tls = TlsStream(context)
            self._active_at = self._clock()
            self._decrypt(self._tls, held)

    def _decrypt(self, tls: TlsStream, data: bytes) -> None:
        try:
            plain = tls.receive(data)
        except ssl.SSLError as error:
            self._transport.write(tls.pending())
            self._fail_tls(error)
            return
        self._transport.write(tls.pending())
        if plain:
            self._plain_received(plain)
        if tls.ended and not self.eof_received():
            self.close()

    def _fail_tls(self, error: object) -> None:
        """Log why TLS failed, unless pendo_emulator.tls.context has already logged it; then close the connection."""
        if getattr(error, "reason", None) != "CALLBACK_FAILED":
            log.warning("TLS with %s failed: %s", self.peer, explain(error))
        self._tls = None
        self.close()
