"""Liquid's text filters, in UTF-16 units."""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote

from liquid.exceptions import FilterArgumentError

from destination.javascript import WHITESPACE, trim, utf16_text, utf16_units
from destination.mapping.liquid.value import count, written

if TYPE_CHECKING:
    from collections.abc import Callable

_SPACES: Final = re.compile(f"[{WHITESPACE}]+")
_LEADING: Final = re.compile(f"^[{WHITESPACE}]+")
_TRAILING: Final = re.compile(f"[{WHITESPACE}]+$")
_MARKUP: Final = re.compile("<script.*?</script>|<style.*?</style>|<!--.*?-->|<.*?>", re.DOTALL)
_ENTITY: Final = re.compile("&(?:amp|lt|gt|#34|#39);")
_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;"})


def replaced_last(value: Any, pattern: Any = "", replacement: Any = "") -> str:
    """Replace the last occurrence; the empty pattern occurs at the end."""
    string, wanted = written(value), written(pattern)
    before, found, after = string.rpartition(wanted) if wanted else (string, "", "")
    return before + (written(replacement) if found or not wanted else "") + after


def split(value: Any, separator: Any = "") -> list[str]:
    """Split into parts, or into UTF-16 units by the empty separator; empty parts at the end are dropped."""
    string, between = written(value), written(separator)
    parts = string.split(between) if between else list(utf16_units(string))
    while parts and not parts[-1]:
        parts.pop()
    return parts


def truncated(value: Any, length: Any = 50, end: Any = "...") -> Any:
    """Cut a text that is too long; the length counts the end put in place of what was cut."""
    units, tail, longest = utf16_units(written(value)), written(end), count(length)
    return value if len(units) <= longest else utf16_text(units[: max(longest - len(tail), 0)]) + tail


def truncated_words(value: Any, number: Any = 15, end: Any = "...") -> str:
    """Keep so many words; as in liquidjs the end comes also when there were exactly so many."""
    words, most = _SPACES.split(written(value)), max(count(number), 1)
    return " ".join(words[:most]) + (written(end) if len(words) >= most else "")


def unescaped(string: str) -> str:
    """Undo the five escapes that `escape` makes."""
    return _ENTITY.sub(lambda entity: html.unescape(entity.group()), string)


def url_decoded(value: Any) -> str:
    """Decode per cent escapes strictly, plus signs, those that were escaped included, as spaces."""
    string = written(value)
    if re.search("%(?![0-9a-fA-F]{2})", string):
        raise FilterArgumentError("URI malformed", token=None)
    return unquote(string).replace("+", " ")


def base64_decoded(value: Any) -> str:
    """Decode leniently: both alphabets, no padding needed, other characters skipped."""
    digits = re.sub("[^A-Za-z0-9+/]", "", written(value).translate(str.maketrans("-_", "+/")))
    return base64.b64decode(digits[: len(digits) - (len(digits) % 4 == 1)] + "==").decode(errors="replace")


def _pieces(string: str, pattern: str) -> list[str]:
    return string.split(pattern) if pattern else list(utf16_units(string))


def _encoded(value: Any) -> bytes:
    return written(value).encode(errors="replace")


STRING_FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "append": lambda value, other="": written(value) + written(other),
    "base64_decode": base64_decoded,
    "base64_encode": lambda value: base64.b64encode(_encoded(value)).decode(),
    "capitalize": lambda value: written(value)[:1].upper() + written(value)[1:].lower(),
    "cgi_escape": lambda value: quote(_encoded(value), safe="").replace("%20", "+"),
    "downcase": lambda value: written(value).lower(),
    "escape": lambda value: written(value).translate(_ESCAPES),
    "escape_once": lambda value: unescaped(written(value)).translate(_ESCAPES),
    "hmac_sha256": lambda value, key="": hmac.new(_encoded(key), _encoded(value), hashlib.sha256).hexdigest(),
    "lstrip": lambda value: _LEADING.sub("", written(value)),
    "normalize_whitespace": lambda value: _SPACES.sub(" ", written(value)),
    "number_of_words": lambda value: len(_SPACES.split(trim(written(value)))) if trim(written(value)) else 0,
    "prepend": lambda value, other="": written(other) + written(value),
    "remove": lambda value, pattern="": written(value).replace(written(pattern), ""),
    "remove_first": lambda value, pattern="": written(value).replace(written(pattern), "", 1),
    "remove_last": lambda value, pattern="": replaced_last(value, pattern),
    "replace": lambda value, pattern="", other="": written(other).join(_pieces(written(value), written(pattern))),
    "replace_first": lambda value, pattern="", other="": written(value).replace(written(pattern), written(other), 1),
    "replace_last": replaced_last,
    "rstrip": lambda value: _TRAILING.sub("", written(value)),
    "sha256": lambda value: hashlib.sha256(_encoded(value)).hexdigest(),
    "slugify": lambda value: re.sub("^-|-$", "", re.sub(r"[\W_]+", "-", written(value))).lower(),
    "split": split,
    "strip": lambda value: trim(written(value)),
    "strip_html": lambda value: _MARKUP.sub("", written(value)),
    "strip_newlines": lambda value: re.sub("\r?\n", "", written(value)),
    "truncate": truncated,
    "truncatewords": truncated_words,
    "upcase": lambda value: written(value).upper(),
    "uri_escape": lambda value: quote(_encoded(value), safe=";,/?:@&=+$-_.!~*'()#[]"),
    "url_decode": url_decoded,
    "url_encode": lambda value: quote(_encoded(value), safe="!~*'()").replace("%20", "+"),
    "xml_escape": lambda value: written(value).translate(_ESCAPES),
}
