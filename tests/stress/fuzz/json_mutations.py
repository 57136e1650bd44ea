"""Mutations of JSON text, also into text that no JSON encoder writes, such as duplicate keys or half an object."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from tests.stress.fuzz.heavy_payloads import heavy_payloads

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
# Text that a terminal, a log, HTML, Markdown, CSV or a file name does not show as it is.
MARKUP: Final = (
    *("[/red]", "[red]x", "[link=file:///x]", "\x1b]0;title\x07", "\x1b[31m", "\x1b[2J", "\x9b2J", "\x85", "\x08\x08"),
    *("\u202e", "\u2066", "\u200b", "\u2028", "a\nKEPT 1 requests", "a\r\nb", "\x00", "\ud800", "\udfff", "\ue000"),
    *("<script>alert(1)</script>", '"><img src=x>', "&lt;", "| a | b |", "```", "[x](javascript:y)", "# x", "=1+1"),
    *("../../x", "C:\\x", "a/b", "%0a", "::error::x", "::set-output name=x::y", "{0}", "%(x)s", "${x}", "{{x}}"),
)
ODD: Final = (*NUMBERS, *STRINGS, *SHAPES)
NAMES: Final = (
    *('"type"', '"visitor_id"', '"account_id"', '"props"', '"url"', '"event"', '"userId"', '""', '"a/b~c"'),
    *('"\\ud800"', '"\\u0000"', '"constructor"', '"' + "k" * 3_000 + '"'),
)
CHARACTERS: Final = '\x00\x7f\ufeff\ud800\uffff"\\{}[],:é\n\U0001f600 '

_VALUE: Final = re.compile(r'[:,\[]\s*("(?:[^"\\]|\\.)*"|[^\s,:\[\]{}"]+|[\[{])')
_MEMBER: Final = re.compile(r'"\w+":\s*(?:"[^"\\]*"|[\w.+-]+),\s*')
_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_DECODER: Final = json.JSONDecoder()


def _pick_value(random: Random, text: str) -> tuple[int, int]:
    """Return the start and end of a random value, or of the whole text if it contains no value."""
    match = _VALUE.search(text, random.randrange(len(text) or 1)) or _VALUE.search(text)
    if not match:
        return 0, len(text)
    if match[1] not in "[{":
        return match.span(1)
    try:
        return match.start(1), _DECODER.raw_decode(text, match.start(1))[1]
    except (ValueError, RecursionError):  # an earlier mutation broke the value
        return match.span(1)


def _replace(text: str, new: str, start: int, end: int) -> str:
    return text[:start] + new + text[end:]


def _insert_odd_value(random: Random, text: str) -> str:
    return _replace(text, random.choice(ODD), *_pick_value(random, text))


def _insert_number(random: Random, text: str) -> str:
    return _replace(text, random.choice(NUMBERS), *_pick_value(random, text))


def _insert_heavy_value(random: Random, text: str) -> str:
    return _replace(text, random.choice(heavy_payloads()), *_pick_value(random, text))


def _replace_all_by_odd_value(random: Random, _: str) -> str:
    return random.choice(ODD)


def _replace_all_by_heavy_value(random: Random, _: str) -> str:
    return random.choice(heavy_payloads())


def _insert_markup(random: Random, text: str) -> str:
    return _replace(text, json.dumps(random.choice(MARKUP), ensure_ascii=False), *_pick_value(random, text))


def _insert_markup_everywhere(random: Random, text: str) -> str:
    """Replace all strings by markup, or only about half of them; the names of members too."""
    share = random.choice((0.5, 1))
    return _STRING.sub(
        lambda match: json.dumps(random.choice(MARKUP)) if random.random() < share else match.group(), text
    )


def _copy_value(random: Random, text: str) -> str:
    """Replace one value by another value of the text."""
    start, end = _pick_value(random, text)
    return _replace(text, text[start:end], *_pick_value(random, text))


def _wrap_value(random: Random, text: str) -> str:
    start, end = _pick_value(random, text)
    before, after = random.choice((("[", "]"), ('{"a":', "}"), ("[" * 300, "]" * 300), ('"', '"'), ("[", ",1]")))
    return _replace(text, before + text[start:end] + after, start, end)


def _add_member(random: Random, text: str) -> str:
    place = text.find("{", random.randrange(len(text) or 1)) + 1
    comma = "" if text[place : place + 1] == "}" else ","
    return _replace(text, f"{random.choice(NAMES)}:{random.choice(ODD)}{comma}", place, place)


def _remove_member(random: Random, text: str) -> str:
    match = _MEMBER.search(text, random.randrange(len(text) or 1)) or _MEMBER.search(text)
    return _replace(text, "", *match.span()) if match else text


def _repeat_value(random: Random, text: str) -> str:
    """Repeat a value: this lengthens an array, and breaks an object."""
    start, end = _pick_value(random, text)
    return _replace(text, f",{text[start:end]}" * random.choice((1, 1, 2, 50)), end, end)


def _truncate(random: Random, text: str) -> str:
    return text[: random.randint(0, len(text))]


def _insert_character(random: Random, text: str) -> str:
    place = random.randint(0, len(text))
    return _replace(text, random.choice(CHARACTERS), place, place)


MUTATIONS: Final[tuple[Mutation, ...]] = (
    *(_insert_odd_value, _insert_odd_value, _insert_odd_value, _insert_number, _replace_all_by_odd_value),
    *(_copy_value, _wrap_value, _add_member, _add_member, _remove_member, _remove_member),
    *(_repeat_value, _truncate, _insert_character, _insert_markup, _insert_markup, _insert_markup_everywhere),
)
RARE_MUTATIONS: Final[tuple[Mutation, ...]] = (_insert_heavy_value, _replace_all_by_heavy_value)
