"""TLS: a certificate for each name a client asks for, minted when it first asks."""

from __future__ import annotations

import logging
import ssl
import time
from functools import lru_cache
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Final

from pendo_emulator.clients.name_formats import covers

if TYPE_CHECKING:
    from pendo_emulator.tls.authority import Authority

DAY: Final = 24 * 60 * 60

log = logging.getLogger("pendo-emulator")


def server_context(authority: Authority, domains: tuple[str, ...]) -> ssl.SSLContext:
    """Make a context that has a certificate for whatever name of these domains a client asks for."""

    @lru_cache(maxsize=1000)
    def certified(host: str, _day: float) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with NamedTemporaryFile() as file:  # the one place load_cert_chain reads from
            file.write(authority.issue(host))
            file.flush()
            context.load_cert_chain(file.name)
        return context

    def choose(connection: ssl.SSLSocket | ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> int | None:
        host = (name or "").lower()
        if not covers(domains, host):
            whom = (host if host.isprintable() else repr(host)) or "a client that names no host"
            log.warning("TLS refused: there is no certificate for %s, only for %s", whom, ", ".join(domains))
            return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        connection.context = certified(host, time.time() // DAY)
        return None

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.sni_callback = choose
    return context
