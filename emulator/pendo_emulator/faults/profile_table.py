"""The table of the fault profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_AS_BLOCKED: Final = "The emulator resets the connection: a page gets the same network error as for a blocked request."
_IMAGES: Final = ("ptm.gif", "guide.gif", "agentic.gif", "poll.gif", "log.gif")
_FETCHED: Final = ("guide.json", "segmentflag.json", "recordingconf", "rec", "devlog", "errorlog")
# The endpoints to which pages send requests; servers use the others.
_OF_PAGES: Final = ("pendo.js", "config.json", "guide.js", "segmentflag.js", *_IMAGES, *_FETCHED)


def _reset(endpoints: tuple[str, ...], **selector: str) -> tuple[dict[str, Any], ...]:
    return tuple({"endpoint": endpoint, **selector, "reset": True} for endpoint in endpoints)


# Name, what fails, what a browser sees, how this is known, and the faults.
PROFILES: Final[tuple[tuple[str, str, str, str, tuple[Mapping[str, Any], ...]], ...]] = (
    (
        "adblock",
        "An ad blocker with the list EasyPrivacy blocks beacons, but not the agent's script.",
        "Beacons fail and are retried; guides whose views are not recorded are shown again and again.",
        f"observed: the list blocks ptm.gif and guide.gif. {_AS_BLOCKED}",
        _reset(("ptm.gif", "guide.gif")),
    ),
    (
        "adblock-strict",
        "An ad blocker blocks every request to Pendo.",
        "The script does not load; calls of `pendo` stay in the snippet's queue.",
        f"observed: lists that block the domain. {_AS_BLOCKED}",
        _reset(_OF_PAGES),
    ),
    (
        "csp",
        "The Content-Security-Policy of the page allows no host of Pendo.",
        "The script does not load, and nothing is sent. A real policy also writes a line to the browser's console.",
        f"observed: script-src, img-src and connect-src are needed. {_AS_BLOCKED}",
        _reset(_OF_PAGES),
    ),
    (
        "csp-img-src",
        "The policy of the page lacks the data host in img-src.",
        "Small beacons, which are images, fail and are retried; large ones, which are POSTs, arrive.",
        f"observed: the agent sends small beacons as images. {_AS_BLOCKED}",
        _reset(_IMAGES, method="GET"),
    ),
    (
        "csp-connect-src",
        "The policy of the page lacks the data host in connect-src.",
        "Images arrive; guides do not load, and large beacons never leave the page.",
        f"observed: the agent loads guides and sends large beacons with fetch. {_AS_BLOCKED}",
        (*_reset(_FETCHED), *_reset(_IMAGES, method="POST"), {"method": "OPTIONS", "reset": True}),
    ),
    (
        "slow-3g",
        "A slow mobile network: two seconds until an answer begins, one second until it is complete.",
        "Everything arrives late; a page that is left early sends its requests again (`rt=1`).",
        "documented: the latency of the preset `Slow 3G` of Chromium's developer tools; assumed: its distribution.",
        ({"delay": 2, "delay_distribution": "lognormal", "delay_spread": 0.25, "drip": 1},),
    ),
    (
        "flaky",
        "A bad connection: one request of five breaks.",
        "Broken beacons are retried, so most events arrive, some of them late.",
        "assumed: the share of one in five.",
        ({"probability": 0.2, "reset": True},),
    ),
    (
        "region-down",
        "Every host of a region answers 503; limit it with `region`.",
        "Without the script nothing is sent. With it, beacons are retried after 1, 2, 4 ... 64 seconds.",
        "observed: the agent's reaction; assumed: the status.",
        ({"status": 503, "body": "html"},),
    ),
    (
        "region-hangs",
        "The hosts of a region accept requests and answer none for 30 seconds; limit it with `region`.",
        "One request waits, the others queue behind it; the agent has no time limit of its own.",
        "observed: the agent's reaction; assumed: the 30 seconds.",
        ({"hang": 30},),
    ),
    (
        "rate-limited",
        "The data hosts answer 429 with Retry-After.",
        "Beacons are retried; the agent ignores Retry-After.",
        "observed: the agent's reaction; assumed: that Pendo answers so.",
        tuple({"endpoint": name, "status": 429, "retry_after": 60} for name in (*_IMAGES, *_FETCHED)),
    ),
    (
        "key-unknown",
        "The API key does not exist in a region; limit it with `region`.",
        "The script is missing (404), so the agent never starts. Beacons of an agent from elsewhere are refused.",
        "assumed: the statuses 404 and 400; Pendo's real answers are unknown.",
        (
            {"endpoint": "pendo.js", "status": 404, "body": "html"},
            {"endpoint": "config.json", "status": 404, "body": "html"},
            {"status": 400},
        ),
    ),
    (
        "opted-out",
        "Pendo refuses the visitor.",
        "The agent stops sending as soon as it has asked for guides.",
        "observed: the agent's reaction to 451 for guide.json.",
        ({"endpoint": "guide.json", "status": 451, "body": "opted-out"},),
    ),
    (
        "agent-disabled",
        "Pendo has switched the agent off for the API key.",
        "The agent logs `Pendo is currently disabled.` and sends nothing.",
        "observed: `disablePendo` in the agent's configuration.",
        ({"disable_agent": True},),
    ),
    (
        "lost-cookies",
        "The browser has lost Pendo's cookies and stored values before each page load.",
        "Each page load has a new anonymous visitor, a new session, and guides that were already seen.",
        "observed: the names of the agent's cookies begin with `_pendo_`.",
        ({"lose_cookies": True},),
    ),
    (
        "captive-portal",
        "A proxy or the log-in page of a network answers every request with HTML and status 200.",
        "The script is a syntax error or is blocked (ORB); an image that is HTML counts as failed and is retried.",
        "observed: the reactions of Chromium and the agent.",
        ({"body": "html"},),
    ),
    (
        "broken-script",
        "A proxy cuts the agent's script in half.",
        "The script is a syntax error; the agent never starts, although the request succeeded.",
        "observed: the reaction of Chromium.",
        ({"endpoint": "pendo.js", "cut_body": True},),
    ),
    (
        "dns-gone",
        "The names of Pendo's hosts do not resolve, as with a DNS blocker or in a closed network.",
        "ERR_TUNNEL_CONNECTION_FAILED through a proxy. The emulator gets no request to record.",
        "documented: the proxy's answer (RFC 9209). It reaches only clients that use the emulator as a proxy.",
        ({"unresolved": True},),
    ),
    (
        "certificate-expired",
        "The certificates of Pendo's hosts or of a CNAME have expired.",
        "ERR_CERT_DATE_INVALID; nothing loads, and the emulator gets no request to record.",
        "observed: the reaction of Chromium.",
        ({"certificate": "expired"},),
    ),
    (
        "certificate-foreign",
        "The certificates are of an authority that the browser does not trust, such as a company's proxy.",
        "ERR_CERT_AUTHORITY_INVALID; nothing loads, and the emulator gets no request to record.",
        "observed: the reaction of Chromium.",
        ({"certificate": "foreign"},),
    ),
    (
        "certificate-wrong-name",
        "The host presents the certificate of another name, as a CNAME does whose own certificate is not ready.",
        "ERR_CERT_COMMON_NAME_INVALID; nothing loads, and the emulator gets no request to record.",
        "observed: the reaction of Chromium.",
        ({"certificate": "wrong-name"},),
    ),
)  # fmt: skip
