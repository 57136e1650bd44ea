"""Entry: one request of a recording, or the reason why it cannot be read or judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import urlsplit

from msgspec import Struct

from pendo_contracts.common.safe_text import visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from pendo_contracts.wire.envelope import Envelope

_Read = TypeVar("_Read", bound="Entry | None")
_ENTRY_ERRORS: Final = (ValueError, TypeError, RuntimeError, OSError, OverflowError)


class RecordingError(ValueError):
    """A file that is not a recording, or that is damaged as a whole; the text says what is wrong."""


class Entry(Struct, frozen=True):
    """One entry of a recording.

    `where` is its place (`file:line`, `file#entry`). `envelope` is None for an entry that cannot be read, and `problem`
    says why. `status` is the answer's status, None if the recording does not contain it. `not_received` is the
    recorder's reason why the request got no answer. `not_judged` says which part of the request the recorder lost.
    `fault` is the failure that an emulator injected. `foreign` is true for an entry without the form of a request: a
    file with nothing else is not a recording. `damaged` is true for text that is not JSON.
    """

    where: str
    envelope: Envelope | None
    problem: str = ""
    status: int | None = None
    not_received: str = ""
    not_judged: str = ""
    fault: str = ""
    foreign: bool = False
    damaged: bool = False


def read_or_explain(read: Callable[[], _Read], where: str) -> _Read | Entry:
    """Return an entry; if it cannot be read, return an entry with the reason, so that the following ones are read."""
    try:
        return read()
    except _ENTRY_ERRORS as error:
        return Entry(where, None, f"the entry cannot be read: {visible(str(error) or type(error).__name__)}")


def valid_url(url: str) -> str:
    """Return a URL; raise ValueError if no client can send a request to it."""
    # Only brackets and characters outside ASCII can make a URL invalid; urlsplit takes 20 µs.
    if not url.isascii() or "[" in url or "]" in url:
        urlsplit(url)
    return url


def to_bytes(text: str) -> bytes:
    """Encode the text of a body as UTF-8; keep lone surrogates."""
    return text.encode("utf-8", "surrogatepass")
