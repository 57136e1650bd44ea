"""Finds the pages of a URL by their rules."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_WILDCARD: Final = re.compile(r"\*\*|\*")
# In characters; a user defines the rules, so this bounds only mistakes.
MAX_RULE: Final = 500


def matches_rule(rule: str, url: str) -> bool:
    """Return whether a rule such as `//*/users/*` matches a URL.

    `*` is any part of the host, or one step of the path; `**` is any number of steps (assumed). The scheme, a final
    slash and the letter case of the host do not matter. Without `?` in the rule the query does not matter either; with
    it, each parameter of the rule must be there, in any order (assumed).
    """
    host, path, query = _split(url)
    pattern, parameters = _compile(rule[:MAX_RULE])
    if pattern is None or not pattern.fullmatch(f"{host.lower()}{path}"):
        return False
    sent = dict(one.partition("=")[::2] for one in query.split("&") if one)
    return all(name in sent and _glob(wanted).fullmatch(sent[name]) for name, wanted in parameters)


def _split(url: str) -> tuple[str, str, str]:
    """Return host, path without a final slash, and query."""
    rest = url.partition("#")[0].partition("//")[2] if "//" in url else url.partition("#")[0]
    before, _, query = rest.partition("?")
    host, _, path = before.partition("/")
    return host, "/" + path.strip("/"), query


@lru_cache(maxsize=1024)
def _compile(rule: str) -> tuple[re.Pattern[str] | None, tuple[tuple[str, str], ...]]:
    host, path, query = _split(rule)
    if not rule.strip():
        return None, ()
    if not host:
        host = "*"
    host_pattern = "".join(".*" if part == "*" else re.escape(part) for part in _parts(host.lower()))
    parameters = tuple(one.partition("=")[::2] for one in query.split("&") if one)
    return re.compile(f"{host_pattern}{_path_pattern(path)}", re.DOTALL), parameters


def _path_pattern(path: str) -> str:
    return "".join({"**": ".*", "*": "[^/]*"}.get(part, re.escape(part)) for part in _parts(path))


def _parts(text: str) -> list[str]:
    """Split a text into wildcards and the texts between them."""
    parts, end = [], 0
    for found in _WILDCARD.finditer(text):
        parts += [text[end : found.start()], found[0]]
        end = found.end()
    return [*parts, text[end:]]


@lru_cache(maxsize=1024)
def _glob(pattern: str) -> re.Pattern[str]:
    return re.compile("".join(".*" if part in {"*", "**"} else re.escape(part) for part in _parts(pattern)), re.DOTALL)
