"""Counts the structure of a JSON text, valid or not, on its bytes: names and values, arrays and objects, depth."""

from __future__ import annotations

from itertools import accumulate
from typing import Final

_NOT_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))
_NOT_STRUCTURE: Final = bytes(set(range(256)) - set(b'[]{}",:'))
_DEPTH_CHANGE: Final = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_DEPTH_BLOCK: Final = 128


def read_structure(document: bytes, value_limit: int) -> tuple[int, bytes]:
    """Return the number of names and values of a JSON text, and its brackets; those inside strings do not count.

    If the text has more than `value_limit` strings, the number is that of the strings, and there are no brackets.
    """
    if b"\\" in document:
        document = document.replace(b"\\\\", b"").replace(b'\\"', b"")
    strings = document.count(b'"') // 2
    if strings > value_limit:
        return strings, b""
    # To remove two quotes side by side does not change which characters are inside strings.
    kept = document.translate(None, _NOT_STRUCTURE).replace(b'""', b"")
    structure = b"".join(kept.split(b'"')[::2])
    return structure.count(b",") + structure.count(b":") + 1, structure.translate(None, _NOT_BRACKETS)


def structure_problem(document: bytes, value_limit: int, depth_limit: int) -> str:
    """Return a text that says which limit a JSON text exceeds, "" if none: its names and values, or its depth."""
    if len(document) <= value_limit and count_containers(document) <= depth_limit:
        return ""
    values, brackets = read_structure(document, value_limit)
    if values > value_limit:
        return f"larger than {value_limit:,} names and values"
    return f"nested deeper than {depth_limit} levels" if is_deeper(brackets, depth_limit) else ""


def count_containers(brackets: bytes) -> int:
    """Count the arrays and objects that begin in a text or in its brackets."""
    return brackets.count(b"[") + brackets.count(b"{")


def is_deeper(brackets: bytes, limit: int) -> bool:
    """Return whether brackets nest deeper than `limit`; only blocks that can reach it are read one by one."""
    depth = 0
    for start in range(0, len(brackets), _DEPTH_BLOCK):
        block = brackets[start : start + _DEPTH_BLOCK]
        opening = count_containers(block)
        if depth + opening > limit:
            depths = accumulate(map(_DEPTH_CHANGE.__getitem__, block), initial=depth)
            if max(depths) > limit:
                return True
        depth += 2 * opening - len(block)
    return False


def may_have_number(document: bytes, digits: int) -> bool:
    """Return whether a text can have a number of at least `digits` digits; a string of digits counts too.

    Such a number contains a whole block of half as many digits.
    """
    size = digits // 2
    return any(document[start : start + size].isdigit() for start in range(0, len(document), size))
