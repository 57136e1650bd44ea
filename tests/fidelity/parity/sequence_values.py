"""Calls, ids, values and options for sequences; values that JSON cannot represent are tagged."""

from __future__ import annotations

import base64
import json
import random
from typing import Any, Final

Call = list[Any]
Tick = Call | tuple[Call, ...]
Case = dict[str, Any]

HOME: Final = "https://app.localtest"
UNDEFINED: Final = {"$undefined": True}
DATE: Final = {"$date": "2026-01-02T03:04:05.678Z"}
FUNCTION: Final = {"$function": True}

U1: Final = {"id": "u1"}
A1: Final = {"id": "a1"}
AFTER: Final[Call] = ["track", "after", {"k": 1}]
FLUSH: Final[Call] = ["flushNow"]

IDS: Final = (
    None, "", " ", "\t\u00a0", "::", True, False, 0, -0.0, 42, 1e21, 1.5, {"$nan": True}, UNDEFINED, [], ["u"], {},
    DATE, "null", "undefined", "NaN", " u1 ", "_PENDO_T_given", "VISITOR-UNIQUE-ID", "ACCOUNT-UNIQUE-ID", "p::a",
    "\U0001f600", "x" * 500,
)  # fmt: skip
EVERY_KIND: Final = {
    "s": "x", "n": 1, "f": 1.5, "minus0": -0.0, "big": 12345678901234567890, "t": True, "z": None, "d": DATE,
    "u": UNDEFINED, "nan": {"$nan": True}, "inf": {"$inf": -1}, "fn": FUNCTION, "": "empty key",
    "a.b": [1, [2, {"c": UNDEFINED}], UNDEFINED], "nested": {"deep": {"er": [DATE]}}, "10": "ten", "9": "nine",
}  # fmt: skip
UNUSUAL_TEXTS: Final = {
    "name": "Zo\u00eb \u65e5\u672c \U0001f600", "lone": "\ud83d", "control": "\u0000\u001f\u2028\u007f",
    "html": "</script><!--",
}  # fmt: skip
PROPS: Final = (
    UNDEFINED, None, "text", "", 0, 7, True, False, [], [1, UNDEFINED, None], {}, EVERY_KIND, UNUSUAL_TEXTS, DATE,
    {"$nan": True}, FUNCTION, {"source": "mail"}, {"source": 0}, {"__proto__": {"x": 1}, "constructor": 1},
    {"a": {"b": {"c": {"d": {"e": {}}}}}}, {"text": "x" * 4000},
)  # fmt: skip


def start(visitor: Any = UNDEFINED, account: Any = UNDEFINED, parent: Any = UNDEFINED, **options: Any) -> Call:
    """Return a call of `initialize`."""
    kinds = {"visitor": visitor, "account": account, "parentAccount": parent}
    return ["initialize", {name: value for name, value in kinds.items() if value is not UNDEFINED} | options]


def case(group: str, *pages: list[Tick] | Case, config: dict[str, Any] | None = None, **flags: int) -> Case:
    """Return a case in the format of recorded cases; a page is a list of ticks, a tick one call or a tuple of calls."""
    return {"group": group, "config": config or {}, "pages": [_page(page) for page in pages], **flags}


def arrival(query: str, referrer: str, *ticks: Tick) -> Case:
    """Return a page that the visitor reaches by a link."""
    return {"url": f"{HOME}/page{query}", **({"referrer": referrer} if referrer else {}), "ticks": list(ticks)}


def _page(page: list[Tick] | Case) -> Case:
    content = page if isinstance(page, dict) else {"ticks": page}
    return {**content, "ticks": [list(tick) if isinstance(tick, tuple) else [tick] for tick in content["ticks"]]}


def random_text(length: int, seed: int = 1) -> str:
    """Return text that hardly compresses; the same arguments give the same text."""
    return base64.urlsafe_b64encode(random.Random(seed).randbytes(length)).decode()[:length]


def jwt(claims: Any) -> str:
    """Return claims as a JSON Web Token whose payload contains neither `-` nor `_`."""
    payload = base64.b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"eyJhbGciOiJIUzI1NiJ9.{payload}.c2lnbmF0dXJl"


KNOWN: Final = start(U1, A1)
ANONYMOUS: Final = start()

SIGNED: Final = {
    "jwt": jwt({"visitor": {"id": "signed", "role": "admin"}, "account": {"id": "acct", "plan": "pro"}}),
    "signingKeyName": "key1",
}
PROMOTED: Final = {
    "promotedAgentMetadataConfigurations": [
        {"kind": "visitor", "fieldName": "plan"},
        {"kind": "visitor", "fieldName": "absent"},
        {"kind": "account", "fieldName": "tier"},
        {"kind": "parentAccount", "fieldName": "name"},
    ]
}
CONFIGS: Final[tuple[dict[str, Any], ...]] = (
    {"env": "prod-eu"}, {"disablePendo": True}, {"pendoCore": False}, {"blockAgentMetadata": True},
    {"dropAnonymous": True}, {"freeNPSData": True}, {"excludeNonGuideAnalytics": True},
    {"sendEventsWithPostOnly": True}, {"analytics": {"excludeEvents": ["load", "track"]}},
    {"analytics": {"excludeEvents": "meta"}}, {"disablePersistence": True}, {"disableCookies": True},
    {"forceAnonymous": True}, {"localStorageOnly": True}, {"identityStorageSuffix": "other"}, {"disableGuides": True},
    {"guides": {"disabled": True}}, {"guides": {"delay": True}}, {"delayGuides": True}, {"trainingPartner": True},
    {"adoptAnalyticsForwarding": True}, {"additionalApiKeys": ["second", "third"]}, {"additionalApiKeys": "second"},
    {"additionalApiKeys": ["second", "", None, 5]}, {"additionalApiKeys": []}, {"disableAutoInitialize": True},
    {"initializeImmediately": True}, {"preventUnloadListener": True}, {"requestSegmentFlags": True}, PROMOTED,
    {"enableSignedMetadata": True}, {"requireSignedMetadata": True}, {"queryStringWhitelist": ["y"]},
    {"enableFullUtmReferrer": True}, {"cacheGuides": True}, {"captureConsoleLogs": True},
    {"recording": {"enabled": True}}, {"appAutoOrdering": True}, {"ignoreHashRouting": True},
    {"storage": {"allowKeys": ["_pendo_visitorId.test-key"]}}, {"disableFeedback": True}, {"enableDebugEvents": True},
    {"apiKey": "another"}, {"additionalApiKeys": ["x"], "dropAnonymous": True},
)  # fmt: skip
SNIPPETS: Final[tuple[dict[str, Any], ...]] = (
    {"additionalApiKeys": ["second"]}, {"disableGuides": True}, {"guides": {"disabled": True}}, SIGNED,
    {"dropAnonymous": True}, {"disablePersistence": True}, {"excludeNonGuideAnalytics": True},
    {"analytics": {"excludeEvents": ["identify"]}}, {"allowPartnerAnalyticsForwarding": True}, {"env": "mine"},
    {"sendEventsWithPostOnly": True}, {"apiKey": "snippet"}, {"identityStorageSuffix": "snippet"},
    {"disableCookies": True}, {"leaderKey": "x"}, {"annotateUrl": UNDEFINED}, {"sanitizeUrl": None},
    {"blockAgentMetadata": True}, {"freeNPSData": True}, {"forceAnonymous": True}, {"ignoreHashRouting": True},
)  # fmt: skip
