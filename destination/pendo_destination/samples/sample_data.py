"""Fictional accounts, people, pages and texts for the sample events."""

from __future__ import annotations

import json
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_WORLD: Final = json.loads(resources.files("pendo_destination.samples").joinpath("world.json").read_text("utf-8"))

ACCOUNTS: Final[Sequence[Mapping[str, Any]]] = _WORLD["accounts"]
PEOPLE: Final[Sequence[Mapping[str, Any]]] = _WORLD["people"]
SITE: Final[Sequence[Mapping[str, str]]] = _WORLD["site"]
APP: Final[Sequence[Mapping[str, str]]] = _WORLD["app"]
USER_AGENTS: Final[Sequence[str]] = _WORLD["user_agents"]
REFERRERS: Final[Sequence[str]] = _WORLD["referrers"]
ROLES: Final[Sequence[str]] = _WORLD["roles"]
PHRASES: Final[Sequence[str]] = _WORLD["phrases"]
