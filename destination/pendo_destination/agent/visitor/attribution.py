"""Channel: what brought a visitor, told from the page's `utm_*` parameters, click ids and referrer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

from pendo_destination.javascript.values import UNDEFINED, Undefined

if TYPE_CHECKING:
    from collections.abc import Callable

_CAMPAIGN: Final = ("source", "medium", "campaign", "term", "content")

_NOT_LETTERS = re.compile(r"[^A-Za-z]")
_PAID_MEDIUM = re.compile(r".*cp.*|ppc|retargeting|paid")
_EMAIL = re.compile(r"e[-_ ]?mail")
_DISPLAY = frozenset({"display", "cpm", "banner", "interstitial", "expandable", "programmatic"})

# The agent's own lists are longer; these are the sites that most referrals come from (assumed to be enough).
_SITES: Final = {
    "search": ("google", "bing", "yahoo", "duckduckgo", "baidu", "yandex", "ecosia", "ask", "aol", "naver"),
    "social": ("facebook", "twitter", "linkedin", "instagram", "pinterest", "tiktok", "reddit", "t.co", "x.com"),
    "video": ("youtube", "vimeo", "dailymotion", "wistia"),
    "shopping": ("amazon", "ebay", "walmart", "etsy", "shopify", "alibaba"),
}


@dataclass(frozen=True, slots=True)
class Arrival:
    """One arrival; `referrer` is a host name, `self` or `direct`."""

    source: str
    medium: str
    referrer: str
    clicks: frozenset[str]

    def says(self, *words: str) -> bool:
        """Tell whether the medium, read without anything but letters, has one of some words in it."""
        return any(word in _NOT_LETTERS.sub("", self.medium) for word in words)

    def refers(self, kind: str) -> bool:
        """Tell whether the referrer is a site of a kind."""
        return self.external and any(site in self.referrer for site in _SITES[kind])

    def comes_from(self, kind: str) -> bool:
        """Tell whether source or referrer is a site of a kind."""
        return self.source in _SITES[kind] or self.refers(kind)

    @property
    def paid(self) -> bool:
        """Whether the medium is one that is paid for."""
        return bool(_PAID_MEDIUM.fullmatch(self.medium))

    @property
    def external(self) -> bool:
        """Whether another site referred the visitor."""
        return self.referrer not in {"self", "direct"}


# The first rule that holds names the channel: Google's documented default channel groups, in the order observed in the
# published agent.
_CHANNELS: Final[tuple[tuple[str | Undefined, Callable[[Arrival], bool]], ...]] = (
    (UNDEFINED, lambda a: not (a.medium or a.source or a.clicks) and a.referrer == "self"),
    ("Direct", lambda a: not a.medium and a.source in {"", "direct"} and a.referrer == "direct"),
    ("Cross-network", lambda a: a.says("crossnetwork")),
    ("Paid Search", lambda a: "gclid" in a.clicks or a.says("paidsearch") or (a.paid and a.comes_from("search"))),
    ("Paid Social", lambda a: "fbclid" in a.clicks or a.says("paidsocial") or (a.paid and a.comes_from("social"))),
    ("Paid Video", lambda a: a.says("paidvideo") or (a.paid and a.comes_from("video"))),
    ("Paid Shopping", lambda a: a.says("paidshopping") or a.medium == "shopping" or _buys(a)),
    ("Display", lambda a: a.medium in _DISPLAY or a.says("display")),
    ("Paid Other", lambda a: a.says("paidother") or a.paid),
    ("Organic Search", lambda a: (a.says("organic") and a.source in _SITES["search"]) or _leads(a, "search")),
    ("Organic Social", lambda a: _leads(a, "social") or a.says("social") or a.source in _SITES["social"]),
    ("Organic Video", lambda a: a.says("video") or _leads(a, "video")),
    ("Organic Shopping", lambda a: a.says("organicshopping") or _leads(a, "shopping")),
    ("Email", lambda a: bool(_EMAIL.search(a.medium) or _EMAIL.search(a.source)) or a.says("newsletter")),
    ("Affiliates", lambda a: a.says("affiliate", "partner")),
    ("SMS", lambda a: a.says("sms") or "sms" in a.source),
    ("Push Notifications", lambda a: a.medium.endswith("push") or a.says("mobile", "notification")),
    ("Audio", lambda a: a.says("podcast", "audio")),
    ("Referral", lambda a: a.says("referral") or a.external),
    ("Other", lambda a: bool(a.medium or a.source)),
)


def _buys(arrival: Arrival) -> bool:
    return arrival.paid and arrival.comes_from("shopping")


def _leads(arrival: Arrival, kind: str) -> bool:
    return not arrival.medium and arrival.refers(kind)


def attribute(url: str, referrer: str, *, full_referrer: bool) -> dict[str, Any]:
    """Tell what brought the visitor to a page, as the `utm` member of events; `full_referrer` shows its whole URL."""
    query, host = _query(url), urlsplit(url).hostname or ""
    place = _place(referrer, host)
    clicks = frozenset(name for name in ("gclid", "fbclid") if query.get(name))
    arrival = Arrival(query.get("utm_source", "").lower(), query.get("utm_medium", "").lower(), place, clicks)
    shown = {"self": host, "direct": UNDEFINED}.get(place, place)
    return {
        **{name: query.get(f"utm_{name}", UNDEFINED) for name in _CAMPAIGN},
        "channel": next((name for name, holds in _CHANNELS if holds(arrival)), UNDEFINED),
        "referrer": referrer if full_referrer and referrer else shown,
    }


def _query(url: str) -> dict[str, str]:
    pairs = (piece.split("=") for piece in urlsplit(url).query.split("&"))
    return {pair[0]: unquote(pair[1]) for pair in pairs if len(pair) > 1}


def _place(referrer: str, host: str) -> str:
    if not referrer:
        return "direct"
    place = urlsplit(referrer).hostname or ""
    return "self" if place == host else place
