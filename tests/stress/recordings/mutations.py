"""Mutates recordings: one to four values are changed, and one in eight files is truncated or wrapped."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any, Final

FIXTURES: Final = Path(__file__).parents[3] / "fixtures/recordings"
OTHER_URLS: Final = ("https://shop.example/", "https://shop.example/api?q=1", "data:text/plain,x", "about:blank", "")
ODD_VALUES: Final[tuple[Any, ...]] = (
    *(None, True, 0, -1, 10**30, 1e308, "", "x", [], {}, [[]], [None], {"name": None}),
    *("\x1b[31m", "\u202e", "\ud800", "[/red]", "a\nKEPT", "GET", "CONNECT", "http://["),
    *("https://data.pendo.io:99999999/data/ptm.gif/k", "//data.pendo.io/data"),
)
MAX_DEPTH: Final = 3_000


def seed_recordings() -> list[Any]:
    """Read the HAR files of the fixtures."""
    return [json.loads(file.read_text("utf-8")) for file in sorted(FIXTURES.glob("*.har"))]


def mutate(seeds: list[Any], seed: int, number: int) -> tuple[bytes, bool]:
    """Return a mutated HAR, and whether it has traffic to Pendo; half of the HARs have no such traffic."""
    random = Random(f"{seed}/{number}")
    recording = deepcopy(random.choice(seeds))
    concerns_pendo = number % 2 == 0
    if not concerns_pendo:
        for entry in recording["log"]["entries"]:
            if isinstance(entry, dict):
                entry["request"]["url"] = random.choice(OTHER_URLS)
    for _ in range(random.randint(1, 4)):
        _change(random, recording, only_other_hosts=not concerns_pendo)
    content = json.dumps(recording, indent=random.choice([None, 1])).encode()
    return _damage(random, content), concerns_pendo


def _change(random: Random, recording: Any, *, only_other_hosts: bool) -> None:
    """Replace, remove or wrap one value at a random place."""
    if not (places := list(_places(recording))):
        return
    holder, key = random.choice(places)
    values = [value for value in ODD_VALUES if not only_other_hosts or "pendo" not in str(value)]
    match random.randrange(4):
        case 0 if isinstance(holder, dict):
            del holder[key]
        case 1:
            holder[key] = [holder[key]]
        case 2:
            holder[key] = {"value": holder[key]}
        case _:
            holder[key] = deepcopy(random.choice(values))


def _places(value: Any) -> Any:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(pairs):
        yield value, key
        yield from _places(inner)


def _damage(random: Random, content: bytes) -> bytes:
    match random.randrange(32):
        case 0:
            return content[: random.randrange(len(content) + 1)]
        case 1:
            place = random.randrange(len(content))
            return content[:place] + random.randbytes(3) + content[place:]
        case 2:
            depth = random.randint(1, MAX_DEPTH)
            return b"[" * depth + content + b"]" * depth
        case 3:
            return content.decode("ascii").encode("utf-16")
        case _:
            return content
