"""JSON payloads that take long to decode, judge or record: just within the limits, and just beyond them."""

from __future__ import annotations

from functools import cache
from random import Random
from typing import Final

from pendo_contracts.wire.beacon import EVENT_LIMIT
from pendo_contracts.wire.jzb import (
    CONTAINER_LIMIT,
    DECIMAL_LIMIT,
    DEPTH_LIMIT,
    DIGIT_LIMIT,
    INFLATED_LIMIT,
    RATIO_LIMIT,
    VALUE_LIMIT,
)

# So much white space of random kinds, at the end, lets any payload keep the limit of the compression ratio.
SPACE: Final = "".join(Random(1).choices(" \n\r\t", k=5 * INFLATED_LIMIT // RATIO_LIMIT))
SIZE: Final = INFLATED_LIMIT - len(SPACE) - 1_000
SLOW_DECIMALS: Final = ("1e-320", "1.7976931348623158e308", "2.2250738585072012e-308", "1.2345678901234567e-300")
ESCAPES: Final = ("\\n", '\\"', "\\\\", "\\u0041", "\\ud83d\\ude00", '\\\\\\"[', '\\",', "é", "[")
EVENT_TYPES: Final = ("load", "track", "identify", "meta", "click", "x")


def array(value: str, count: int, *others: str) -> str:
    """Return an array of `count` equal values, or fewer if it becomes too large, and other values before them."""
    return "[" + ",".join((*others, *[value] * min(count, SIZE // (len(value) + 1)))) + "]"


def members(count: int, value: str = "0") -> str:
    """Return an object whose `count` members have different names."""
    return "{" + ",".join(f'"{number:x}":{value}' for number in range(count)) + "}"


def text(piece: str) -> str:
    """Return the longest string that repeats a piece."""
    return f'"{piece * (SIZE // len(piece.encode()))}"'


def event(kind: str, props: str, count: int = 1) -> str:
    """Return an array of equal events with these properties."""
    return array(f'{{"type":"{kind}","props":{props}}}', count)


def nested(depth: int) -> str:
    """Return arrays that nest."""
    return "[" * depth + "]" * depth


_NESTED_OBJECTS: Final = '{"a":' * (DEPTH_LIMIT - 6) + "1" + "}" * (DEPTH_LIMIT - 6)
_WRONG_MEMBERS: Final = ",".join(
    f'"{name}":{value}'
    for name, value in {
        "visitor_id": "[]", "account_id": "{}", "url": "1", "browser_time": '"x"', "props": "[]", "event": "1",
        "userId": "{}", "version": '""', "bytes": "[]", "language": "0",
    }.items()
)  # fmt: skip


def _containers() -> tuple[str, ...]:
    return (
        array("[]", CONTAINER_LIMIT - 2),
        array("{}", CONTAINER_LIMIT - 2),
        array("[]", CONTAINER_LIMIT + 2),
        array(nested(20), CONTAINER_LIMIT // 20 - 1),
        array(nested(DEPTH_LIMIT - 3), CONTAINER_LIMIT // DEPTH_LIMIT),
        array(_NESTED_OBJECTS, min(CONTAINER_LIMIT // DEPTH_LIMIT, VALUE_LIMIT // DEPTH_LIMIT // 2)),
        array("[]", CONTAINER_LIMIT - 2, '"\\ud800"'),
        array('{"a":1}', VALUE_LIMIT // 3 - 9),
        event("load", array("[]", CONTAINER_LIMIT - 9)),
        event("load", _NESTED_OBJECTS),
        "[" * 2_500_000,
        "[" + "[[" * 100_000 + "]]" * 100_000 + "]",
        array("[]", CONTAINER_LIMIT - 2)[:-1] + "}",
    )


def _values() -> tuple[str, ...]:
    return (
        array("0", VALUE_LIMIT - 1),
        array("0", VALUE_LIMIT + 1),
        array("0", 4_000_000),
        array('""', 4_000_000),
        array('","', 2_000_000),
        array('"[/red]"', VALUE_LIMIT - 1),
        array('"\\n"', VALUE_LIMIT - 9, '"\\ud800"'),
        members(VALUE_LIMIT // 2 - 1),
        members(VALUE_LIMIT // 2 - 1)[:-1] + "]",
        members(VALUE_LIMIT // 3, "[]"),
        members(VALUE_LIMIT),
        '{"\\ud800":0,' + members(VALUE_LIMIT // 2 - 9)[1:],
        '{"type":"track","event":"\\ud800","userId":"u","properties":' + members(VALUE_LIMIT // 2 - 9) + "}",
        event("load", members(VALUE_LIMIT // 2 - 9)),
        event("click", members(9_900)),
    )


def _numbers() -> tuple[str, ...]:
    return (
        *(array(number, DECIMAL_LIMIT - 1) for number in SLOW_DECIMALS),
        *(array(number, DECIMAL_LIMIT + 9) for number in SLOW_DECIMALS),
        array("2." + "2250738585072011" * 50 + "e-308", DECIMAL_LIMIT),
        array("9" * (DIGIT_LIMIT - 1), VALUE_LIMIT),
        array("9" * 4_000, VALUE_LIMIT),
        array("9" * 5_000, VALUE_LIMIT),
        event("load", array("9" * (DIGIT_LIMIT - 1), VALUE_LIMIT)),
    )


def _texts() -> tuple[str, ...]:
    return (
        *(f"[{text(piece)}]" for piece in ESCAPES),
        f'[{{"type":"load","url":{text(" ")}}}]',
        f'[{{"type":{text("loadtrack")}}}]',
    )


def _events() -> tuple[str, ...]:
    return (
        *(event(kind, array("[]", 15), EVENT_LIMIT - 1) for kind in EVENT_TYPES),
        *(event(kind, members(15), EVENT_LIMIT - 1) for kind in EVENT_TYPES),
        *(array(f'{{"type":"{kind}",{_WRONG_MEMBERS}}}', EVENT_LIMIT - 1) for kind in EVENT_TYPES),
        array('{"type":"load","visitor_id":"' + "v" * 1_400 + '"}', EVENT_LIMIT - 1),
        array('{"type":"load","x":"\\ud800","props":' + members(15) + "}", EVENT_LIMIT - 1),
        array('{"type":"load"}', EVENT_LIMIT + 1),
        array("0", EVENT_LIMIT - 1),
        "[" + ",".join(f'{{"type":"{"y" * 190}{number}"}}' for number in range(EVENT_LIMIT - 1)) + "]",
        array(f'{{"type":"load",{members(190)[1:]}', 50),
        f'[{{"type":"click","frustration":{array(chr(34) + "rageClick" + chr(34), VALUE_LIMIT - 9)}}}]',
        f'{{"type":"recording","recordingPayload":{array("0", VALUE_LIMIT - 9)}}}',
        f'{{"type":"recording","recordingPayload":{array(chr(123) + chr(125), CONTAINER_LIMIT - 9)}}}',
    )


def _unknown_members() -> tuple[str, ...]:
    """Return events with unknown members; the first ones have as many violations as possible."""
    return (
        *(
            array('{"type":"load","utm":{"x":0,"y":0},"z":0}', EVENT_LIMIT - 51, *_events_with_unknown_names(name))
            for name in ("y", "y" * 180)
        ),
        array(f'{{"type":"load",{members(30)[1:]}', EVENT_LIMIT - 1),
    )


def _events_with_unknown_names(name: str) -> list[str]:
    objects = ("{" + ",".join(f'"{name}{event}_{n}":0' for n in range(99)) + "}" for event in range(50))
    return [f'{{"type":"load","utm":{names}}}' for names in objects]


def _smaller() -> tuple[str, ...]:
    return (
        *(f'"{"x" * 70_000}"', f'"{"loadtrack" * 30_000}"', array("{}", 9_000), array("0", 9_000)),
        members(5_000),
    )


@cache
def heavy_payloads() -> tuple[str, ...]:
    """Return all payloads; they have about 200 MB."""
    return (*_containers(), *_values(), *_numbers(), *_texts(), *_events(), *_unknown_members(), *_smaller())


def in_ratio(payload: str) -> str:
    """Add white space to a payload that compresses too well for the limit of the compression ratio."""
    return payload[:-1] + SPACE + payload[-1:] if len(payload) > len(SPACE) else payload
