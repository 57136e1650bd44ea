"""Seed requests for the fuzzer: recorded and published requests, and the fixtures of all contracts as requests."""

from __future__ import annotations

import json
import zlib
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import urlencode, urlsplit

from pendo_contracts.recordings.reading import read_recording
from pendo_contracts.wire.endpoint import ENDPOINTS, Endpoint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.wire.envelope import Envelope

FIXTURES: Final = Path(__file__).parents[3] / "fixtures"
HOST: Final = "data.pendo.io"
HEADERS: Final = {"host": HOST, "user-agent": "fuzz", "accept": "*/*", "origin": "https://app.example"}
QUERY: Final = {"v": "2.291.4_prod", "ct": "1795376101259"}

_ENDPOINTS: Final = {endpoint.name: endpoint for endpoint in ENDPOINTS}


@dataclass(frozen=True, slots=True)
class SeedRequest:
    """A request whose JSON payload is separate.

    `payload` is JSON text and `carrier` its place in the request; `body` is the body of a request without payload.
    """

    method: str
    host: str
    path: str
    query: str
    headers: dict[str, str]
    carrier: Literal["query", "events", "json", "zlib", "none"]
    payload: str = ""
    body: bytes = b""


def read_seed_requests() -> list[SeedRequest]:
    """Read all seed requests, always in the same order."""
    return [*_captured(), *_published(), *_payload_fixtures(), *_request_fixtures()]


def _captured() -> Iterator[SeedRequest]:
    recordings = sorted((FIXTURES / "captures").glob("*.[nh]*"))
    for file in (*recordings, FIXTURES / "broken/requests.ndjson"):
        yield from (_separate_payload(entry.envelope) for entry in read_recording(file) if entry.envelope)


def _published() -> Iterator[SeedRequest]:
    for case in json.loads((FIXTURES / "agent/cases.json").read_text("utf-8")):
        for name, requests in (pair for page in case["expect"] for pair in page.items()):
            endpoint = _ENDPOINTS[name.partition("+")[0]]
            yield from (_seed_request(endpoint, one["method"], one["params"], one["decoded"]) for one in requests)


def _payload_fixtures() -> Iterator[SeedRequest]:
    for endpoint in ENDPOINTS:
        for contract in sorted(set(endpoint.contracts.values())):
            for value in _fixtures(contract):
                payload = [value] if endpoint.shape == "events" else value
                for method in sorted(endpoint.methods - {"HEAD"}):
                    yield _seed_request(endpoint, method, QUERY, payload)


def _request_fixtures() -> Iterator[SeedRequest]:
    for endpoint in ENDPOINTS:
        for value in _fixtures(endpoint.request):
            body = b"" if value.get("body") is None else json.dumps(value["body"]).encode()
            method = str(value.get("method", "POST" if body else "GET"))
            query = urlencode({name: str(text) for name, text in value.get("query", {}).items()})
            yield SeedRequest(method, HOST, _path(endpoint), query, HEADERS, "none", body=body)


def _fixtures(contract: str) -> Iterator[Any]:
    for file in sorted((FIXTURES / "contracts" / contract).rglob("*.json")):
        yield json.loads(file.read_text("utf-8"))


def _seed_request(endpoint: Endpoint, method: str, query: dict[str, Any], payload: Any) -> SeedRequest:
    carrier = ("query" if method == "GET" else "events") if endpoint.carrier == "jzb" else endpoint.carrier
    return SeedRequest(method, HOST, _path(endpoint), urlencode(query), HEADERS, carrier, json.dumps(payload))


def _path(endpoint: Endpoint) -> str:
    return endpoint.path.format(api_key="key")


def _separate_payload(envelope: Envelope) -> SeedRequest:
    url, headers = urlsplit(envelope.url), dict(envelope.headers)
    before, _, rest = url.query.partition("jzb=")
    jzb, _, after = rest.partition("&")
    try:
        payload = zlib.decompress(urlsafe_b64decode(jzb + "=" * (-len(jzb) % 4))).decode()
    except (ValueError, zlib.error):
        return SeedRequest(envelope.method, url.netloc, url.path, url.query, headers, "none", body=envelope.body)
    return SeedRequest(envelope.method, url.netloc, url.path, f"{before}{after}", headers, "query", payload)
