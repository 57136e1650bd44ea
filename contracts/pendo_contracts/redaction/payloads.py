"""Rewrites jzb and JSON payloads; a payload that cannot be decoded becomes another one with the same problem."""

from __future__ import annotations

import base64
import re
import zlib
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.redaction.json_redactor import collect_ids, dump, long_texts, redact_json
from pendo_contracts.wire import jzb

if TYPE_CHECKING:
    from collections.abc import Callable

    from pendo_contracts.redaction.text_redactor import TextRedactor

# Sizes at which a contract decides about a jzb: GET, guide requests, the SDK for servers, POST.
LIMITS: Final = (1_900, 2_000, 4_000, 65_536)

# The agent's level comes first: its jzb begins with `eJ`.
_LEVELS: Final = (6, 9, 7, 8, 1, 5, 4, 3, 2, 0)
_SPACES: Final = b" " * (jzb.RATIO_FROM + 1)
# What is left of texts that must compress better: the part, and the number of characters.
_KEPT_PARTS: Final = (0.75, 0.5, 0.25, 0)
_SHORTEST_START: Final = 6
_LETTERS: Final = re.compile(r"[a-z]+|[A-Z]+|[0-9]+")
# The agent's report of an event that it dropped (observed).
_OVERSIZE: Final = re.compile(r"Single item is:? ?\d*\.?(?: Dropping\.?)?")
_VERSION: Final = re.compile(r"v?\d{1,4}\.\d{1,4}\.\d{1,4}(?:_[a-z]+(?:-[a-z0-9]+)?(?:_ext)?)?\Z")
_JZB_START: Final = "eJ"

# JSON texts, each with one problem.
_BROKEN_JSON: Final[dict[str, Callable[[], bytes]]] = {
    "utf8": lambda: b'"\xff"',
    "json": lambda: b"[",
    "depth": lambda: b"[" * (jzb.DEPTH_LIMIT + 50) + b"]" * (jzb.DEPTH_LIMIT + 50),
    "containers": lambda: b"[" + b"[]," * (jzb.CONTAINER_LIMIT + 1) + b"[]]",
    "values": lambda: b"[" + b"0," * (jzb.VALUE_LIMIT + 1) + b"0]",
    "decimals": lambda: b"[" + b"0.5," * (jzb.DECIMAL_LIMIT + 1) + b"0.5]",
    "digits": lambda: b" " * jzb.LARGE + b"9" * (jzb.DIGIT_LIMIT + 1),
    "size": lambda: b"".join(b"%016d" % (place * 7919**4 % 10**16) + _SPACES[:1500] for place in range(6_000)),
    "ratio": lambda: _SPACES,
}


def collect_packed(packed: str, text: TextRedactor) -> None:
    """Note the ids in a jzb."""
    try:
        collect_ids(jzb.decode(packed), text)
    except jzb.JzbError:
        return


def redact_packed(packed: str, text: TextRedactor) -> str:
    """Return a jzb with pseudonyms, on the same side of each limit of size as far as possible."""
    try:
        value = jzb.decode(packed)
    except jzb.JzbError as error:
        return _broken_jzb(error.reason, packed)
    shown = redact_json(value, text)
    result = _pack(dump(shown), len(packed))
    if _side(len(result)) > _side(len(packed)):
        result = _simplify(shown, len(packed))
    return result


def redact_inflated(raw: bytes, text: TextRedactor) -> bytes:
    """Return JSON compressed with zlib, with pseudonyms."""
    try:
        value = jzb.parse(jzb.inflate(raw))
    except jzb.JzbError as error:
        return _broken_stream(error.reason, len(raw))
    return zlib.compress(dump(redact_json(value, text)))


def read_json(raw: bytes) -> tuple[Any, str]:
    """Return a JSON value and "", or None and the reason why it cannot be read."""
    try:
        return jzb.parse(raw), ""
    except jzb.JzbError as error:
        return None, error.reason


def broken_json(reason: str) -> bytes:
    """Return a JSON text that cannot be read for the same reason."""
    return _BROKEN_JSON.get(reason, _BROKEN_JSON["json"])()


def redact_error(error: str, text: TextRedactor) -> str:
    """Redact the agent's report of an error: a text with a stack, or the jzb of an event that was too large."""
    if error.startswith(_JZB_START):
        packed = redact_packed(error, text)
        return packed if packed.startswith(_JZB_START) else _JZB_START + packed
    return redact_message(error, text)


def redact_message(message: str, text: TextRedactor) -> str:
    """Redact a message of the agent with the same length; its version, and its report of an oversize event, stay."""
    oversize, version = _OVERSIZE.match(message), _VERSION.search(message)
    start = oversize.end() if oversize else 0
    end = max(start, version.start() if version else len(message))
    return message[:start] + text.text(message[start:end]) + message[end:]


def _pack(document: bytes, size: int) -> str:
    wanted = _side(size)
    shortest = ""
    for level in _LEVELS:
        packed = base64.urlsafe_b64encode(zlib.compress(document, level)).decode().rstrip("=")
        if _side(len(packed)) == wanted:
            return packed
        shortest = min(shortest or packed, packed, key=len)
    return shortest


def _simplify(value: Any, size: int) -> str:
    """Replace the ends of texts that are no ids by one letter, until the jzb is on the right side of the limits.

    Pseudonyms compress a little worse than words, and the agent fills requests up to the limits. Lengths stay.
    """
    packed = ""
    for kept in _KEPT_PARTS:
        for holder, name in long_texts(value):
            start = max(_SHORTEST_START, int(len(holder[name]) * kept))
            holder[name] = holder[name][:start] + _LETTERS.sub(_same_letters, holder[name][start:])
        packed = _pack(dump(value), size)
        if _side(len(packed)) <= _side(size):
            break
    return packed


def _same_letters(found: re.Match[str]) -> str:
    piece = found[0]
    return ("0" if piece.isdecimal() else "x" if piece.islower() else "X") * len(piece)


def _side(size: int) -> int:
    return sum(size > limit for limit in LIMITS)


def _broken_jzb(reason: str, packed: str) -> str:
    """Return a text with the same problem, and with the same length unless it is a problem of the JSON."""
    if reason == "alphabet":
        return "+" * len(packed)
    if reason in {"length", "zlib"}:
        return "A" * len(packed)
    stream = _broken_stream(reason, len(packed) * 3 // 4)
    return base64.urlsafe_b64encode(stream).decode().rstrip("=")


def _broken_stream(reason: str, size: int) -> bytes:
    match reason:
        case "zlib":
            return bytes(max(2, size))
        case "truncated":
            return zlib.compress(_SPACES[: size + 1], 0)[:size]
        case "trailing":
            return zlib.compress(b"[]") + b" " * max(1, size - len(zlib.compress(b"[]")))
    return zlib.compress(broken_json(reason), 9)
