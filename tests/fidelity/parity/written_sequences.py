"""Sequences of calls written by hand: every call, every change of identity and every option that affects requests."""

from __future__ import annotations

from itertools import product
from typing import Final

from tests.fidelity.parity.sequence_values import (
    A1,
    AFTER,
    ANONYMOUS,
    CONFIGS,
    DATE,
    EVERY_KIND,
    FLUSH,
    FUNCTION,
    HOME,
    IDS,
    KNOWN,
    PROMOTED,
    PROPS,
    SIGNED,
    SNIPPETS,
    U1,
    UNDEFINED,
    UNUSUAL_TEXTS,
    Case,
    arrival,
    case,
    jwt,
    random_text,
    start,
)  # fmt: skip

STARTS: Final = (ANONYMOUS, start(U1), KNOWN, start({"id": "_PENDO_T_abc"}, A1))
OBJECTS: Final = (
    {}, {"visitor": {}}, {"visitor": {"name": "only"}}, {"visitor": U1}, {"visitor": {"id": "u2"}}, [], DATE, FUNCTION,
    {"visitor": {"id": "u2", "n": 1}, "account": {"id": "a2", "p": "x"}}, {"visitor": U1, "account": None},
    {"visitor": {"id": ""}, "account": {"id": ""}}, {"visitor": {"id": "VISITOR-UNIQUE-ID"}}, {"account": {"id": "a2"}},
    {"visitor": {"id": "_PENDO_T_given"}}, {"parentAccount": {"id": "p"}}, {"account": {"id": "a1", "new": 1}},
)  # fmt: skip

INITIALIZE: Final = [
    *(case("initialize", [["initialize", *options], AFTER]) for options in ([], [None], [UNDEFINED], [5], [[]])),
    *(case("initialize", [start(visitor, A1), AFTER]) for visitor in (None, "u1", 5, [], ["a"], {}, {"n": 1}, DATE)),
    *(case("initialize", [start(U1, account), AFTER]) for account in (None, "a1", 5, [], {}, {"n": 1})),
    *(case("initialize-visitor-id", [start({"id": id_, "n": 1}), AFTER]) for id_ in IDS),
    *(case("initialize-account-id", [start(U1, {"id": id_, "n": 1}), AFTER]) for id_ in IDS),
    case("initialize", [start(U1, visitorId="u2"), AFTER]),
    case("initialize", [start(visitorId="u2", accountId="a2"), AFTER]),
    case("initialize", [start(visitorId="VISITOR-UNIQUE-ID"), AFTER]),
    case("initialize-twice", [KNOWN, start({"id": "u2", "n": 1}), AFTER]),
    case("initialize-twice", [(KNOWN, start({"id": "u2"}), AFTER)]),
    case("initialize-late", [["track", "early"], KNOWN, AFTER]),
    case("initialize-late", [(["track", "early"], ["identify", "u2"], ["trackAgent", "prompt"], KNOWN, AFTER)]),
    case("initialize-late", [["identify", {"visitor": {"id": "u2", "n": 1}}], ANONYMOUS, AFTER]),
    case("initialize-late", [["updateOptions", {"visitor": {"n": 1}}], ["pageLoad"], ["identify", "u2", "a2"], KNOWN]),
    case("initialize-late", [["track", "list", [1, 2]], ["identify", "u2", ["a2"]], ["track", "none", []], KNOWN]),
    case("initialize-never", [["track", "early"], ["identify", "u1"], FLUSH]),
    case("metadata", [start({**U1, **EVERY_KIND}, {**A1, **EVERY_KIND}, {"id": "p", **EVERY_KIND}), AFTER]),
    case("metadata", [start({**U1, **UNUSUAL_TEXTS}, {"id": "caf\u00e9", **UNUSUAL_TEXTS}), AFTER]),
    case("metadata", [start({**U1, "language": "tlh", "Language": "xx"}, {**A1, "language": "tlh"}), AFTER]),
    case("metadata", [start({"n": 1, **U1, "date": "mine", "version": "mine"}, date="mine", version="mine"), AFTER]),
    case("metadata", [start(U1, other={"id": "x"}, events={"ready": FUNCTION}), AFTER]),
    *(case("metadata-long", [start({**U1, "text": random_text(length)}, A1), AFTER]) for length in (1300, 1700, 3000)),
    case("metadata-long", [start({**U1, "text": random_text(30_000)}, A1), ["identify", "u2", "a2"], AFTER]),
]

