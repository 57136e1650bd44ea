"""Attribution: the channel that brought a visitor, from `utm_*` parameters, click ids and the referrer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from pendo_destination.javascript.values import UNDEFINED, Undefined

if TYPE_CHECKING:
    from collections.abc import Callable

_CAMPAIGN: Final = ("source", "medium", "campaign", "term", "content")

_NOT_LETTERS = re.compile(r"[^A-Za-z]")
_PAID_MEDIUM = re.compile(r".*cp.*|ppc|retargeting|paid")
_EMAIL = re.compile(r"e[-_ ]?mail")
_DISPLAY = frozenset({"display", "cpm", "banner", "interstitial", "expandable", "programmatic"})

# The agent's own lists are longer; these sites cause most referrals (assumed to be enough).
_SITES: Final = {
    "search": ("google", "bing", "yahoo", "duckduckgo", "baidu", "yandex", "ecosia", "ask", "aol", "naver"),
    "social": ("facebook", "twitter", "linkedin", "instagram", "pinterest", "tiktok", "reddit", "t.co", "x.com"),
    "video": ("youtube", "vimeo", "dailymotion", "wistia"),
    "shopping": ("amazon", "ebay", "walmart", "etsy", "shopify", "alibaba"),
}


class TrafficSource(Struct, frozen=True):
    """One arrival of a visitor; `referrer` is a host name, `self` or `direct`."""

    source: str
    medium: str
    referrer: str
    click_ids: frozenset[str]

    def medium_contains(self, *words: str) -> bool:
        """Return whether the medium, reduced to its letters, contains one of these words."""
        return any(word in _NOT_LETTERS.sub("", self.medium) for word in words)

    def referred_by(self, kind: str) -> bool:
        """Return whether the referrer is a site of this kind (`search`, `social`, `video`, `shopping`)."""
        return self.external and any(site in self.referrer for site in _SITES[kind])

    def comes_from(self, kind: str) -> bool:
        """Return whether the source or the referrer is a site of this kind."""
        return self.source in _SITES[kind] or self.referred_by(kind)

    @property
    def paid(self) -> bool:
        """Whether the medium is paid advertising."""
        return bool(_PAID_MEDIUM.fullmatch(self.medium))

    @property
    def external(self) -> bool:
        """Whether another site referred the visitor."""
        return self.referrer not in {"self", "direct"}


# The first rule that applies gives the channel: Google's documented default channel groups, in the order observed in
# the published agent.
_CHANNELS: Final[tuple[tuple[str | Undefined, Callable[[TrafficSource], bool]], ...]] = (
    (UNDEFINED, lambda a: not (a.medium or a.source or a.click_ids) and a.referrer == "self"),
    ("Direct", lambda a: not a.medium and a.source in {"", "direct"} and a.referrer == "direct"),
    ("Cross-network", lambda a: a.medium_contains("crossnetwork")),
    (
        "Paid Search",
        lambda a: "gclid" in a.click_ids or a.medium_contains("paidsearch") or (a.paid and a.comes_from("search")),
    ),
    (
        "Paid Social",
        lambda a: "fbclid" in a.click_ids or a.medium_contains("paidsocial") or (a.paid and a.comes_from("social")),
    ),
    ("Paid Video", lambda a: a.medium_contains("paidvideo") or (a.paid and a.comes_from("video"))),
    (
        "Paid Shopping",
        lambda a: a.medium_contains("paidshopping") or a.medium == "shopping" or (a.paid and a.comes_from("shopping")),
    ),
    ("Display", lambda a: a.medium in _DISPLAY or a.medium_contains("display")),
    ("Paid Other", lambda a: a.medium_contains("paidother") or a.paid),
    (
        "Organic Search",
        lambda a: (a.medium_contains("organic") and a.source in _SITES["search"]) or _is_organic(a, "search"),
    ),
    (
        "Organic Social",
        lambda a: _is_organic(a, "social") or a.medium_contains("social") or a.source in _SITES["social"],
    ),
    ("Organic Video", lambda a: a.medium_contains("video") or _is_organic(a, "video")),
    ("Organic Shopping", lambda a: a.medium_contains("organicshopping") or _is_organic(a, "shopping")),
    ("Email", lambda a: bool(_EMAIL.search(a.medium) or _EMAIL.search(a.source)) or a.medium_contains("newsletter")),
    ("Affiliates", lambda a: a.medium_contains("affiliate", "partner")),
    ("SMS", lambda a: a.medium_contains("sms") or "sms" in a.source),
    ("Push Notifications", lambda a: a.medium.endswith("push") or a.medium_contains("mobile", "notification")),
    ("Audio", lambda a: a.medium_contains("podcast", "audio")),
    ("Referral", lambda a: a.medium_contains("referral") or a.external),
    ("Other", lambda a: bool(a.medium or a.source)),
)


def _is_organic(arrival: TrafficSource, kind: str) -> bool:
    return not arrival.medium and arrival.referred_by(kind)


def attribute(url: str, referrer: str, *, full_referrer: bool) -> dict[str, Any]:
    """Return the `utm` member of events: the campaign, channel and referrer of a page load.

    The referrer is reported by its host name, or by its whole URL with `full_referrer`.
    """
    query, host = _query(url), urlsplit(url).hostname or ""
    origin = _referrer_host(referrer, host)
    click_ids = frozenset(name for name in ("gclid", "fbclid") if query.get(name))
    arrival = TrafficSource(query.get("utm_source", "").lower(), query.get("utm_medium", "").lower(), origin, click_ids)
    reported = {"self": host, "direct": UNDEFINED}.get(origin, origin)
    return {
        **{name: query.get(f"utm_{name}", UNDEFINED) for name in _CAMPAIGN},
        "channel": next((name for name, applies in _CHANNELS if applies(arrival)), UNDEFINED),
        "referrer": referrer if full_referrer and referrer else reported,
    }


def _query(url: str) -> dict[str, str]:
    pairs = (piece.split("=") for piece in urlsplit(url).query.split("&"))
    return {pair[0]: unquote(pair[1]) for pair in pairs if len(pair) > 1}


def _referrer_host(referrer: str, host: str) -> str:
    if not referrer:
        return "direct"
    referrer_host = urlsplit(referrer).hostname or ""
    return "self" if referrer_host == host else referrer_host
