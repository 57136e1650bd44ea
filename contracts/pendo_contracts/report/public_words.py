"""The names and words of contracts, rules and messages, which redaction keeps because they are not a sender's data."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.contract import load_contract, names
from pendo_contracts.rules.catalogue import RULES
from pendo_contracts.wire.endpoint import ENDPOINTS
from pendo_contracts.wire.region import HOSTS, REGIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORD: Final = re.compile(r"[^\W\d_]+")
# The words of messages that are neither in a schema nor on a rule's page.
_MESSAGES: Final = """
    aborted as becomes blocked broken byte came char client column delimiter differ differs dropped dropping early
    empty enclosed encode ended ends err expecting extra failed fault folders got gzip happened item its length line
    lists lone median more net network no none not occurred paths quotes read readable refused reset single skipped
    status stream strict surrogate timed timeout treated truncated unexpected unknown unreadable unsupported value
    values was which with wrapper
"""
_SPELLINGS: Final = ("UTF-8", "base64url", "0-9", "A-Z", "a-z")


@cache
def public_names() -> frozenset[str]:
    """Return the names of members, event types, endpoints and regions, and the texts that the contracts prescribe."""
    found = {name for contract in names() for name in _names(load_contract(contract).schema)}
    return frozenset({*found, *REGIONS, *HOSTS, *(endpoint.name for endpoint in ENDPOINTS), "request", *_SPELLINGS})


def _names(schema: Any) -> Iterator[str]:
    if isinstance(schema, list):
        for item in schema:
            yield from _names(item)
    elif isinstance(schema, dict):
        for key, value in schema.items():
            if key == "properties" and isinstance(value, dict):
                yield from value
            elif key in {"enum", "required", "const"}:
                yield from (item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str))
            yield from _names(value)


@cache
def public_words() -> frozenset[str]:
    """Return all words, in small letters, of the contracts, the rules' pages and the messages."""
    texts = [load_contract(name).text for name in names()]
    texts += [str(rule.description) for rule in RULES]
    return frozenset(word.lower() for text in (*texts, *HOSTS, _MESSAGES) for word in _WORD.findall(text))
