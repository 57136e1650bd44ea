"""The page on which an agent runs, the state of its browser, and the other inputs of an agent."""

from __future__ import annotations

import datetime as dt
import random
import string
import time
from collections.abc import Callable, MutableMapping
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

if TYPE_CHECKING:
    from pendo_destination.transport.http_transport import Transport

_ALPHABET: Final = string.ascii_letters + string.digits

Clock = Callable[[], int]
IdMaker = Callable[[int], str]


def now() -> int:
    """Return the machine's time in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def random_id(length: int) -> str:
    """Return random letters and digits, as the agent uses for tabs, frames, sessions and anonymous visitors."""
    return "".join(random.choices(_ALPHABET, k=length))  # noqa: S311 - identifiers, not secrets


def seeded_ids(seed: int) -> IdMaker:
    """Return a function like `random_id` that returns the same ids in each run with the same seed."""
    source = random.Random(seed)  # noqa: S311 - identifiers, not secrets
    return lambda length: "".join(source.choices(_ALPHABET, k=length))


class BrowserState(Struct, frozen=True):
    """The state that the pages of one tab share; pass it from page to page to stay the same visitor.

    `language` is the first entry of `navigator.languages`; `zone` is the time zone that decides today's date.
    """

    local_storage: MutableMapping[str, str] = field(default_factory=dict)
    session_storage: MutableMapping[str, str] = field(default_factory=dict)
    language: str = "en-US"
    zone: dt.tzinfo = dt.UTC

    @property
    def locale(self) -> str:
        """The language in the agent's notation: `en_US`."""
        return self.language.replace("-", "_")


class Page(Struct, frozen=True):
    """A loaded page; `load_time` is in milliseconds, -1 if the browser did not measure it."""

    url: str
    referrer: str = ""
    load_time: float = -1
    framed: bool = False


class Environment(Struct, frozen=True):
    """All inputs of an agent.

    `transport` sends its requests, `clock` returns milliseconds since 1970, `make_id` returns a random id of a length.
    """

    transport: Transport
    page: Page
    browser: BrowserState
    clock: Clock = now
    make_id: IdMaker = random_id

    @property
    def date(self) -> str:
        """Today's date in the browser's time zone, in the format of the metadata: `DD/MM/YYYY`."""
        today = dt.datetime.fromtimestamp(self.clock() / 1000, self.browser.zone)
        return f"{today.day:02}/{today.month:02}/{today.year}"


class Location(Struct):
    """The page's current URL, which can change without a page load."""

    href: str
    hash_ignored: bool = False

    @property
    def url(self) -> str:
        """The URL that the agent reports."""
        return self.href.partition("#")[0] if self.hash_ignored else self.href
