"""Liquid's filters for parts of URLs."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote

from liquid.exceptions import FilterArgumentError

from pendo_destination.javascript.utf16 import utf16_text
from pendo_destination.javascript.values import text, trim, truthy
from pendo_destination.mapping.liquid.value import written

if TYPE_CHECKING:
    from collections.abc import Callable

_KEPT: Final = frozenset(("Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd"))
_PLAIN: Final = str.maketrans(
    dict.fromkeys("àáâãäå", "a") | dict.fromkeys("èéêë", "e") | dict.fromkeys("ìíîï", "i") | dict.fromkeys("ùúûü", "u")
    | dict.fromkeys("òóôõöø", "o") | dict.fromkeys("ýÿ", "y")
    | {"æ": "ae", "ç": "c", "ð": "d", "ñ": "n", "ß": "ss", "œ": "oe", "þ": "th", "ẞ": "SS", "Œ": "OE", "Þ": "TH"}
)  # fmt: skip


def _is_letter(character: str) -> bool:
    return unicodedata.category(character) in _KEPT


_SLUGS: Final[dict[str, Callable[[str], bool]]] = {
    "raw": lambda character: bool(trim(character)),
    "default": _is_letter,
    "pretty": lambda character: _is_letter(character) or character in "._~!$&'()+,;=@",
    "ascii": lambda character: character.isascii() and character.isalnum(),
    "latin": _is_letter,
}


def slug(value: Any, mode: Any = "default", cased: Any = None) -> str:
    """Put hyphens in place of what a mode does not keep; an unknown mode keeps everything."""
    string, keeps = written(value), _SLUGS.get(text(mode))
    if keeps:
        string = string.translate(_PLAIN) if mode == "latin" else string
        marked = "".join(character if keeps(character) else "\n" for character in string)
        string = re.sub("\n+", "-", marked).removeprefix("-").removesuffix("-")
    return string if truthy(cased) else string.lower()


def _uri(convert: Callable[[str], str]) -> Callable[[Any], str]:
    def call(value: Any) -> str:
        try:
            return convert(utf16_text(written(value)))
        except UnicodeError as error:
            raise FilterArgumentError("URI malformed", token=None) from error

    return call


def _decoded(string: str) -> str:
    if re.search("%(?![0-9a-fA-F]{2})", string):
        raise UnicodeError
    return unquote(string, errors="strict").replace("+", " ")


URL_FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "cgi_escape": _uri(lambda string: quote(string, safe="").replace("%20", "+")),
    "slugify": slug,
    "uri_escape": _uri(lambda string: quote(string, safe=";,/?:@&=+$-_.!~*'()#[]")),
    "url_decode": _uri(_decoded),
    "url_encode": _uri(lambda string: quote(string, safe="!~*'()").replace("%20", "+")),
}
