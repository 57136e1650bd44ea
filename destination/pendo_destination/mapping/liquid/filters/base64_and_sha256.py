"""Liquid's filters for Base64 and SHA-256 of a text in UTF-8."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from typing import TYPE_CHECKING, Any, Final

from pendo_destination.javascript.utf16 import utf16_text
from pendo_destination.mapping.liquid.value import render_value

if TYPE_CHECKING:
    from collections.abc import Callable


def base64_decode(value: Any) -> str:
    """Decode like Node: by the low byte of each unit, in either alphabet, up to the first `=`; skip other bytes."""
    low_bytes = render_value(value).encode("utf-16-le", "surrogatepass")[::2].partition(b"=")[0]
    digits = re.sub(b"[^A-Za-z0-9+/]", b"", low_bytes.translate(bytes.maketrans(b"-_", b"+/")))
    return base64.b64decode(digits[: len(digits) - (len(digits) % 4 == 1)] + b"==").decode(errors="replace")


def _to_utf8(value: Any) -> bytes:
    return re.sub("[\ud800-\udfff]", "\ufffd", utf16_text(render_value(value))).encode()


DIGEST_FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "base64_decode": base64_decode,
    "base64_encode": lambda value: base64.b64encode(_to_utf8(value)).decode(),
    "hmac_sha256": lambda value, key="": hmac.new(_to_utf8(key), _to_utf8(value), hashlib.sha256).hexdigest(),
    "sha256": lambda value: hashlib.sha256(_to_utf8(value)).hexdigest(),
}