PARENTS: Final = [
    case("parent", [start(U1, A1, {"id": "p1", "name": "P"}), AFTER]),
    case("parent", [start(U1, {"id": 5}, {"id": 6}), AFTER]),
    case("parent", [start(U1, {"id": "p2::a1"}, {"id": "p1"}), AFTER]),
    case("parent", [start(U1, {"id": "p2::a1"}), AFTER]),
    case("parent", [start(U1, {"id": "a::b::c"}, {"id": "p"}), AFTER]),
    case("parent", [start(U1, {"name": "no id"}, {"id": "p1"}), AFTER]),
    *(case("parent", [start(U1, A1, parent), AFTER]) for parent in (None, "str", 5, ["x"], {"n": 1}, {"id": ""})),
    case("parent-change", [start(U1, A1, {"id": "p1"}), ["identify", {"visitor": U1, "account": A1}], AFTER]),
    case("parent-change", [KNOWN, ["identify", {"visitor": U1, "account": A1, "parentAccount": {"id": "p1"}}], AFTER]),
    case("parent-change", [start(U1, A1, {"id": "p1"}), ["identify", "u2"], ["identify", "u2", "a1"], AFTER]),
    case("parent-pages", [start(U1, A1, {"id": "p"}), AFTER], [start(U1, {**A1, "parentAccount": {"id": "p"}}), AFTER]),
    case("parent-pages", [start(U1, A1, {"id": "p1"}), AFTER], [start(U1, A1, {"id": "p1"}), AFTER]),
]  # fmt: skip

IDENTIFY: Final = [
    *(case("identify-visitor", [first, ["identify", id_], AFTER]) for first, id_ in product(STARTS, (*IDS[::2], "u2"))),
    *(case("identify-account", [first, ["identify", "u1", id_], AFTER]) for first, id_ in product(STARTS, IDS[1::2])),
    *(case("identify-object", [first, ["identify", options], AFTER]) for first, options in product(STARTS, OBJECTS)),
    *(case("update", [KNOWN, ["updateOptions", options], AFTER]) for options in (*OBJECTS, None, "x", 5, UNDEFINED)),
    *(case("update", [ANONYMOUS, ["updateOptions", options], AFTER]) for options in OBJECTS[:8]),
    case("identify-object", [KNOWN, *(["identify", {"visitor": {**U1, "n": 1}}] for _ in range(2))]),
    case("identify-object", [KNOWN, (["identify", {"visitor": {"id": "u2"}}], ["identify", {"visitor": U1}], AFTER)]),
    case("update-order", [start({**U1, "a": 1, "b": 2}), ["updateOptions", {"visitor": {"b": 2, "a": 1, **U1}}]]),
    case("update-back", [start({**U1, "n": 1}), *(["updateOptions", {"visitor": {**U1, "n": n}}] for n in (2, 1))]),
    case("update-nested", [start({**U1, "o": {"a": 1}}), ["updateOptions", {"visitor": {**U1, "o": {"a": 2}}}], AFTER]),
    case("update-partly", [start({**U1, "n": 1}, {**A1, "p": 1}), ["updateOptions", {"account": {**A1, "p": 2}}]]),
    case("chain", [KNOWN, ["identify", "u2", "a2"], ["identify", "u3"], ["identify", "u1", "a1"], AFTER]),
    case("chain", [ANONYMOUS, (["track", "a"], ["identify", "u1"], ["track", "b"], ["identify", "u2", "a2"], AFTER)]),
    *(case("set-ids", [first, [f"set_{kind}_id", id_], AFTER]) for first, kind, id_ in product(
        (ANONYMOUS, KNOWN), ("visitor", "account"), ("u9", 9, "", None, UNDEFINED, "u1", "a1"))),
    *(case("clear", [first, ["clearSession"], AFTER]) for first in STARTS),
    case("clear", [KNOWN, ["clearSession"], ["identify", "u1", "a1"], AFTER]),
    case("clear", [KNOWN, ["clearSession"], ["identify", {"visitor": U1, "account": A1}], AFTER]),
    case("clear", [(KNOWN, ["track", "before"], ["clearSession"], ["clearSession"], AFTER)]),
    case("clear-pages", [KNOWN, ["clearSession"]], [ANONYMOUS, AFTER], [KNOWN, AFTER]),
    case("clear-pages", [start({**U1, "n": 1}), ["clearSession"]], [start({**U1, "n": 1}), AFTER]),
]  # fmt: skip

