"""Segment's analytics-next in one browser: the stored user and group, and the events of the page's calls."""

from __future__ import annotations

import datetime as dt
import uuid
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlsplit

from pendo_destination.javascript.values import iso_date

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

Event = dict[str, Any]

EPOCH: Final = dt.datetime.fromtimestamp(0, dt.UTC)
MILLISECOND: Final = dt.timedelta(milliseconds=1)
LIBRARY: Final = {"name": "analytics.js", "version": "npm:next-1.84.3"}


@dataclass(frozen=True, slots=True)
class StoredIdentity:
    """A user or a group in the browser's storage: an id, if known, and all traits so far."""

    id: str | None = None
    traits: Mapping[str, Any] = field(default_factory=dict)

    def merge(self, new_id: str | None, traits: Mapping[str, Any]) -> StoredIdentity:
        """Return this identity with more traits; another id drops the old traits (observed in analytics-next)."""
        new_id = new_id or self.id
        stored = self.traits if self.id in {None, new_id} else {}
        return StoredIdentity(new_id, {**stored, **traits})


class AnalyticsNext:
    """One browser with Segment's library.

    `device` are its members of the context (userAgent, locale, timezone), and `referrer` is the referrer of the first
    page. With `names_group` the page passes the group's id with every call, so that it appears as `context.groupId`.
    """

    def __init__(
        self, random: Random, now: dt.datetime, device: Mapping[str, str], referrer: str, *, names_group: bool
    ) -> None:
        self._random = random
        self._now = now
        self._device = device
        self._names_group = names_group
        self._page = {"url": referrer}
        self.reset()

    def reset(self) -> None:
        """Delete the user and the group, and make a new anonymous id."""
        self.restore(StoredIdentity(), StoredIdentity())
        self._anonymous_id = self._uuid()

    def restore(self, user: StoredIdentity, group: StoredIdentity) -> None:
        """Set the user and the group that an earlier day has stored."""
        self._user, self._group = user, group

    def wait(self, milliseconds: int) -> None:
        """Let time pass."""
        self._now += milliseconds * MILLISECOND

    def open(self, url: str, title: str) -> None:
        """Go to a page; the previous one becomes its referrer."""
        parts = urlsplit(url)
        search = f"?{parts.query}" if parts.query else ""
        referrer = self._page["url"]
        self._page = {"path": parts.path, "referrer": referrer, "search": search, "title": title, "url": url}

    def page(self, name: str | None = None) -> Event:
        """Call analytics.page(name)."""
        named = {"name": name} if name else {}
        return self._event("page", **named, properties={**self._page, **named})

    def track(self, event: str, properties: Mapping[str, Any]) -> Event:
        """Call analytics.track(event, properties)."""
        return self._event("track", event=event, properties=properties)

    def identify(self, user_id: str | None, traits: Mapping[str, Any]) -> Event:
        """Call analytics.identify, without an id if it is None."""
        self._user = self._user.merge(user_id, traits)
        return self._event("identify", traits=deepcopy(self._user.traits))

    def group(self, group_id: str, traits: Mapping[str, Any]) -> Event:
        """Call analytics.group(group_id, traits)."""
        self._group = self._group.merge(group_id, traits)
        return self._event("group", groupId=group_id, traits=deepcopy(self._group.traits))

    def _event(self, event_type: str, **members: Any) -> Event:
        self.wait(self._random.randrange(40, 75_000))
        milliseconds = (self._now - EPOCH) // MILLISECOND
        return {
            "timestamp": iso_date(self._now),
            "integrations": {},
            "type": event_type,
            **members,
            "context": self._context(),
            "messageId": f"ajs-next-{milliseconds}-{self._uuid()}",
            **({"userId": self._user.id} if self._user.id else {}),
            "anonymousId": self._anonymous_id,
        }

    def _context(self) -> Event:
        context: Event = {"page": self._page.copy(), **self._device, "library": LIBRARY.copy()}
        if search := self._page["search"]:
            context["campaign"] = campaign(search)
        if self._names_group and self._group.id:
            context["groupId"] = self._group.id
        return context

    def _uuid(self) -> str:
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))


def campaign(search: str) -> dict[str, str]:
    """Read the campaign from a page's query; `utm_campaign` is its name (observed in published analytics-next)."""
    utm = ((key.removeprefix("utm_"), value) for key, value in parse_qsl(search[1:]) if key.startswith("utm_"))
    return {"name" if key == "campaign" else key: value for key, value in utm}
