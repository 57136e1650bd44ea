"""TLS server context that creates a certificate for each host name when a client first asks for it."""

from __future__ import annotations

import logging
import ssl
import time
from functools import lru_cache
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Final

from pendo_contracts.common.safe_text import visible
from pendo_emulator.addresses import covers
from pendo_emulator.tls.wrong_certificates import ISSUERS

if TYPE_CHECKING:
    from collections.abc import Callable

    from pendo_emulator.tls.authority import Authority

DAY: Final = 24 * 60 * 60

log = logging.getLogger("pendo-emulator")


def server_context(
    authority: Authority, domains: tuple[str, ...], mistake_for: Callable[[str], str | None] = lambda _host: None
) -> ssl.SSLContext:
    """Return a context that presents a certificate for any host of these domains, chosen by SNI.

    `mistake_for` returns the mistake of the certificate that a host presents, a key of ISSUERS, or None.
    """

    @lru_cache(maxsize=1000)
    def context_for(host: str, _day: float, mistake: str | None) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with NamedTemporaryFile() as file:  # load_cert_chain only reads files
            file.write(ISSUERS[mistake](authority, host) if mistake else authority.issue(host))
            file.flush()
            context.load_cert_chain(file.name)
        return context

    def select_certificate(
        connection: ssl.SSLSocket | ssl.SSLObject, name: str | None, _: ssl.SSLContext
    ) -> int | None:
        host = (name or "").lower()
        if not covers(domains, host):
            shown = visible(host) or "a client that sends no server name"
            log.warning("TLS refused: no certificate for %s, only for %s", shown, ", ".join(domains))
            return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        connection.context = context_for(host, time.time() // DAY, mistake_for(host))
        return None

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.sni_callback = select_certificate
    return context
