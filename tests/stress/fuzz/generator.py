"""Requests from a seed: one of the corpus, mutated on the way from JSON text to a whole request."""

from __future__ import annotations

import json
import zlib
from base64 import urlsafe_b64encode
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Final, TypeVar

from pendo_contracts.envelope import Envelope
from tests.stress.fuzz import address, json_text, octets
from tests.stress.fuzz.corpus import Draft, read_corpus

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Value = TypeVar("Value")

NOW: Final = 1795376101259
RARELY: Final = 0.0005
ON_TEXT: Final = 0.5
ON_PACKED: Final = 0.06
ON_JZB: Final = 0.06
ON_REQUEST: Final = 0.35

_corpus = cache(read_corpus)


def draw(seed: int, number: int) -> Envelope:
    """Draw a request; the same seed and number draw the same one.

    Numbers below 0 are no draw: there each endpoint is sent each payload that is heavy.
    """
    if number < 0:
        draft, payload = heavy()[-number - 1]
        return _enclosed(draft, *_carried(Random(seed), draft, payload))
    random = Random(seed << 32 | number)
    draft = random.choice(_corpus())
    payload = _mutated(random, draft.payload, json_text.MUTATIONS, ON_TEXT) if draft.payload else ""
    payload = _mutated(random, payload, json_text.RARE, RARELY)
    envelope = _enclosed(draft, *_carried(random, draft, payload))
    envelope = _mutated(random, envelope, address.MUTATIONS, ON_REQUEST)
    return _mutated(random, envelope, (address.overload,), RARELY)


@cache
def heavy() -> list[tuple[Draft, str]]:
    """Combine one request to each endpoint that takes a payload with each payload that is heavy."""
    drafts = {draft.path.split("/")[2]: draft for draft in _corpus() if draft.payload}
    return [(draft, payload) for draft in drafts.values() for payload in json_text.HEAVY]


def _enclosed(draft: Draft, query: str, body: bytes) -> Envelope:
    return Envelope(draft.method, f"https://{draft.host}{draft.path}?{query}", draft.headers, body, NOW)


def _mutated(
    random: Random, value: Value, mutations: Sequence[Callable[[Random, Value], Value]], probability: float
) -> Value:
    while random.random() < probability:
        value = random.choice(mutations)(random, value)
    return value


def _carried(random: Random, draft: Draft, payload: str) -> tuple[str, bytes]:
    """Put a payload where it belongs: into the query or the body."""
    octets_ = payload.encode("utf-8", "surrogatepass")
    match draft.carrier:
        case "none":
            return draft.query, draft.body
        case "json":
            return draft.query, octets_
        case "zlib":
            return draft.query, _packed(random, octets_)
    jzb = urlsafe_b64encode(_packed(random, octets_)).decode().rstrip("=")
    jzb = _mutated(random, jzb, octets.ON_JZB, ON_JZB)
    return (f"{draft.query}&jzb={jzb}", b"") if draft.carrier == "query" else (draft.query, _posted(jzb))


def _packed(random: Random, unpacked: bytes) -> bytes:
    packed = _mutated(random, zlib.compress(unpacked, 1), (octets.explode,), RARELY)
    return _mutated(random, packed, octets.ON_PACKED, ON_PACKED)


def _posted(jzb: str) -> bytes:
    return json.dumps({"events": jzb}).encode()
