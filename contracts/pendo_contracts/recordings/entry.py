"""Entry: one entry of a recording, with its place and its Envelope."""

from __future__ import annotations

import binascii
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from pendo_contracts.envelope import Envelope


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a recording.

    `where` is its place (`file:line`, `file#entry`). `envelope` is None for an entry that cannot be read, and `problem`
    says why.
    """

    where: str
    envelope: Envelope | None
    problem: str = ""


def valid_url(url: str) -> str:
    """Return a URL; raise ValueError if it cannot be split."""
    urlsplit(url)
    return url


def to_bytes(text: str) -> bytes:
    """Encode the text of a body; lone surrogates survive."""
    return text.encode("utf-8", "surrogatepass")


def describe_error(error: Exception) -> str:
    """Say in a few words why an entry cannot be read."""
    if isinstance(error, KeyError):
        return f"it has no {error.args[0]!r}"
    if isinstance(error, (json.JSONDecodeError, UnicodeDecodeError, binascii.Error)):
        return str(error)
    return f"it does not have the form {{method, url, headers, body, received_at}} ({error})"
