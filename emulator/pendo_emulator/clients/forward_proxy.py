"""A proxy for a child process: forwards requests to the emulator for its hosts, and to the network for other hosts."""

from __future__ import annotations

import asyncio
import base64
import logging
import re
import socket
import ssl
import struct
from contextlib import suppress
from threading import Event, Thread
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies_environment

from pendo_emulator.addresses import covers

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self, TypeAlias

    from pendo_emulator.clients.child_environment import ReachableEmulator

    _Streams: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]

HEAD_LIMIT: Final = 256 * 1024
CONNECT_TIMEOUT: Final = 30.0

_CHUNK: Final = 64 * 1024
_CONNECTED: Final = b"HTTP/1.1 200 Connection established\r\n\r\n"
_HOP_HEADERS: Final = re.compile(rb"(?im)^(?:proxy-)?connection:[^\n]*\n")
_UPGRADE: Final = re.compile(rb"(?im)^upgrade:")
_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}

log = logging.getLogger("pendo-emulator")


class _RefusalError(Exception):
    """A request that cannot be forwarded; the text says why."""


class _Request(NamedTuple):
    """The head of a request, and its host."""

    method: bytes
    target: SplitResult
    version: bytes
    headers: bytes

    @property
    def is_connect(self) -> bool:
        return self.method == b"CONNECT"

    @property
    def host(self) -> str:
        return (self.target.hostname or "").rstrip(".")

    @property
    def port(self) -> int:
        return self.target.port or _DEFAULT_PORTS[self.target.scheme]

    def to_proxy(self, authorization: bytes = b"") -> bytes:
        """Return the head for another proxy."""
        target = f"{self.target.hostname}:{self.port}" if self.is_connect else self.target.geturl()
        return self._head(target, authorization)

    def to_host(self) -> bytes:
        """Return the head for the host itself."""
        path = self.target._replace(scheme="", netloc="", fragment="").geturl()
        return self._head(path if path.startswith("/") else f"/{path}")

    def _head(self, target: str, authorization: bytes = b"") -> bytes:
        """Return a head with `Connection: close`, because the next request could be for another host."""
        headers = self.headers
        if not self.is_connect and not _UPGRADE.search(headers):
            headers = _HOP_HEADERS.sub(b"", headers)
            headers = b"Connection: close\r\n" + headers
        return b"%b %b %b\r\n%b%b\r\n" % (self.method, target.encode("latin-1"), self.version, authorization, headers)


