"""The steps of a journey, and the events that each one causes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pendo_destination.samples.analytics_next import StoredIdentity
from pendo_destination.samples.event_catalogue import IN_APP, ON_SITE
from pendo_destination.samples.sample_data import ACCOUNTS, APP, PHRASES, ROLES, SITE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from random import Random

    from pendo_destination.samples.analytics_next import AnalyticsNext, Event
    from pendo_destination.samples.event_catalogue import Catalogue

    Step = Callable[["Visitor"], Iterable[Event]]


@dataclass(frozen=True, slots=True)
class Visitor:
    """One visitor of the day: the person, the account and the browser."""

    number: int
    person: Mapping[str, Any]
    account: Mapping[str, Any]
    random: Random
    browser: AnalyticsNext

    @property
    def user_id(self) -> str:
        """The user id after login."""
        return f"user-{self.number:04}"


def browse_site(visitor: Visitor) -> Iterator[Event]:
    """Read a page of the public site."""
    page = visitor.random.choice(SITE)
    visitor.browser.open(page["url"], page["title"])
    yield visitor.browser.page()
    yield from _track_some(visitor, ON_SITE, visitor.random.randrange(3))


def use_app(visitor: Visitor) -> Iterator[Event]:
    """Open pages of the app and use them."""
    for page in visitor.random.sample(APP, visitor.random.randrange(1, 3)):
        visitor.browser.open(page["url"], page["title"])
        yield visitor.browser.page(page["name"])
        yield from _track_some(visitor, IN_APP, visitor.random.randrange(1, 6))


def _track_some(visitor: Visitor, catalogue: Catalogue, times: int) -> Iterator[Event]:
    for name in visitor.random.choices(list(catalogue), k=times):
        yield visitor.browser.track(name, catalogue[name](visitor.random))


def subscribe(visitor: Visitor) -> Iterator[Event]:
    """Identify with traits but without a user id."""
    yield visitor.browser.identify(None, {"newsletter": True, "topics": ["boards", "größen"]})


def log_in(visitor: Visitor) -> Iterator[Event]:
    """Identify with the user id."""
    yield visitor.browser.identify(visitor.user_id, _profile(visitor))


def edit_profile(visitor: Visitor) -> Iterator[Event]:
    """Change one trait and add another."""
    traits = {"role": visitor.random.choice(ROLES), "motto": visitor.random.choice(PHRASES)}
    yield visitor.browser.identify(visitor.user_id, traits)


def join(visitor: Visitor) -> Iterator[Event]:
    """Join the account."""
    yield _group(visitor, visitor.account)


def upgrade(visitor: Visitor) -> Iterator[Event]:
    """Change the account's plan, without its other traits."""
    yield visitor.browser.group(visitor.account["id"], {"plan": "enterprise", "upgradedBy": visitor.user_id})


def switch(visitor: Visitor) -> Iterator[Event]:
    """Switch to another account."""
    yield _group(visitor, ACCOUNTS[(visitor.number + 1) % len(ACCOUNTS)])


def resume(visitor: Visitor) -> tuple[()]:
    """Resume with the user and the group of an earlier day; causes no event."""
    user = StoredIdentity(visitor.user_id, _profile(visitor))
    visitor.browser.restore(user, StoredIdentity(visitor.account["id"], _traits(visitor.account)))
    return ()


def log_out(visitor: Visitor) -> tuple[()]:
    """Log out; causes no event."""
    visitor.browser.reset()
    return ()


def pause(visitor: Visitor) -> tuple[()]:
    """Pause for more than half an hour, which ends the session; causes no event."""
    visitor.browser.wait(visitor.random.randrange(31, 75) * 60_000)
    return ()


def _group(visitor: Visitor, account: Mapping[str, Any]) -> Event:
    return visitor.browser.group(account["id"], _traits(account))


def _traits(account: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in account.items() if key != "id"}


def _profile(visitor: Visitor) -> dict[str, Any]:
    random = visitor.random
    return {
        "name": visitor.person["name"],
        "email": f"{visitor.user_id}@{visitor.account['id'].removeprefix('acct-')}.example",
        "role": random.choice(ROLES),
        "createdAt": f"2026-{random.randrange(1, 11):02}-01T08:00:00.000Z",
        "logins": random.randrange(900),
        "score": round(random.uniform(-100, 100), 2),
        "beta": random.random() < 0.3,
        "phone": None,
        "teams": random.sample(("design", "营销", "données", "support"), random.randrange(3)),
        "preferences": {"theme": "dark", "notify": {"email": True, "push": False, "hours": [9, 17.5]}},
    }
