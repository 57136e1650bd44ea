"""Liquid's string filters, which count in UTF-16 units."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any, Final

from liquid.exceptions import FilterArgumentError

from pendo_destination.javascript.utf16 import utf16_text, utf16_units
from pendo_destination.javascript.values import UNDEFINED, WHITESPACE, number, trim, truthy
from pendo_destination.mapping.liquid.value import render_value, to_integer

if TYPE_CHECKING:
    from collections.abc import Callable

_WHITESPACE: Final = re.compile(f"[{WHITESPACE}]+")
_CJK: Final = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_CJK_WORDS: Final = re.compile(f"[{_CJK}]|[^{_CJK}{WHITESPACE}]+")
_CLOSERS: Final = {"<script": "</script>", "<style": "</style>", "<!--": "-->", "<": ">"}
_ENTITY: Final = re.compile("&(?:amp|lt|gt|#34|#39);")
_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;"})


def append(value: Any, *arguments: Any) -> str:
    """Append a string; raise FilterArgumentError unless there is exactly one argument."""
    if len(arguments) != 1:
        raise FilterArgumentError("append expect 2 arguments", token=None)
    return render_value(value) + render_value(arguments[0])


def prepend(value: Any, *arguments: Any) -> str:
    """Prepend a string; raise FilterArgumentError unless there is exactly one argument."""
    if len(arguments) != 1:
        raise FilterArgumentError("prepend expect 2 arguments", token=None)
    return render_value(arguments[0]) + render_value(value)


def replace_last(value: Any, pattern: Any = "", replacement: Any = "") -> str:
    """Replace the last occurrence of a string; the empty pattern matches at the end."""
    string, pattern_text = render_value(value), render_value(pattern)
    before, match, after = string.rpartition(pattern_text) if pattern_text else (string, "", "")
    return before + (render_value(replacement) if match or not pattern_text else "") + after


def split(value: Any, separator: Any = "") -> list[str]:
    """Split a string, with an empty separator into UTF-16 units; drop empty parts at the end."""
    parts = _split(render_value(value), render_value(separator))
    while parts and not parts[-1]:
        parts.pop()
    return parts


def truncate(value: Any, length: Any = 50, ending: Any = "...") -> Any:
    """Shorten a string that is too long; the length includes the ending."""
    units, ending_units, max_length = (
        utf16_units(render_value(value)),
        utf16_units(render_value(ending)),
        number(length),
    )
    if len(units) <= max_length:
        return value
    return utf16_text(units[: max(to_integer(max_length - len(ending_units)), 0)]) + ending_units


def truncate_words(value: Any, max_words: Any = 15, ending: Any = "...") -> str:
    """Keep the first words; as in liquidjs, the ending is also added if the string has exactly this number of words."""
    words, limit = _WHITESPACE.split(render_value(value)), 1 if number(max_words) <= 0 else number(max_words)
    return " ".join(words[: to_integer(limit)]) + (render_value(ending) if len(words) >= limit else "")


def number_of_words(value: Any, mode: Any = UNDEFINED) -> int:
    """Count words; with the mode `cjk` or `auto`, each Chinese, Japanese or Korean character is a word."""
    string = trim(render_value(value))
    if mode == "cjk" or (mode == "auto" and re.search(f"[{_CJK}]", string)):
        return len(_CJK_WORDS.findall(string))
    return len(_WHITESPACE.split(string)) if string else 0


def strip_filter(strip: Callable[[str, str], str]) -> Callable[..., str]:
    """Return a filter that strips white space, or the UTF-16 units of its argument."""

    def call(value: Any, units: Any = UNDEFINED) -> str:
        return utf16_text(strip(utf16_units(render_value(value)), render_value(units if truthy(units) else WHITESPACE)))

    return call


def strip_html(value: Any) -> str:
    """Remove tags, comments, scripts and styles; keep unclosed tags, comments, scripts and styles.

    If an end tag is missing once, it is not searched again, so the time stays linear.
    """
    string, text, position, closers = render_value(value), "", 0, dict(_CLOSERS)
    while (start := string.find("<", position)) >= 0:
        text, position = text + string[position:start], start
        for opener in [opener for opener in closers if string.startswith(opener, start)]:
            end = string.find(closers[opener], start + len(opener))
            if end >= 0:
                position = end + len(closers[opener])
                break
            del closers[opener]
        if position == start:
            break
    return text + string[position:]


def unescape(string: str) -> str:
    """Undo the five escapes that `escape` makes."""
    return _ENTITY.sub(lambda entity: html.unescape(entity.group()), string)


def _split(string: str, separator: str) -> list[str]:
    return string.split(separator) if separator else list(utf16_units(string))


STRING_FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "append": append,
    "capitalize": lambda value: render_value(value)[:1].upper() + render_value(value)[1:].lower(),
    "downcase": lambda value: render_value(value).lower(),
    "escape": lambda value: render_value(value).translate(_ESCAPES),
    "escape_once": lambda value: unescape(render_value(value)).translate(_ESCAPES),
    "lstrip": strip_filter(str.lstrip),
    "normalize_whitespace": lambda value: _WHITESPACE.sub(" ", render_value(value)),
    "number_of_words": number_of_words,
    "prepend": prepend,
    "remove": lambda value, pattern="": render_value(value).replace(render_value(pattern), ""),
    "remove_first": lambda value, pattern="": render_value(value).replace(render_value(pattern), "", 1),
    "remove_last": lambda value, pattern="": replace_last(value, pattern),
    "replace": lambda value, pattern="", other="": render_value(other).join(
        _split(render_value(value), render_value(pattern))
    ),
    "replace_first": lambda value, pattern="", other="": render_value(value).replace(
        render_value(pattern), render_value(other), 1
    ),
    "replace_last": replace_last,
    "rstrip": strip_filter(str.rstrip),
    "split": split,
    "strip": strip_filter(str.strip),
    "strip_html": strip_html,
    "strip_newlines": lambda value: re.sub("\r?\n", "", render_value(value)),
    "truncate": truncate,
    "truncatewords": truncate_words,
    "upcase": lambda value: render_value(value).upper(),
    "xml_escape": lambda value: render_value(value).translate(_ESCAPES),
}
