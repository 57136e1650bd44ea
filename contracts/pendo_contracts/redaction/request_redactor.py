"""RequestRedactor: replaces what a request says of people and customers, in its URL, its headers and its body."""

from __future__ import annotations

import base64
import binascii
import re
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

import msgspec

from pendo_contracts.common.caching import cached_for_short_text
from pendo_contracts.recordings.other_key import split_host
from pendo_contracts.redaction.escapes import rewrite_unescaped
from pendo_contracts.redaction.headers import redact_headers
from pendo_contracts.redaction.json_redactor import collect_ids, dump, redact_json
from pendo_contracts.redaction.payloads import (
    broken_json,
    collect_packed,
    read_json,
    redact_error,
    redact_inflated,
    redact_message,
    redact_packed,
)
from pendo_contracts.redaction.text_redactor import TextRedactor
from pendo_contracts.redaction.vocabulary import PATH_STEPS
from pendo_contracts.report.public_words import public_names
from pendo_contracts.wire.beacon import BODY_LIMIT, SECRET_HEADERS, split_url
from pendo_contracts.wire.endpoint import ENDPOINTS, Endpoint, find_endpoint
from pendo_contracts.wire.region import is_pendo_host
from pendo_contracts.wire.uncovered_paths import MIN_SIMILARITY

if TYPE_CHECKING:
    from pendo_contracts.wire.envelope import Envelope

_NAMES: Final = frozenset(endpoint.name for endpoint in ENDPOINTS)
_STEPS: Final = PATH_STEPS | _NAMES
_TELLING: Final = tuple(name for name in _NAMES if "." in name)
_MISPLACED: Final = re.compile(r".*(/data/[^/]+/[^/]+)")
_LOCAL_SCHEME: Final = re.compile(r"(?:data|blob|about|file|javascript|mailto):", re.IGNORECASE)
_DIGITS: Final = re.compile(r"-?\d{1,20}(?:\.\d*)?")
# Parameters with numbers that are times, sizes, counters and switches.
_NUMBERS: Final = frozenset({"ct", "rt", "s", "kf", "ns"})


