"""The query language of the timeline: `type:track name:"Signed Up" is:broken -visitor:u1 since:5m text`.

A query is a list of terms, all of which an event must match. A term is `field:value` or a text that the payload
contains; `-` before a term excludes what it matches. Values with spaces are in quotes; `a,b` means either value; `*`
means any characters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from pendo_emulator.events.query_language.query_errors import QueryError, check_value, unknown_field
from pendo_emulator.events.query_language.query_fields import FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LENGTH: Final = 2000
MAX_TERMS: Final = 50

_FIELD: Final = re.compile(r"([A-Za-z][\w-]*):", re.ASCII)
_BARE: Final = re.compile(r'[^\s"*,]+')
_BARE_TEXT: Final = re.compile(r'[^\s"]+')
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_SPACE: Final = re.compile(r"\s+")
# Texts that need no quotes when they are printed.
_PLAIN_VALUE: Final = re.compile(r"[\w./@:+=-]+")
_PLAIN_TEXT: Final = re.compile(r"[\w./@+=][\w./@+=-]*")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A value with wildcards: `parts` are the texts between the wildcards, one part if there is none."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FieldTerm:
    """A term that an event matches if one of the patterns matches its value of a field."""

    field: str
    patterns: tuple[Pattern, ...]
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class TextTerm:
    """A term that an event matches if its payload contains a text."""

    text: str
    excluded: bool = False


Term: TypeAlias = FieldTerm | TextTerm


@dataclass(frozen=True, slots=True)
class EventQuery:
    """A parsed query: an event matches if it matches all terms."""

    terms: tuple[Term, ...] = ()

    def __str__(self) -> str:
        """Write the query so that `parse_query` returns an equal one."""
        return " ".join(map(_print_term, self.terms))


def parse_query(text: str) -> EventQuery:
    """Read a query; raise QueryError, with the column, for a text that is not a query."""
    if len(text) > MAX_LENGTH:
        raise QueryError(f"the query is longer than {MAX_LENGTH:,} characters: shorten it", MAX_LENGTH + 1)
    return EventQuery(tuple(_terms(text)))


def _terms(text: str) -> Iterator[Term]:
    place, count = _skip_space(text, 0), 0
    while place < len(text):
        if count == MAX_TERMS:
            raise QueryError(f"the query has more than {MAX_TERMS} terms: remove some", place + 1)
        term, place = _read_term(text, place)
        yield term
        count += 1
        place = _skip_space(text, place)


def _read_term(text: str, start: int) -> tuple[Term, int]:
    excluded = text[start] == "-"
    place = start + excluded
    if field := _FIELD.match(text, place):
        name = field[1].lower()
        if name not in FIELDS:
            raise unknown_field(name, place + 1)
        patterns, end = _read_patterns(text, field.end(), name)
        return FieldTerm(name, patterns, excluded), end
    words, end = _read_segments(text, place, _BARE_TEXT)
    if not words:
        problem = "a text is empty: remove it" if end > place else "`-` needs a term after it, such as -type:load"
        raise QueryError(problem, place + 1)
    return TextTerm(words, excluded), end


def _read_patterns(text: str, start: int, field: str) -> tuple[tuple[Pattern, ...], int]:
    patterns, place = [], start
    while True:
        pattern, end = _read_pattern(text, place)
        if end == place:
            raise QueryError(
                f'{field}: needs a value, such as {FIELDS[field].example}; "" is the empty text', place + 1
            )
        check_value(field, pattern.parts, place + 1)
        patterns.append(pattern)
        if text[end : end + 1] != ",":
            return tuple(dict.fromkeys(patterns)), end
        place = end + 1


def _read_pattern(text: str, start: int) -> tuple[Pattern, int]:
    parts, place = [""], start
    while place < len(text) and not text[place].isspace() and text[place] != ",":
        if text[place] == "*":
            place += 1
            if len(parts) == 1 or parts[-1]:
                parts.append("")
            continue
        words, place = _read_segments(text, place, _BARE)
        parts[-1] += words
    return Pattern(tuple(parts)), place


def _read_segments(text: str, place: int, bare: re.Pattern[str]) -> tuple[str, int]:
    """Read bare and quoted segments that follow each other without a space."""
    words = ""
    while place < len(text) and (found := _segment(text, place, bare)):
        words += _ESCAPED.sub(r"\1", found[1]) if found.re is _QUOTED else found[0]
        place = found.end()
    return words, place


def _segment(text: str, place: int, bare: re.Pattern[str]) -> re.Match[str] | None:
    if text[place] != '"':
        return bare.match(text, place)
    if quoted := _QUOTED.match(text, place):
        return quoted
    raise QueryError('the quote is not closed: add a `"`', place + 1)


def _skip_space(text: str, place: int) -> int:
    space = _SPACE.match(text, place)
    return space.end() if space else place


def _print_term(term: Term) -> str:
    sign = "-" if term.excluded else ""
    if isinstance(term, TextTerm):
        return sign + (term.text if _PLAIN_TEXT.fullmatch(term.text) else quote(term.text))
    return f"{sign}{term.field}:{','.join(_print_pattern(pattern) for pattern in term.patterns)}"


def _print_pattern(pattern: Pattern) -> str:
    if pattern.parts == ("",):
        return quote("")
    return "*".join(part if not part or _PLAIN_VALUE.fullmatch(part) else quote(part) for part in pattern.parts)


def quote(text: str) -> str:
    """Return a text in quotes, as the query language needs it for a text with spaces."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
