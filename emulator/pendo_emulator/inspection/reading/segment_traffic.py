"""Reads Segment's own requests in a recording: the settings of a source, and the calls that the page makes."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from pendo_contracts.common.safe_text import cut

MAX_TEXT: Final = 4 * 1024 * 1024

_SCRIPT: Final = re.compile(r"/analytics\.js/v1/[^/]+/analytics(\.min)?\.js$")
_SETTINGS: Final = re.compile(r"/v1/projects/[^/]+/settings/?$")
_CALL: Final = re.compile(r"/(?:v1/)?[tigpasb]$")
_CALLS: Final = frozenset({"track", "identify", "group", "page", "alias", "screen"})
_PENDO: Final = re.compile("pendo", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SegmentSettings:
    """The settings of a Segment source: whether the destination Pendo is in them, and the names of all destinations."""

    has_pendo: bool
    destinations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SegmentCall:
    """A call of the page to Segment, such as identify; the ids are "" if the call has none."""

    type: str
    user: str = ""
    group: str = ""
    event: str = ""


def is_segment_script(path: str) -> bool:
    """Return whether a path is that of Segment's script."""
    return "/analytics.js/" in path and _SCRIPT.search(path) is not None


def is_segment_settings(path: str) -> bool:
    """Return whether a path is that of a source's settings."""
    return "/projects/" in path and _SETTINGS.search(path) is not None


def read_settings(text: str) -> SegmentSettings | None:
    """Read the settings of a source from an answer; None for a text that has not their form."""
    settings = _parse(text)
    if not isinstance(settings, dict) or not isinstance(settings.get("integrations"), dict):
        return None
    plugins = settings.get("remotePlugins")
    names = [name for name in settings["integrations"] if isinstance(name, str)]
    for plugin in plugins if isinstance(plugins, list) else ():
        name = plugin.get("name") if isinstance(plugin, dict) else None
        names += [name] if isinstance(name, str) else []
    shown = tuple(dict.fromkeys(cut(name, 100) for name in names))[:50]
    return SegmentSettings(any(map(_PENDO.search, names)), shown)


def read_call(path: str, body: str) -> SegmentCall | None:
    """Read a call from a request to Segment; None for any other request."""
    if not _CALL.search(path):
        return None
    call = _parse(body)
    if not isinstance(call, dict) or call.get("type") not in _CALLS or not ("writeKey" in call or "messageId" in call):
        return None
    group = _text(call, "groupId")
    context = call.get("context")
    if not group and isinstance(context, dict):
        group = _text(context, "groupId")
    return SegmentCall(call["type"], _text(call, "userId"), group, _text(call, "event"))


def _parse(text: str) -> Any:
    if len(text) > MAX_TEXT:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _text(value: dict[str, Any], name: str) -> str:
    text = value.get(name)
    return cut(text) if isinstance(text, str) else ""