TRACK: Final = [
    *(case("track-props", [KNOWN, ["track", "Event", props]]) for props in PROPS),
    *(case("track-agent", [KNOWN, ["trackAgent", "prompt", props], ["track", "x"]]) for props in PROPS[::2]),
    *(case("track-name", [KNOWN, ["track", name, {"a": 1}], AFTER]) for name in IDS),
    *(case("track-agent", [KNOWN, ["trackAgent", kind, {"a": 1}], AFTER]) for kind in (
        "system_response", "user_reaction", "track", "load", "", None, 5, "other")),
    *(case("track-noflush", [KNOWN, *ticks], final_flush=0) for ticks in (
        [["track", "x"], ["track", "y"]],
        [["track", "x"], ["identify", "u2"], ["track", "y"]],
        [(["track", "x"], ["identify", "u2", "a2"], ["track", "y"])],
        [["trackAgent", "prompt", {"text": "t"}]],
        [["track", f"E{n}", {"p": random_text(400, n)}] for n in range(30)],
    )),
    case("track-source", [KNOWN, (["track", "a", {"source": "s1"}], ["track", "b", {"source": "s2"}])]),
    case("track-source", [KNOWN, ["track", "a", {"source": "a b&c=#d"}], FLUSH, ["track", "b", {"source": [1]}]]),
    case("track-many", [KNOWN, tuple(["track", f"E{n}", {"n": n}] for n in range(60))]),
    case("flush", [KNOWN, AFTER, FLUSH, AFTER, FLUSH, FLUSH]),
    case("flush", [(KNOWN, AFTER, FLUSH)]),
    *(case("flush", [KNOWN, AFTER, ["flushNow", options], AFTER]) for options in ({"unload": True}, {"hidden": True}, {})),
    case("sending", [KNOWN, ["stopSendingEvents"], AFTER, ["identify", "u2", "a2"], ["startSendingEvents"], AFTER]),
    case("sending", [KNOWN, (AFTER, ["stopSendingEvents"]), FLUSH, ["startSendingEvents"], AFTER]),
    case("sending", [KNOWN, ["startSendingEvents"], AFTER]),
]  # fmt: skip

