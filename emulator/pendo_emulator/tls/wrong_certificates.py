"""Certificates with a mistake, for the fault `certificate`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pendo_emulator.addresses import PENDO_DOMAIN
from pendo_emulator.tls.authority import Authority
from pendo_emulator.tls.certificate import DAY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def _issue_expired(authority: Authority, host: str) -> bytes:
    return authority.issue(host, -DAY)


def _issue_foreign(authority: Authority, host: str) -> bytes:
    """Issue by a new authority, which no client can trust because its key is dropped at once."""
    return Authority.make(authority.domains).issue(host)


def _issue_for_another_name(authority: Authority, _host: str) -> bytes:
    return authority.issue(f"default.{PENDO_DOMAIN}")


# By the values of the fault `certificate`: each function returns a key and a certificate as PEM.
ISSUERS: Final[Mapping[str, Callable[[Authority, str], bytes]]] = {
    "expired": _issue_expired,
    "foreign": _issue_foreign,
    "wrong-name": _issue_for_another_name,
}
