"""Metadata signed by the customer's JSON Web Token."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_TOKEN = re.compile(r"[A-Za-z0-9\-_]+\.[A-Za-z0-9\-_]+\.[A-Za-z0-9\-_]*")


class SignedMetadata:
    """The credentials that requests carry; empty until signed options have been accepted."""

    def __init__(self, *, enabled: bool) -> None:
        self._enabled = enabled
        self.credentials: Mapping[str, str] = {}

    def read_claims(self, options: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Return the claims of the options' token and keep the credentials; return None without a valid token.

        The token is decoded with the standard base64 alphabet, so that a token whose payload contains `-` or `_`
        counts as unsigned (observed in the published agent). The server verifies the signature.
        """
        token, key = options.get("jwt"), options.get("signingKeyName")
        if not (self._enabled and key and isinstance(token, str) and _TOKEN.fullmatch(token)):
            return None
        claims = _decode(token.split(".")[1])
        if claims is not None:
            self.credentials = {"jwt": token, "signingKeyName": key}
        return claims

    @property
    def size(self) -> int:
        """The number of characters that the credentials add to a request."""
        return sum(map(len, self.credentials.values()))


def _decode(payload: str) -> Mapping[str, Any] | None:
    try:
        claims = json.loads(base64.b64decode(payload + "=" * (-len(payload) % 4), validate=True))
    except ValueError:
        return None
    return claims if isinstance(claims, dict) else {} if isinstance(claims, list) else None
