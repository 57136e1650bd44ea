"""Mutations of JSON as text, for what no program would write: doubled keys, 1e400, lone surrogates, half an object."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    Mutation = Callable[[Random, str], str]

NUMBERS: Final = (
    *("0", "-0", "-0.0", "1.5", "1e3", "1e400", "-1e400", "1e-400", "1.7976931348623157e309", "0.1e1", "5e-324"),
    *(str(2**31), str(2**53 + 1), str(2**63), str(2**64), str(2**70), str(-(2**70)), "1" * 23, "9" * 5000),
    *("1795376101259", "1795376101", "1795376101259000", "-1", "01", "+1", ".5", "1.", "0x10", "1_000", "--1"),
    *("NaN", "Infinity", "-Infinity", "1e", "1e999999999999", "0." + "3" * 400),
)
STRINGS: Final = (
    *('""', '" "', '"\\u0000"', '"\\ud800"', '"\\udc00\\ud800"', '"\\ud83d\\ude00"', '"\ud83d"', '"\udcff"'),
    *('"\u2028"', '"\ufeff"', '"\x00"', '"\x1f"', '"\t"', '"\\x"', '"\\u12"', "'a'", '"', '"\\"', '"null"', '"\\/"'),
    *('"load"', '"track"', '"meta"', '"identify"', '"tracked"', '"group"', '"https://["', '"https://app.example/\\n"'),
    *('"../../etc"', '"%00%ff"', '"{{x}}"', '"%s%n"', '"; DROP TABLE events"', '"\\u202e"', '"é"', '"e\u0301"'),
)
SHAPES: Final = (
    *("[]", "{}", "null", "true", "false", "undefined", "", " ", "[null]", "[[]]", '{"":{}}', '{"a":1,"a":2}', "[1,]"),
    *('{"a":1,}', "{a:1}", '{"__proto__":{"x":1}}', '{"type":[]}', '{"type":{"a":1}}', '{"type":"load"}'),
    *('{"$ref":"#"}', "// note\n1", "/* */1", "\ufeff1", "]", "}", ",", "{}{}", "[" * 5000, '{"a":' * 300),
    *("[" * depth + "]" * depth for depth in (100, 255, 256, 257)),
)
HEAVY: Final = (
    *(f'"{"x" * 70_000}"', f'"{"loadtrack" * 30_000}"', "[" + "{}," * 9_000 + "{}]", "[" + "0," * 9_000 + "0]"),
    "{" + ",".join(f'"a{n}":{n}' for n in range(5_000)) + "}",
    "[" + '{"type":"load"},' * 9_000 + "{}]",
)
ODD: Final = (*NUMBERS, *STRINGS, *SHAPES)
NAMES: Final = (
    *('"type"', '"visitor_id"', '"account_id"', '"props"', '"url"', '"event"', '"userId"', '""', '"a/b~c"'),
    *('"\\ud800"', '"\\u0000"', '"constructor"', '"' + "k" * 3_000 + '"'),
)
CHARACTERS: Final = '\x00\x7f\ufeff\ud800\uffff"\\{}[],:é\n\U0001f600 '

_VALUE: Final = re.compile(r'[:,\[]\s*("(?:[^"\\]|\\.)*"|[^\s,:\[\]{}"]+|[\[{])')
_MEMBER: Final = re.compile(r'"\w+":\s*(?:"[^"\\]*"|[\w.+-]+),\s*')
_SCANNER: Final = json.JSONDecoder()


def _somewhere(random: Random, text: str) -> tuple[int, int]:
    """Find where some value begins and ends; the whole text where there is none."""
    found = _VALUE.search(text, random.randrange(len(text) or 1)) or _VALUE.search(text)
    if not found:
        return 0, len(text)
    if found[1] not in "[{":
        return found.span(1)
    try:
        return found.start(1), _SCANNER.raw_decode(text, found.start(1))[1]
    except (ValueError, RecursionError):  # it has been mutated before
        return found.span(1)


def _put(text: str, odd: str, start: int, end: int) -> str:
    return text[:start] + odd + text[end:]


def _put_odd(random: Random, text: str) -> str:
    return _put(text, random.choice(ODD), *_somewhere(random, text))


def _put_number(random: Random, text: str) -> str:
    return _put(text, random.choice(NUMBERS), *_somewhere(random, text))


def _put_heavy(random: Random, text: str) -> str:
    return _put(text, random.choice(HEAVY), *_somewhere(random, text))


def _be_odd(random: Random, _: str) -> str:
    return random.choice(ODD)


def _be_heavy(random: Random, _: str) -> str:
    return random.choice(HEAVY)


def _put_another(random: Random, text: str) -> str:
    """Put one value in the place of another."""
    start, end = _somewhere(random, text)
    return _put(text, text[start:end], *_somewhere(random, text))


def _wrap(random: Random, text: str) -> str:
    start, end = _somewhere(random, text)
    before, after = random.choice((("[", "]"), ('{"a":', "}"), ("[" * 300, "]" * 300), ('"', '"'), ("[", ",1]")))
    return _put(text, before + text[start:end] + after, start, end)


def _add_member(random: Random, text: str) -> str:
    place = text.find("{", random.randrange(len(text) or 1)) + 1
    comma = "" if text[place : place + 1] == "}" else ","
    return _put(text, f"{random.choice(NAMES)}:{random.choice(ODD)}{comma}", place, place)


def _drop_member(random: Random, text: str) -> str:
    found = _MEMBER.search(text, random.randrange(len(text) or 1)) or _MEMBER.search(text)
    return _put(text, "", *found.span()) if found else text


def _double(random: Random, text: str) -> str:
    """Write a value twice or more: in an array that makes a longer one, elsewhere broken JSON."""
    start, end = _somewhere(random, text)
    return _put(text, f",{text[start:end]}" * random.choice((1, 1, 2, 50)), end, end)


def _cut(random: Random, text: str) -> str:
    return text[: random.randint(0, len(text))]


def _put_character(random: Random, text: str) -> str:
    place = random.randint(0, len(text))
    return _put(text, random.choice(CHARACTERS), place, place)


MUTATIONS: Final[tuple[Mutation, ...]] = (
    *(_put_odd, _put_odd, _put_odd, _put_number, _be_odd, _put_another, _wrap, _add_member, _add_member),
    *(_drop_member, _drop_member, _double, _cut, _put_character),
)
RARE: Final[tuple[Mutation, ...]] = (_put_heavy, _be_heavy)