class ForwardProxy:
    """A forward proxy on a free port of this machine: `with ForwardProxy(emulator) as proxy: proxy.url`.

    Requests for the emulator's domains go to the emulator. Other requests go to the proxy in the variables of this
    process (HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY), or directly to their host.
    """

    def __init__(self, emulator: ReachableEmulator, proxies: Mapping[str, str] | None = None) -> None:
        """Prepare a proxy; `proxies` is like urllib.request.getproxies(), by default the proxies of this process."""
        self.url = ""
        self._emulator = emulator
        self._proxies = dict(getproxies_environment() if proxies is None else proxies)
        self._loop = asyncio.new_event_loop()
        self._stopped, self._listening = asyncio.Event(), Event()
        self._thread = Thread(target=self._loop.run_until_complete, args=(self._run(),), name="pendo-forward-proxy")

    def __enter__(self) -> Self:
        """Start to listen."""
        self._thread.start()
        self._listening.wait()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop, and close all connections."""
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join()
        self._loop.close()

    async def _run(self) -> None:
        try:
            server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=HEAD_LIMIT)
            self.url = "http://{}:{}".format(*server.sockets[0].getsockname())
        finally:
            self._listening.set()
        await self._stopped.wait()
        server.close()
        open_connections = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in open_connections:
            task.cancel()
        await asyncio.gather(*open_connections, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = _parse(await reader.readuntil(b"\r\n\r\n"))
            async with asyncio.timeout(CONNECT_TIMEOUT):
                upstream = await self._connect(request, writer)
            await _relay((reader, writer), upstream)
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            _reset(writer)
        except (_RefusalError, OSError) as error:
            log.warning("the proxy of the command: %s", error)
            writer.write(_refusal(error))
        finally:
            with suppress(OSError):
                writer.close()

    async def _connect(self, request: _Request, writer: asyncio.StreamWriter) -> _Streams:
        """Connect to the destination of a request, and send the head of the request."""
        if covers(self._emulator.domains, request.host):
            upstream, head = await asyncio.open_connection(self._emulator.host, self._emulator.port), request.to_proxy()
        elif proxy := self._proxy_for(request):
            upstream, head = await _open_proxy(proxy), request.to_proxy(_authorization(proxy))
        elif request.target.scheme == "https" and not request.is_connect:
            raise _RefusalError("use CONNECT for https:// URLs")
        else:
            upstream, head = await asyncio.open_connection(request.host, request.port), request.to_host()
            if request.is_connect:
                writer.write(_CONNECTED)
                head = b""
        upstream[1].write(head)
        return upstream

    def _proxy_for(self, request: _Request) -> SplitResult | None:
        """Return the proxy of this process for a request, or None."""
        name = self._proxies.get(request.target.scheme) or self._proxies.get("all")
        if not name or _is_bypassed(request, self._proxies.get("no", "")):
            return None
        proxy = urlsplit(name if "://" in name else f"http://{name}")
        if proxy.scheme not in _DEFAULT_PORTS or not proxy.hostname:
            raise _RefusalError(f"proxies of the kind {proxy.scheme}:// are not supported")
        return proxy


def _parse(head: bytes) -> _Request:
    line, _, headers = head.removesuffix(b"\r\n").partition(b"\r\n")
    try:
        method, target, version = line.split(b" ")
        text = target.decode("latin-1")
        url = urlsplit(f"https://{text}" if method == b"CONNECT" else text)
        request = _Request(method, url, version, headers)
        usable = url.scheme in _DEFAULT_PORTS and request.host and request.port
    except ValueError:
        usable = None
    if not usable:
        raise _RefusalError(f"{line[:100]!r} is not a request to a proxy")
    return request


def _is_bypassed(request: _Request, no_proxy: str) -> bool:
    """Return whether NO_PROXY lists the host of a request or its domain, with or without the port."""
    for entry in no_proxy.lower().replace(",", " ").split():
        name, _, port = entry.lstrip("*.").partition(":")
        if entry == "*" or (covers([name], request.host) and port in {"", str(request.port)}):
            return True
    return False


async def _open_proxy(proxy: SplitResult) -> _Streams:
    context = ssl.create_default_context() if proxy.scheme == "https" else None
    return await asyncio.open_connection(proxy.hostname, proxy.port or _DEFAULT_PORTS[proxy.scheme], ssl=context)


def _authorization(proxy: SplitResult) -> bytes:
    if proxy.username is None:
        return b""
    credentials = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return b"Proxy-Authorization: Basic %b\r\n" % base64.b64encode(credentials.encode())


def _refusal(error: Exception) -> bytes:
    status = b"400 Bad Request" if isinstance(error, _RefusalError) else b"502 Bad Gateway"
    text = f"{str(error) or type(error).__name__}\n".encode()
    head = b"HTTP/1.1 %b\r\nContent-Type: text/plain;charset=utf-8\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
    return head % (status, len(text)) + text


async def _relay(
    client: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    upstream: tuple[asyncio.StreamReader, asyncio.StreamWriter],
) -> None:
    """Copy bytes both ways until the upstream ends; reset the client's connection if the upstream resets its own."""
    sending = asyncio.create_task(_copy(client[0], upstream[1]))
    try:
        await _copy(upstream[0], client[1])
    finally:
        sending.cancel()
        with suppress(OSError, asyncio.CancelledError):
            await sending
        upstream[1].close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(_CHUNK):
        writer.write(data)
        await writer.drain()
    with suppress(OSError, NotImplementedError):  # TLS to a proxy has no half-closed state
        writer.write_eof()


def _reset(writer: asyncio.StreamWriter) -> None:
    """Reset a connection with a TCP RST, because the upstream reset its own connection."""
    with suppress(OSError):
        end: socket.socket = writer.get_extra_info("socket")
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    writer.transport.abort()
