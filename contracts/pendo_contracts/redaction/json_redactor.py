"""Redacts JSON values: names of members, texts and numbers; the structure and the types stay."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.redaction.text_redactor import SHORTEST
from pendo_contracts.redaction.word_lists import words_of
from pendo_contracts.report.public_words import public_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.redaction.text_redactor import TextRedactor

# Members whose names end so have ids as values.
_ID: Final = re.compile(r"(?:^|[a-z_\W\d])(?:id|ids|Id|Ids|ID|IDs|ID[sS]?|key|Key|apiKey)$|^(?:id|ID|Id)$")
# Members of an event that are times, sizes and counters, and the times of a call of Segment.
_MEASURES: Final = words_of(
    """
    browser_time timestamp originalTimestamp sentAt receivedAt bytes sequence load_time recordingSize
    recordingPayloadCount lastKeyFrame devLogCount ct duration time
    """
)
# Members whose texts the contracts prescribe.
_PRESCRIBED: Final = words_of(
    """
    type subType flags frustrationTypes devLogLevel recordingId recordingSessionId kind channel library
    """
)
_NUMBER: Final = re.compile(r"(-?)(\d+)((?:\.\d+)?)")


def collect_ids(value: Any, text: TextRedactor, name: str = "") -> None:
    """Note the ids in a JSON value, so that short ones are replaced wherever they are values."""
    for member, item in _texts(value, name):
        if _ID.search(member):
            text.add_id(item)


def _texts(value: Any, name: str) -> Iterator[tuple[str, str]]:
    """Yield the texts and numbers of a value, each with the name of the member that has it."""
    waiting = [(name, value)]
    while waiting:
        member, item = waiting.pop()
        if isinstance(item, dict):
            waiting += item.items()
        elif isinstance(item, list):
            waiting += [(member, inner) for inner in item]
        elif isinstance(item, str):
            yield member, item
        elif isinstance(item, int | float) and not isinstance(item, bool):
            yield member, str(item)


def redact_json(value: Any, text: TextRedactor, name: str = "", depth: int = 0) -> Any:
    """Return a JSON value with pseudonyms; `name` is the member that has it, `depth` the number of objects around it.

    Times, sizes and counters of an event stay, and texts that the contracts prescribe.
    """
    if isinstance(value, dict):
        return {text.name(key): redact_json(item, text, key, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [redact_json(item, text, name, depth) for item in value]
    if isinstance(value, bool) or value is None or (depth == 1 and name in _MEASURES):
        return value
    if isinstance(value, str):
        if name in _PRESCRIBED and value in public_names():
            return value
        return text.value(value, is_id=bool(_ID.search(name)))
    return redact_number(value, text, is_id=bool(_ID.search(name)))


def redact_number(value: float, text: TextRedactor, *, is_id: bool = False) -> float:
    """Return a number with as many digits, so that its JSON text has the same length; a short one stays."""
    written = json.dumps(value)
    found = _NUMBER.fullmatch(written)
    if found is None or (len(written) < SHORTEST and not is_id and written not in text.ids):
        return value
    sign, whole, fraction = found.groups()
    if not fraction:
        return int(sign + text.text(whole))
    for _ in range(100):
        whole, fraction = text.text(whole), _redact_fraction(fraction, text)
        result = float(sign + whole + fraction)
        if math.isfinite(result) and json.dumps(result) == sign + whole + fraction:
            return result
    return float(f"{sign}{whole}.5")


def _redact_fraction(fraction: str, text: TextRedactor) -> str:
    """Replace the digits after the point; the last one, which is not zero, stays not zero."""
    digits = fraction[:0:-1]
    return fraction if digits == "0" else "." + text.text(digits)[::-1]


def long_texts(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the places of the texts that are no ids and no prescribed texts, each as its container and its key."""
    waiting = [value]
    while waiting:
        holder = waiting.pop()
        pairs = (
            list(holder.items()) if isinstance(holder, dict) else enumerate(holder) if isinstance(holder, list) else ()
        )
        for name, item in pairs:
            if isinstance(item, str) and not (isinstance(name, str) and (_ID.search(name) or name in _PRESCRIBED)):
                yield holder, name
            elif isinstance(item, dict | list):
                waiting.append(item)


def dump(value: Any) -> bytes:
    """Write JSON as a browser does; lone surrogates are escaped."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")
