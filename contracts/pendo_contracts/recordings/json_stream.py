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

_BLOCK: Final = 256 * 1024
_SPACE: Final = re.compile(r"[ \t\n\r]*")
_STRUCTURE: Final = re.compile(r'["{}\[\]]')
_STRING_END: Final = re.compile(r'(?:[^"\\]++|\\.)*+"', re.DOTALL)
_UNTERMINATED: Final = "Unterminated string"
# An unfinished literal or escape at the end of a block: `-Infinit`, `\ud83d\ude0`.
_LONGEST_TOKEN: Final = 16

_DECODE: Final = json.JSONDecoder().raw_decode


class DamagedJsonError(ValueError):
    """A document that is not JSON from some place on; the text says what is wrong."""


class TooLargeError(ValueError):
    """A value that is larger than the limit; the stream continues after it."""


class JsonStream:
    """A cursor in a JSON document; it accepts the same JSON as Python's `json`.

    `limit` is the largest size of one value, in characters.
    """

    def __init__(self, stream: IO[bytes], limit: int = VALUE_LIMIT) -> None:
        self._stream, self._limit = stream, limit
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
        """Read one value; raise TooLargeError after a value above the limit, RecursionError for one nested too deep."""
        self.peek()
        while True:
            try:
                value, end = _DECODE(self._text, self._at)
            except JSONDecodeError as error:
                if self._ended or not self._is_unfinished(error):
                    raise DamagedJsonError(f"not JSON: {error.msg}") from error
            else:
                # At the end of the block a number may be unfinished.
                if end < len(self._text) or self._ended:
                    size, self._at = end - self._at, end
                    if size > self._limit:
                        raise self._too_large()
                    return value
            if len(self._text) - self._at > self._limit:
                self._skip()
                raise self._too_large()
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

    def _too_large(self) -> TooLargeError:
        return TooLargeError(f"larger than {self._limit:,} characters")

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

    def _skip(self) -> None:
        """Skip an array, an object or a string without its values."""
        depth = 0
        while True:
            structure = self._next_structure()
            if structure == '"':
                self._skip_string()
            else:
                depth += 1 if structure in "{[" else -1
            if depth <= 0:
                return

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
