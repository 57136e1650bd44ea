"""Reads a large JSON document value by value, with bounded memory."""

from __future__ import annotations

import codecs
import json
import re
from json import JSONDecodeError
from typing import IO, TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

VALUE_LIMIT: Final = 64 * 1024 * 1024
# The decoded values of 64 MiB of `{}` need 1.5 GB of memory.
TOKEN_LIMIT: Final = 2_000_000

_BLOCK: Final = 256 * 1024
_SPACE: Final = re.compile(r"[ \t\n\r]*")
# Empty arrays and objects do not change the depth.
_STRUCTURE: Final = re.compile(r'(?:(?:\{\}|\[\])[,\s]*+)++|["{}\[\]]')
_TOKEN: Final = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\Z)|[{}\[\],]', re.DOTALL)
_SCALAR: Final = re.compile(r"[^,\]}\s]*+")
_STRING_END: Final = re.compile(r'(?:[^"\\]++|\\.)*+"', re.DOTALL)
_UNTERMINATED: Final = "Unterminated string"
# An unfinished literal or escape at the end of a block: `-Infinit`, `\ud83d\ude0`.
_LONGEST_TOKEN: Final = 16

_DECODE: Final = json.JSONDecoder().raw_decode


class DamagedJsonError(ValueError):
    """A document that is not JSON from some place on; the text says what is wrong."""


class TooLargeError(ValueError):
    """A value that exceeds a limit: its size, its parts, its depth, its digits; the stream continues after it."""


class JsonStream:
    """A cursor in a JSON document; it accepts the same JSON as Python's `json`.

    `limit` is the largest size of one value in characters, `tokens` the largest number of its strings, brackets and
    commas.
    """

    def __init__(self, stream: IO[bytes], limit: int = VALUE_LIMIT, tokens: int = TOKEN_LIMIT) -> None:
        self._stream, self._limit, self._tokens = stream, limit, tokens
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogatepass")
        self._text, self._at, self._ended = "", 0, False

    def members(self) -> Iterator[str]:
        """Yield the names of an object's members; the caller reads each value."""
        self.expect("{")
        if self._accept("}"):
            return
        while True:
            if self.peek() != '"':
                raise DamagedJsonError(f"a member's name must follow, not {self._shown()}")
            name = self.value()
            self.expect(":")
            yield name
            if self._accept("}"):
                return
            self.expect(",")

    def items(self) -> Iterator[int]:
        """Yield the positions in an array; the caller reads each value."""
        self.expect("[")
        position = 0
        if self._accept("]"):
            return
        while True:
            yield position
            position += 1
            if self._accept("]"):
                return
            self.expect(",")

    def value(self) -> Any:
        """Read one value; raise TooLargeError after a value above a limit."""
        self.peek()
        while True:
            if self._has_too_many_tokens():
                raise self._skipped(f"larger than {self._tokens:,} strings, brackets and commas")
            decoded = self._decode()
            # At the end of the block a number may be unfinished.
            if decoded and (decoded[1] < len(self._text) or self._ended):
                value, end = decoded
                size, self._at = end - self._at, end
                if size > self._limit:
                    raise TooLargeError(self._too_large())
                return value
            if len(self._text) - self._at > self._limit:
                raise self._skipped(self._too_large())
            self._read()

    def expect(self, character: str) -> None:
        """Read a character; raise DamagedJsonError for any other one."""
        if not self._accept(character):
            raise DamagedJsonError(f"not JSON: {character} must follow, not {self._shown()}")

    def end(self) -> None:
        """Raise DamagedJsonError unless only white space follows."""
        if self.peek():
            raise DamagedJsonError(f"not JSON: the end of the file must follow, not {self._shown()}")

    def peek(self) -> str:
        """Return the next character that is not white space, "" at the end."""
        while True:
            space = _SPACE.match(self._text, self._at)
            self._at = space.end() if space else self._at
            if self._at < len(self._text) or self._ended:
                return self._text[self._at : self._at + 1]
            self._read()

    def _accept(self, character: str) -> bool:
        if self.peek() != character:
            return False
        self._at += 1
        return True

    def _shown(self) -> str:
        return repr(self.peek()) if self.peek() else "the end of the file"

    def _too_large(self) -> str:
        return f"larger than {self._limit:,} characters"

    def _skipped(self, problem: str) -> TooLargeError:
        self._skip()
        return TooLargeError(problem)

    def _decode(self) -> tuple[Any, int] | None:
        """Decode the next value; return it and its end, or None if the text ends before the value."""
        try:
            return _DECODE(self._text, self._at)
        except JSONDecodeError as error:
            if self._ended or not self._is_unfinished(error):
                raise DamagedJsonError(f"not JSON: {error.msg}") from error
            return None
        except RecursionError as error:
            raise self._skipped("nested too deep") from error
        except ValueError as error:
            # Python does not convert such a number.
            raise self._skipped("a value with a number of more than 4,300 digits") from error

    def _is_unfinished(self, error: JSONDecodeError) -> bool:
        """Return whether more text can correct the error."""
        return error.msg.startswith(_UNTERMINATED) or error.pos >= len(self._text) - _LONGEST_TOKEN

    def _read(self) -> None:
        """Read more text, at least as much as is left, so that repeated attempts take linear time."""
        block = self._stream.read(max(_BLOCK, len(self._text) - self._at))
        self._ended = not block
        try:
            more = self._decoder.decode(block, final=self._ended)
        except UnicodeDecodeError as error:
            raise DamagedJsonError(f"not UTF-8: {error.reason}") from error
        self._text, self._at = self._text[self._at :] + more, 0

    def _has_too_many_tokens(self) -> bool:
        """Return whether the value has more tokens than the limit; the text can end before the value."""
        if len(self._text) - self._at <= self._tokens:
            return False
        if sum(self._text.count(character, self._at) for character in '"{}[],') <= self._tokens:
            return False
        depth = 0
        for number, token in enumerate(_TOKEN.finditer(self._text, self._at)):
            if number >= self._tokens:
                return True
            first = self._text[token.start()]
            depth += (first in "[{") - (first in "]}")
            if depth <= 0:
                return False
        return False

    def _skip(self) -> None:
        """Skip a value without reading it."""
        if self.peek() not in set('"{['):
            self._skip_scalar()
            return
        depth = 0
        while True:
            structure = self._next_structure()
            if structure == '"':
                self._skip_string()
            elif len(structure) == 1:
                depth += 1 if structure in "{[" else -1
            if depth <= 0:
                return

    def _skip_scalar(self) -> None:
        while True:
            found = _SCALAR.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text) or self._ended:
                return
            self._read()

    def _next_structure(self) -> str:
        while (found := _STRUCTURE.search(self._text, self._at)) is None:
            self._at = len(self._text)
            self._read_or_fail()
        self._at = found.end()
        return found[0]

    def _skip_string(self) -> None:
        while (found := _STRING_END.match(self._text, self._at)) is None:
            # An escape must not be cut.
            backslashes = len(self._text) - len(self._text.rstrip("\\"))
            self._at = max(self._at, len(self._text) - backslashes % 2)
            self._read_or_fail()
        self._at = found.end()

    def _read_or_fail(self) -> None:
        self._read()
        if self._ended:
            raise DamagedJsonError("not JSON: the file ends inside a value")
