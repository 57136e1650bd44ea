"""Signature: metadata vouched for by a JSON Web Token of the customer's."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_TOKEN = re.compile(r"[A-Za-z0-9\-_]+\.[A-Za-z0-9\-_]+\.[A-Za-z0-9\-_]*")


class Signature:
    """The credentials in force; empty until signed options have been accepted."""

    def __init__(self, *, enabled: bool) -> None:
        self._enabled = enabled
        self.credentials: Mapping[str, str] = {}

    def open(self, options: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Take the token's claims for the options and keep the credentials; None where nothing valid is signed.

        The token is read with the standard base64 alphabet, so one whose payload has `-` or `_` in it counts as
        unsigned (observed in the published agent). Its signature is the server's to verify.
        """
        token, key = options.get("jwt"), options.get("signingKeyName")
        if not (self._enabled and key and isinstance(token, str) and _TOKEN.fullmatch(token)):
            return None
        claims = _read_claims(token.split(".")[1])
        if claims is not None:
            self.credentials = {"jwt": token, "signingKeyName": key}
        return claims

    @property
    def size(self) -> int:
        """How many characters the credentials add to a request."""
        return sum(map(len, self.credentials.values()))


def _read_claims(payload: str) -> Mapping[str, Any] | None:
    try:
        claims = json.loads(base64.b64decode(payload + "=" * (-len(payload) % 4), validate=True))
    except ValueError:
        return None
    return claims if isinstance(claims, dict) else {} if isinstance(claims, list) else None
