"""Reads the name and the version of the browser and the operating system from a User-Agent header."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

# The first pattern that matches counts: other browsers also name Chrome or Safari.
_BROWSERS: Final = (
    ("Microsoft Edge", re.compile(r"\bEdg(?:e|A|iOS)?/([\d.]{1,20})")),
    ("Opera", re.compile(r"\b(?:OPR|Opera)/([\d.]{1,20})")),
    ("Firefox", re.compile(r"\b(?:Firefox|FxiOS)/([\d.]{1,20})")),
    ("Chrome", re.compile(r"\b(?:HeadlessChrome|Chrome|CriOS)/([\d.]{1,20})")),
    ("Safari", re.compile(r"\bVersion/([\d.]{1,20}) .*Safari/")),
)
_SYSTEMS: Final = (
    ("Windows", "Windows"), ("iPhone", "iOS"), ("iPad", "iOS"), ("Mac OS X", "Mac OS X"), ("Android", "Android"),
    ("CrOS", "Chrome OS"), ("Linux", "Linux"),
)  # fmt: skip


@lru_cache(maxsize=1024)
def read_browser(user_agent: str) -> tuple[str, str, str]:
    """Return the browser's name, its version and the operating system; "" for each that is not recognized."""
    name, version = next(
        ((name, found[1]) for name, pattern in _BROWSERS if (found := pattern.search(user_agent))), ("", "")
    )
    return name, version, next((system for text, system in _SYSTEMS if text in user_agent), "")
