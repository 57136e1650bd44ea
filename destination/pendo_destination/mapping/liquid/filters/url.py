"""Liquid's filters for parts of URLs."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote

from liquid.exceptions import FilterArgumentError

from pendo_destination.javascript.utf16 import utf16_text
from pendo_destination.javascript.values import text, trim, truthy
from pendo_destination.mapping.liquid.value import render_value

if TYPE_CHECKING:
    from collections.abc import Callable

_LETTER_CATEGORIES: Final = frozenset(("Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd"))
_WITHOUT_ACCENTS: Final = str.maketrans(
    dict.fromkeys("àáâãäå", "a") | dict.fromkeys("èéêë", "e") | dict.fromkeys("ìíîï", "i") | dict.fromkeys("ùúûü", "u")
    | dict.fromkeys("òóôõöø", "o") | dict.fromkeys("ýÿ", "y")
    | {"æ": "ae", "ç": "c", "ð": "d", "ñ": "n", "ß": "ss", "œ": "oe", "þ": "th", "ẞ": "SS", "Œ": "OE", "Þ": "TH"}
)  # fmt: skip


def _is_letter(character: str) -> bool:
    return unicodedata.category(character) in _LETTER_CATEGORIES


_KEPT_CHARACTERS: Final[dict[str, Callable[[str], bool]]] = {
    "raw": lambda character: bool(trim(character)),
    "default": _is_letter,
    "pretty": lambda character: _is_letter(character) or character in "._~!$&'()+,;=@",
    "ascii": lambda character: character.isascii() and character.isalnum(),
    "latin": _is_letter,
}


def slugify(value: Any, mode: Any = "default", keep_case: Any = None) -> str:
    """Replace each run of characters that a mode does not keep by a hyphen; an unknown mode keeps all characters."""
    string, is_kept = render_value(value), _KEPT_CHARACTERS.get(text(mode))
    if is_kept:
        string = string.translate(_WITHOUT_ACCENTS) if mode == "latin" else string
        replaced = "".join(character if is_kept(character) else "\n" for character in string)
        string = re.sub("\n+", "-", replaced).removeprefix("-").removesuffix("-")
    return string if truthy(keep_case) else string.lower()


def _uri_filter(convert: Callable[[str], str]) -> Callable[[Any], str]:
    def call(value: Any) -> str:
        try:
            return convert(utf16_text(render_value(value)))
        except UnicodeError as error:
            raise FilterArgumentError("URI malformed", token=None) from error

    return call


def _url_decode(string: str) -> str:
    if re.search("%(?![0-9a-fA-F]{2})", string):
        raise UnicodeError
    return unquote(string, errors="strict").replace("+", " ")


URL_FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "cgi_escape": _uri_filter(lambda string: quote(string, safe="").replace("%20", "+")),
    "slugify": slugify,
    "uri_escape": _uri_filter(lambda string: quote(string, safe=";,/?:@&=+$-_.!~*'()#[]")),
    "url_decode": _uri_filter(_url_decode),
    "url_encode": _uri_filter(lambda string: quote(string, safe="!~*'()").replace("%20", "+")),
}