class RequestRedactor:
    """Redacts requests; `text` has the words, and what is kept."""

    def __init__(self, key: bytes | None = None) -> None:
        self.text = TextRedactor(key)

    def collect(self, envelope: Envelope) -> None:
        """Note the short ids of a request; do it for all requests before the first one is redacted."""
        path, query = split_url(envelope.url)[1:]
        endpoint, api_key = _endpoint_of(path)
        self.text.add_id(api_key)
        for name, _, value in (pair.partition("=") for pair in query.split("&")):
            if unquote(name) == "jzb":
                collect_packed(unquote(value), self.text)
            elif name == "apiKey":
                self.text.add_id(unquote(value))
        for name in SECRET_HEADERS:
            self.text.add_id(envelope.headers.get(name, ""))
        if endpoint is not None:
            self._collect_body(endpoint, envelope.body)

    def _collect_body(self, endpoint: Endpoint, body: bytes) -> None:
        value, problem = read_json(body) if endpoint.carrier in {"json", "jzb"} and body else (None, "")
        if not problem:
            collect_ids(value, self.text)
        if isinstance(value, dict) and isinstance(value.get("events"), str):
            collect_packed(value["events"], self.text)

    def redact(self, envelope: Envelope) -> Envelope:
        """Return a request with pseudonyms; a body that no rule reads is dropped."""
        endpoint, _ = _endpoint_of(split_url(envelope.url)[1])
        body = self._body(endpoint, envelope.body)
        packed = _packed(envelope.body, endpoint), _packed(body, endpoint)
        return msgspec.structs.replace(
            envelope,
            url=self.url(envelope.url, packed),
            headers=redact_headers(envelope.headers, self.text, self.path, len(body) - len(envelope.body)),
            body=body,
        )

    def url(self, url: str, packed: tuple[int, int] | None = None) -> str:
        """Return the URL of a request; `packed` are the sizes of the jzb in its body before and after."""
        scheme, netloc, rest = split_host(url)
        rest, mark, fragment = rest.partition("#")
        path, question, query = rest.partition("?")
        if not scheme:
            local = _LOCAL_SCHEME.match(url)
            return local[0] + self.text.text(url[local.end() :]) if local else self.text.text(url)
        endpoint, _ = _endpoint_of(path)
        shown = "&".join(self._parameter(pair, endpoint, packed) for pair in query.split("&"))
        scheme = scheme if scheme.lower() in {"http://", "https://", "ws://", "wss://"} else self.text.text(scheme)
        return scheme + self.text.host(netloc) + self.path(path) + question + shown + mark + self.text.text(fragment)

    def path(self, path: str) -> str:
        """Return a path; steps that belong to Pendo, to Segment or to nobody stay."""
        return "/".join(map(self._step, path.split("/")))

    def _step(self, step: str) -> str:
        if _is_public_step(unquote(step).lower()):
            return self.text.keep(step, "part of an address of Pendo's or Segment's")
        return self.text.text(step)

    def _parameter(self, pair: str, endpoint: Endpoint | None, packed: tuple[int, int] | None) -> str:
        name, mark, value = pair.partition("=")
        plain = unquote(value)
        if endpoint is None and name != "jzb":
            return self.text.text(pair)
        return self.text.name(name) + mark + self._value(name, value, plain, packed)

    def _value(self, name: str, value: str, plain: str, packed: tuple[int, int] | None) -> str:
        if not value or (name in {"type", "debug", "recordingId"} and plain in public_names()):
            return value
        if name == "s" and packed and plain.isdecimal() and len(plain) < 10:
            return str(max(0, int(plain) + packed[1] - packed[0]))
        if name in _NUMBERS and _DIGITS.fullmatch(plain):
            return value
        match name:
            case "jzb":
                return redact_packed(plain, self.text)
            case "acc":
                return self._account(plain)
            case "v" | "version" | "msg":
                return rewrite_unescaped(value, partial(redact_message, text=self.text))
        return self.text.value(value, is_id=True)

    def _account(self, packed: str) -> str:
        """Redact an account's id in base64url."""
        try:
            account = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode()
        except (binascii.Error, ValueError):
            return self.text.text(packed)
        shown = self.text.value(account, is_id=True).encode()
        return base64.urlsafe_b64encode(shown).decode().rstrip("=")

    def _body(self, endpoint: Endpoint | None, body: bytes) -> bytes:
        if not body or endpoint is None:
            return b""
        if len(body) > BODY_LIMIT:
            return b" " * len(body)
        match endpoint.carrier:
            case "zlib":
                return redact_inflated(body, self.text)
            case "jzb-text":
                return redact_packed(body.decode("latin-1"), self.text).encode("latin-1")
            case "json" | "jzb":
                return self._json_body(endpoint, body)
        return b""

    def _json_body(self, endpoint: Endpoint, body: bytes) -> bytes:
        value, problem = read_json(body)
        if problem:
            return broken_json(problem)
        special: dict[str, Any] = {}
        if isinstance(value, dict):
            if endpoint.carrier == "jzb" and isinstance(packed := value.get("events"), str):
                special["events"] = redact_packed(packed, self.text)
            if endpoint.name == "errorlog" and isinstance(error := value.get("error"), str):
                special["error"] = redact_error(error, self.text)
            value = {name: "" if name in special else item for name, item in value.items()}
        shown = redact_json(value, self.text)
        return dump({name: special.get(name, item) for name, item in shown.items()} if special else shown)


@cached_for_short_text
def _is_public_step(step: str) -> bool:
    """Return whether a step of a path is one of Pendo's or Segment's, or a misspelled one of Pendo's."""
    return step in _STEPS or is_pendo_host(step) or bool(get_close_matches(step[:100], _TELLING, 1, MIN_SIMILARITY))


def _endpoint_of(path: str) -> tuple[Endpoint | None, str]:
    """Return the endpoint of a path and the API key in it; also if something stands before the path."""
    found = find_endpoint(path)
    if found is None and (moved := _MISPLACED.fullmatch(path)):
        found = find_endpoint(moved[1])
    return found or (None, "")


def _packed(body: bytes, endpoint: Endpoint | None) -> int:
    """Return the number of characters of the jzb in a body."""
    if endpoint is None or not body:
        return 0
    if endpoint.carrier == "jzb-text":
        return len(body)
    if endpoint.carrier != "jzb":
        return 0
    value, _ = read_json(body)
    packed = value.get("events") if isinstance(value, dict) else None
    return len(packed) if isinstance(packed, str) else 0
