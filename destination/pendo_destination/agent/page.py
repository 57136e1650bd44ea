"""Page: where an agent lives. Browser: what outlives the page. Environment: all that is passed in."""

from __future__ import annotations

import datetime as dt
import random
import string
import time
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pendo_destination.transport.http import Transport

_ALPHABET: Final = string.ascii_letters + string.digits

Clock = Callable[[], int]
Ids = Callable[[int], str]


def now() -> int:
    """Read the machine's clock, in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def random_id(length: int) -> str:
    """Draw letters and digits, as the agent does for tabs, frames, sessions and anonymous visitors."""
    return "".join(random.choices(_ALPHABET, k=length))  # noqa: S311 - names, not secrets


@dataclass(frozen=True, slots=True)
class Browser:
    """What the pages of one tab share; carry it from page to page to stay the same visitor.

    `language` is what navigator.languages begins with, `zone` is where "today" is told from.
    """

    local_storage: MutableMapping[str, str] = field(default_factory=dict)
    session_storage: MutableMapping[str, str] = field(default_factory=dict)
    language: str = "en-US"
    zone: dt.tzinfo = dt.UTC

    @property
    def locale(self) -> str:
        """The language as the agent writes it: `en_US`."""
        return self.language.replace("-", "_")


@dataclass(frozen=True, slots=True)
class Page:
    """A loaded page. `load_time` is in milliseconds, -1 where the browser did not measure it."""

    url: str
    referrer: str = ""
    load_time: float = -1
    framed: bool = False


@dataclass(frozen=True, slots=True)
class Environment:
    """All that an agent does not decide itself. `clock` tells milliseconds, `ids` draws random text of a length."""

    transport: Transport
    page: Page
    browser: Browser
    clock: Clock = now
    ids: Ids = random_id

    @property
    def date(self) -> str:
        """Today where the browser is, as metadata carries it: `DD/MM/YYYY`."""
        return dt.datetime.fromtimestamp(self.clock() / 1000, self.browser.zone).strftime("%d/%m/%Y")


@dataclass(slots=True)
class Location:
    """Where the page is now: its URL moves on without the page being loaded anew."""

    href: str
    hash_ignored: bool = False

    @property
    def url(self) -> str:
        """The URL as the agent sees it."""
        return self.href.partition("#")[0] if self.hash_ignored else self.href
