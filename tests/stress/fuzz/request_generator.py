"""Generates requests from a seed: a seed request, mutated at each step from JSON text to complete request."""

from __future__ import annotations

import json
import re
import zlib
from base64 import urlsafe_b64encode
from dataclasses import replace
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Final, TypeVar

from pendo_contracts.wire.envelope import Envelope
from tests.stress.fuzz import byte_mutations, json_mutations, request_mutations
from tests.stress.fuzz.heavy_payloads import heavy_payloads, in_ratio
from tests.stress.fuzz.seed_requests import SeedRequest, read_seed_requests

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Value = TypeVar("Value")

RECEIVED_AT: Final = 1795376101259
LONG_RUN: Final = 10_000
# A prime number that does not divide the number of payloads.
SAMPLED: Final = 17
RARE_PROBABILITY: Final = 0.0005
JSON_PROBABILITY: Final = 0.5
COMPRESSED_PROBABILITY: Final = 0.06
BASE64_PROBABILITY: Final = 0.06
REQUEST_PROBABILITY: Final = 0.35

_AGENT_VERSION: Final = re.compile(r"\bv=[^&]*")

_seed_requests = cache(read_seed_requests)


def generate_request(seed: int, number: int) -> Envelope:
    """Generate a request; the same seed and number give the same request.

    Negative numbers give the heavy requests, unmutated, from an agent that is newer than the tested one: judging these
    takes longer.
    """
    if number < 0:
        request, payload = heavy_requests()[-number - 1]
        request = replace(request, query=_AGENT_VERSION.sub("v=99.0.0", request.query))
        payload = payload if request.carrier == "json" else in_ratio(payload)
        return _envelope(request, *_encode(Random(seed), request, payload))
    random = Random(seed << 32 | number)
    request = random.choice(_seed_requests())
    payload = _mutate(random, request.payload, json_mutations.MUTATIONS, JSON_PROBABILITY) if request.payload else ""
    payload = _mutate(random, payload, json_mutations.RARE_MUTATIONS, RARE_PROBABILITY)
    envelope = _envelope(request, *_encode(random, request, payload))
    envelope = _mutate(random, envelope, request_mutations.MUTATIONS, REQUEST_PROBABILITY)
    return _mutate(random, envelope, request_mutations.RARE_MUTATIONS, RARE_PROBABILITY)


@cache
def heavy_requests() -> list[tuple[SeedRequest, str]]:
    """Combine one request for each endpoint that accepts a payload with each heavy payload."""
    requests = {request.path.split("/")[2]: request for request in _seed_requests() if request.payload}
    return [(request, payload) for request in requests.values() for payload in heavy_payloads()]


def heavy_numbers(count: int) -> range:
    """Return the numbers of the heavy requests that go with `count` generated ones: all, or for a short run a sample.

    The sample has every heavy payload and every endpoint.
    """
    return range(-len(heavy_requests()), 0, 1 if count >= LONG_RUN else SAMPLED)


def _envelope(request: SeedRequest, query: str, body: bytes) -> Envelope:
    return Envelope(request.method, f"https://{request.host}{request.path}?{query}", request.headers, body, RECEIVED_AT)


def _mutate(
    random: Random, value: Value, mutations: Sequence[Callable[[Random, Value], Value]], probability: float
) -> Value:
    while random.random() < probability:
        value = random.choice(mutations)(random, value)
    return value


def _encode(random: Random, request: SeedRequest, payload: str) -> tuple[str, bytes]:
    """Return the query and the body of a request with this payload."""
    data = payload.encode("utf-8", "surrogatepass")
    match request.carrier:
        case "none":
            return request.query, request.body
        case "json":
            return request.query, data
        case "zlib":
            return request.query, _compress(random, data)
    jzb = urlsafe_b64encode(_compress(random, data)).decode().rstrip("=")
    jzb = _mutate(random, jzb, byte_mutations.BASE64_MUTATIONS, BASE64_PROBABILITY)
    if request.carrier == "query":
        return f"{request.query}&jzb={jzb}", b""
    return request.query, json.dumps({"events": jzb}).encode()


def _compress(random: Random, data: bytes) -> bytes:
    compressed = _mutate(random, zlib.compress(data, 1), (byte_mutations.zip_bomb,), RARE_PROBABILITY)
    return _mutate(random, compressed, byte_mutations.COMPRESSED_MUTATIONS, COMPRESSED_PROBABILITY)