PAGES: Final = [
    case("page-load", [KNOWN, ["pageLoad"], ["pageLoad", f"{HOME}/page?x=1#h"], AFTER]),
    case("page-load", [KNOWN, ["pageLoad", f"{HOME}/other"], ["pageLoad"], ["pageLoad"], AFTER]),
    case("page-load", [KNOWN, ["pageLoad", ""], ["pageLoad", "relative"], ["pageLoad", "relative"], AFTER]),
    case("page-load", [["pageLoad", f"{HOME}/early"], KNOWN, AFTER]),
    *(case("push-state", [KNOWN, ["pushState", url], AFTER], config=config) for url, config in product(
        ("/page?x=1#h", "/other", "?x=2", "#other", "deeper/still#h"), ({}, {"ignoreHashRouting": True}))),
    case("push-state", [KNOWN, (["pushState", "/a"], AFTER, ["pushState", "/b"]), ["pageLoad"], AFTER]),
    case("push-state", [KNOWN, ["pushState", "/a"], ["pushState", "/page?x=1#h"], ["identify", "u2", "a2"]]),
    case("pages", [KNOWN, AFTER], [KNOWN, AFTER], [KNOWN, AFTER]),
    case("pages", [start({**U1, "n": 1})], [start({**U1, "n": 2})], [start({**U1, "n": 1})]),
    case("pages", [ANONYMOUS, AFTER], [KNOWN, AFTER]),
    case("pages", [ANONYMOUS], [ANONYMOUS, ["identify", "u1"]], [ANONYMOUS, AFTER]),
    case("pages", [KNOWN], [ANONYMOUS, AFTER]),
    case("pages", [KNOWN], [start({"id": "u2"}, {"id": "a2"}), AFTER]),
    case("pages", [KNOWN], [start({"id": "u2"}), AFTER], [start(U1), AFTER]),
    case("pages", [KNOWN], [start({"name": "no id"}, {"name": "no id"}), AFTER]),
    case("pages", [KNOWN], [start({"id": "_PENDO_T_new"}), AFTER], [start({"id": 7}, {"id": 8}), AFTER]),
    case("pages", [KNOWN, ["identify", "u1", None]], [start(U1), AFTER]),
    case("pages", [KNOWN, ["identify", "u2"]], [start(U1, A1), AFTER]),
    case("pages", [start(U1, A1, {"id": "p1"})], [start(U1), AFTER]),
    case("pages-late", [["track", "never"]], [["track", "early"], KNOWN, AFTER]),
    *(case("pages-unload", [KNOWN, tick], [KNOWN, AFTER], final_flush=0, unload=1, config=config)
      for tick, config in product(
        (AFTER, (AFTER, ["trackAgent", "prompt"], ["track", "a", {"p": random_text(2500)}]), KNOWN, ["identify", "u2", "a2"]),
        ({}, {"analytics": {"localStorageUnload": True}}, {"preventUnloadListener": True}))),
]  # fmt: skip

ARRIVALS: Final = [
    *(case("arrival", arrival(query, referrer, KNOWN, AFTER), [KNOWN, AFTER], config=config)
      for config in ({}, {"enableFullUtmReferrer": True}) for query, referrer in (
        ("", ""), ("?utm_source=google&utm_medium=cpc&utm_campaign=c&utm_term=t&utm_content=x", ""),
        ("?gclid=1", ""), ("?fbclid=1", ""), ("?gclid=", ""), ("?utm_source=News%20Letter&utm_medium=email", ""),
        ("", "http://www.google.example/search"), ("", "http://facebook.example/"), ("", "http://youtube.example/w"),
        ("", "http://www.amazon.example/"), ("", "http://blog.example/post"), ("?utm_medium=affiliate", ""),
        ("?utm_source=x", "http://www.bing.example/"), ("?utm_medium=cpc", "http://www.bing.example/"),
        ("?utm_medium=paid-social", ""), ("?utm_medium=cross-network", ""), ("?utm_medium=display", ""),
        ("?utm_medium=sms", ""), ("?utm_medium=web_push", ""), ("?utm_medium=podcast", ""), ("?utm_medium=organic", ""),
        ("?utm_medium=referral", ""), ("?utm_medium=other", ""), ("?utm_medium=ppc&utm_source=tiktok", ""),
    )),
    case("arrival-later", arrival("", "", ANONYMOUS), arrival("?utm_source=x", "", KNOWN, ["identify", "u2"], AFTER)),
]  # fmt: skip

