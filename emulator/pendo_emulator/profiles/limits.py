"""The limits of a profile: senders choose every text and every number of fields."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from pendo_emulator.storage.storable_text import storable

# In bytes of UTF-8. Pendo cuts visitor ids (documented); the limit for accounts is assumed.
VISITOR_ID_BYTES: Final = 128
ACCOUNT_ID_BYTES: Final = 512
# In characters.
VALUE_SIZE: Final = 2_000
NAME_SIZE: Final = 200
URL_SIZE: Final = 300
SEARCH_SIZE: Final = 2_000
SAMPLE_SIZE: Final = 200
# Per profile.
MAX_FIELDS: Final = 200
MAX_HISTORY: Final = 10
MAX_ACCOUNTS: Final = 100
MAX_LINKS: Final = 50
MAX_TYPES: Final = 50
MAX_STORY: Final = 50
MAX_CHILDREN: Final = 100
MAX_VISITORS: Final = 100
# Per API key.
MAX_SCHEMA_FIELDS: Final = 2_000

OTHER_TYPES: Final = "(other types)"

_UTF8_BYTES: Final = 4
_encode = msgspec.json.Encoder().encode


def cut_bytes(text: str, limit: int) -> str:
    """Return the beginning of a text that has at most `limit` bytes in UTF-8, in a form that every store accepts."""
    text = storable(text if len(text) <= limit else text[: limit + 1])
    if len(text) * _UTF8_BYTES <= limit or (len(text) <= limit and text.isascii()):
        return text
    return text.encode()[:limit].decode("utf-8", "ignore")


def cut_text(text: str, limit: int) -> str:
    """Return the first `limit` characters of a text, in a form that every store accepts."""
    if len(text) <= limit and text.isascii() and "\0" not in text:  # the usual text, without another call
        return text
    return storable(text[:limit])


def json_text(value: Any) -> str:
    """Return a decoded JSON value as JSON text, in a form that every store accepts."""
    try:
        return _encode(value).decode()
    except (UnicodeEncodeError, OverflowError):
        import json  # noqa: PLC0415 - only values with lone surrogates or huge numbers need it

        return storable(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
