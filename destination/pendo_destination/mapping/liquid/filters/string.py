"""Liquid's text filters, in UTF-16 units."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any, Final

from liquid.exceptions import FilterArgumentError

from pendo_destination.javascript.utf16 import utf16_text, utf16_units
from pendo_destination.javascript.values import UNDEFINED, WHITESPACE, number, trim, truthy
from pendo_destination.mapping.liquid.value import count, written

if TYPE_CHECKING:
    from collections.abc import Callable

_SPACES: Final = re.compile(f"[{WHITESPACE}]+")
_CJK: Final = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_CJK_WORDS: Final = re.compile(f"[{_CJK}]|[^{_CJK}{WHITESPACE}]+")
_MARKUP: Final = {"<script": "</script>", "<style": "</style>", "<!--": "-->", "<": ">"}
_ENTITY: Final = re.compile("&(?:amp|lt|gt|#34|#39);")
_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;"})


def appended(value: Any, *arguments: Any) -> str:
    """Join two texts; raise FilterArgumentError unless there is exactly one to append."""
    if len(arguments) != 1:
        raise FilterArgumentError("append expect 2 arguments", token=None)
    return written(value) + written(arguments[0])


def prepended(value: Any, *arguments: Any) -> str:
    """Join two texts; raise FilterArgumentError unless there is exactly one to prepend."""
    if len(arguments) != 1:
        raise FilterArgumentError("prepend expect 2 arguments", token=None)
    return written(arguments[0]) + written(value)


def replaced_last(value: Any, pattern: Any = "", replacement: Any = "") -> str:
    """Replace the last occurrence; the empty pattern occurs at the end."""
    string, wanted = written(value), written(pattern)
    before, found, after = string.rpartition(wanted) if wanted else (string, "", "")
    return before + (written(replacement) if found or not wanted else "") + after


def split(value: Any, separator: Any = "") -> list[str]:
    """Split into parts, or into UTF-16 units by the empty separator; empty parts at the end are dropped."""
    parts = _pieces(written(value), written(separator))
    while parts and not parts[-1]:
        parts.pop()
    return parts


def truncated(value: Any, length: Any = 50, end: Any = "...") -> Any:
    """Cut a text that is too long; the length counts the end put in place of what was cut."""
    units, tail, longest = utf16_units(written(value)), utf16_units(written(end)), number(length)
    return value if len(units) <= longest else utf16_text(units[: max(count(longest - len(tail)), 0)]) + tail


def truncated_words(value: Any, most: Any = 15, end: Any = "...") -> str:
    """Keep so many words; as in liquidjs the end comes also when there were exactly so many."""
    words, limit = _SPACES.split(written(value)), 1 if number(most) <= 0 else number(most)
    return " ".join(words[: count(limit)]) + (written(end) if len(words) >= limit else "")


def number_of_words(value: Any, mode: Any = UNDEFINED) -> int:
    """Count words; by `cjk`, and if there are any by `auto`, Chinese, Japanese and Korean characters count as words."""
    string = trim(written(value))
    if mode == "cjk" or (mode == "auto" and re.search(f"[{_CJK}]", string)):
        return len(_CJK_WORDS.findall(string))
    return len(_SPACES.split(string)) if string else 0


def stripped(strip: Callable[[str, str], str]) -> Callable[..., str]:
    """Make a filter that strips white space, or any units it is given."""

    def call(value: Any, units: Any = UNDEFINED) -> str:
        return utf16_text(strip(utf16_units(written(value)), written(units if truthy(units) else WHITESPACE)))

    return call


def without_markup(value: Any) -> str:
    """Remove tags, comments, scripts and styles; what is not closed stays, and is not looked for twice."""
    string, text, place, closers = written(value), "", 0, dict(_MARKUP)
    while (begin := string.find("<", place)) >= 0:
        text, place = text + string[place:begin], begin
        for opener in [opener for opener in closers if string.startswith(opener, begin)]:
            end = string.find(closers[opener], begin + len(opener))
            if end >= 0:
                place = end + len(closers[opener])
                break
            del closers[opener]
        if place == begin:
            break
    return text + string[place:]


def unescaped(string: str) -> str:
    """Undo the five escapes that `escape` makes."""
    return _ENTITY.sub(lambda entity: html.unescape(entity.group()), string)


def _pieces(string: str, pattern: str) -> list[str]:
    return string.split(pattern) if pattern else list(utf16_units(string))


STRING_FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "append": appended,
    "capitalize": lambda value: written(value)[:1].upper() + written(value)[1:].lower(),
    "downcase": lambda value: written(value).lower(),
    "escape": lambda value: written(value).translate(_ESCAPES),
    "escape_once": lambda value: unescaped(written(value)).translate(_ESCAPES),
    "lstrip": stripped(str.lstrip),
    "normalize_whitespace": lambda value: _SPACES.sub(" ", written(value)),
    "number_of_words": number_of_words,
    "prepend": prepended,
    "remove": lambda value, pattern="": written(value).replace(written(pattern), ""),
    "remove_first": lambda value, pattern="": written(value).replace(written(pattern), "", 1),
    "remove_last": lambda value, pattern="": replaced_last(value, pattern),
    "replace": lambda value, pattern="", other="": written(other).join(_pieces(written(value), written(pattern))),
    "replace_first": lambda value, pattern="", other="": written(value).replace(written(pattern), written(other), 1),
    "replace_last": replaced_last,
    "rstrip": stripped(str.rstrip),
    "split": split,
    "strip": stripped(str.strip),
    "strip_html": without_markup,
    "strip_newlines": lambda value: re.sub("\r?\n", "", written(value)),
    "truncate": truncated,
    "truncatewords": truncated_words,
    "upcase": lambda value: written(value).upper(),
    "xml_escape": lambda value: written(value).translate(_ESCAPES),
}