SIZES: Final = [
    *(case("batch", [KNOWN, tuple(["track", f"E{n}", {"p": random_text(size, n)}] for n in range(count))])
      for count, size in ((1, 1800), (1, 2000), (1, 4000), (1, 5500), (2, 3000), (2, 3900), (3, 2000), (3, 3300),
                          (12, 500), (14, 700), (40, 300), (100, 90))),
    *(case("batch", [KNOWN, tuple(["track", f"E{n}", {"p": random_text(size, n)}] for n in range(count))], quiet_time=2500)
      for count, size in ((1, 60_000), (2, 60_000), (3, 50_000), (5, 60_000), (40, 4000), (10, 20_000))),
    *(case("batch", [KNOWN, tuple(["track", f"E{n}", {"p": f"{n} even " * (size // 8)}] for n in range(count))])
      for count, size in ((1, 4000), (1, 60_000), (2, 3900), (2, 60_000), (3, 2000), (3, 3300), (12, 500), (40, 300))),
    case("batch", [KNOWN, tuple(["trackAgent", "prompt", {"p": random_text(900, n)}] for n in range(9))]),
    case("batch", [KNOWN, (AFTER, ["track", "large", {"p": random_text(9000)}], AFTER, AFTER)]),
    case("batch", [KNOWN, *((["track", "x", {"p": random_text(800, n)}], FLUSH) for n in range(6))]),
    *(case("oversize", [KNOWN, AFTER, ["track", "large", {"p": random_text(size)}], AFTER]) for size in (90_000, 200_000)),
]  # fmt: skip

OPTIONS: Final = [
    *(case("config", [ANONYMOUS, AFTER, ["identify", {"visitor": {"id": "u2", "plan": "pro"}, "account": A1}],
                      ["trackAgent", "prompt"], AFTER], [KNOWN, AFTER], config=config) for config in CONFIGS),
    *(case("snippet", [start({**U1, "plan": "pro"}, A1, **options), ["identify", "u2", "a2"], AFTER], [KNOWN, AFTER])
      for options in SNIPPETS),
    *(case("snippet-config", [start(U1, {"id": "caf\u00e9"}, **snippet), AFTER], config=config) for snippet, config in (
        ({"allowPartnerAnalyticsForwarding": True}, {"adoptAnalyticsForwarding": True}),
        ({"additionalApiKeys": ["second"]}, {"additionalApiKeys": ["hosted"]}),
        ({"disablePersistence": False}, {"disablePersistence": True}),
        ({"excludeNonGuideAnalytics": False}, {"excludeNonGuideAnalytics": True}),
        ({"analytics": {"excludeEvents": []}}, {"analytics": {"excludeEvents": ["track"]}}),
        ({"apiKey": "snippet"}, {"apiKey": ""}),
    )),
    *(case("promoted", *pages, config=PROMOTED) for pages in (
        [[start({**U1, "Plan": "pro"}, {**A1, "tier": 1}, {"id": "p", "NAME": "P"}), AFTER]],
        [[start({**U1, "plan": 1}), AFTER, ["identify", {"visitor": {**U1, "plan": 2}}], AFTER], [KNOWN, AFTER]],
        [[start({**U1, "plan": {"a": [DATE]}}), ["clearSession"], AFTER], [ANONYMOUS, AFTER]],
        [[start({**U1, "plan": 1}), *(["track", "x", props] for props in (None, [1])), ["trackAgent", "prompt", {}]]],
    )),
    *(case("signed", [start(U1, **options), ["identify", "u2"], AFTER], [KNOWN], config={"enableSignedMetadata": True})
      for options in (
        SIGNED, {"jwt": SIGNED["jwt"]}, {**SIGNED, "jwt": "no.token"}, {**SIGNED, "jwt": jwt([1])},
        {**SIGNED, "jwt": jwt({})}, {**SIGNED, "jwt": "a.b.c"}, {**SIGNED, "signingKeyName": ""},
        {**SIGNED, "jwt": None}, {**SIGNED, "jwt": jwt({"visitor": {"id": "\u00fc"}})},
    )),
    *(case("signed", [start(U1, **SIGNED), *ticks, AFTER], config={"enableSignedMetadata": True}) for ticks in (
        [["updateOptions", {"jwt": jwt({"visitor": {"id": "s2"}}), "signingKeyName": "key2"}]],
        [["identify", {"visitor": {"id": "unsigned"}}], ["clearSession"]],
        [["track", "large", {"p": random_text(3000)}]],
    )),
]  # fmt: skip

SEQUENCES: Final[list[Case]] = [
    {"id": f"{number} {sequence['group']}", **sequence}
    for number, sequence in enumerate([*INITIALIZE, *PARENTS, *IDENTIFY, *TRACK, *PAGES, *ARRIVALS, *SIZES, *OPTIONS])
]
