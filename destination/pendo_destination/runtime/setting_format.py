"""Checks the text of settings that become a part of a URL."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from pendo_destination.runtime.definition import FieldFormat

# Any other character could change the path or the host of the URL that contains the text; so could `.` and `..`.
_KEY: Final = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9._~:@-]*")
_LABEL: Final = "[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST: Final = re.compile(rf"(?:https?://)?(?:{_LABEL}(?:\.{_LABEL})*\.?|\[[0-9A-Fa-f:.]+\])(?::[0-9]{{1,5}})?")


def describe_format(text_format: FieldFormat, value: str) -> str:
    """Describe the texts that a format accepts; return "" if it accepts this text. Empty text has every format."""
    match text_format:
        case "key":
            return "" if _KEY.fullmatch(value) else "a key of letters, digits, - and _"
        case "host":
            return "" if not value or _is_host(value) else "a host such as content.example.com"
        case _:
            return ""


def _is_host(value: str) -> bool:
    if not _HOST.fullmatch(value):
        return False
    try:
        return urlsplit(value if "://" in value else f"https://{value}").port != 0
    except ValueError:  # the port is too large, or the text in brackets is not an address
        return False
