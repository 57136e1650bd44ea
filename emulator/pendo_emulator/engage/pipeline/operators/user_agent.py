"""Reads the browser, the operating system and the kind of device from a User-Agent header."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

MAX_LENGTH: Final = 1_000

# The first pattern that matches wins, because a browser also names the browsers that it resembles.
_BROWSERS: Final = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("Edge", r"(?:Edg|EdgA|EdgiOS|Edge)/([\d.]+)"),
        ("Opera", r"(?:OPR|OPiOS)/([\d.]+)"),
        ("Samsung Browser", r"SamsungBrowser/([\d.]+)"),
        ("Firefox", r"(?:Firefox|FxiOS)/([\d.]+)"),
        ("Chrome", r"(?:Chrome|CriOS|HeadlessChrome)/([\d.]+)"),
        ("Safari", r"Version/([\d.]+).* Safari/"),
        ("Internet Explorer", r"(?:MSIE |Trident/.*rv:)([\d.]+)"),
    )
)
_SYSTEMS: Final = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("iOS", r"iPhone|iPad|iPod"),
        ("Android", r"Android"),
        ("Windows", r"Windows"),
        ("Chrome OS", r"CrOS"),
        ("Mac OS X", r"Mac OS X|Macintosh"),
        ("Linux", r"Linux|X11"),
    )
)
_TABLET: Final = re.compile(r"iPad|Tablet|Android(?!.*Mobile)")
_MOBILE: Final = re.compile(r"Mobile|iPhone|iPod|Android")
_VERSION_PARTS: Final = 3


def parse_user_agent(text: Any) -> dict[str, str]:
    """Return name, version, os and deviceType of a User-Agent header; all are "" if they are unknown.

    The version has three parts, as in Pendo's answers (observed): `120.0.0`.
    """
    return dict(_parse(text[:MAX_LENGTH]) if isinstance(text, str) else _parse(""))


@lru_cache(maxsize=1_024)
def _parse(text: str) -> tuple[tuple[str, str], ...]:
    name, version = next(((name, match[1]) for name, pattern in _BROWSERS if (match := pattern.search(text))), ("", ""))
    system = next((name for name, pattern in _SYSTEMS if pattern.search(text)), "")
    return (
        ("name", name),
        ("version", ".".join(version.split(".")[:_VERSION_PARTS])),
        ("os", system),
        ("deviceType", _device_type(text) if system else ""),
    )


def _device_type(text: str) -> str:
    if _TABLET.search(text):
        return "tablet"
    return "mobile" if _MOBILE.search(text) else "desktop"
