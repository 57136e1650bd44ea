"""A realistic journal: the requests of many visitors' sessions in the order of time, which overlap each other."""

from __future__ import annotations

import zlib
from base64 import urlsafe_b64encode
from collections import Counter
from itertools import islice
from random import Random
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from pendo_contracts.wire.envelope import Envelope
from pendo_emulator.storage.stored_verdicts import ALL_KEPT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_emulator.recorder.recorder import Recorder

KEY: Final = "bench"
OTHER_KEY: Final = "other"
# Of this many exchanges, one belongs to another API key.
OTHER_SHARE: Final = 50
VISITORS: Final = 100_000
VISITORS_OF_ACCOUNT: Final = 25
DAYS: Final = 30
DAY: Final = 86_400_000
FIRST_DAY: Final = 1_793_491_200_000
# Sessions at the same time, and the requests of one.
SESSIONS: Final = 200
SESSION_LENGTH: Final = 8
# A tenth of the visitors, the regular ones, have half of the sessions.
REGULAR_SHARE: Final = 10
BATCH: Final = 1_000
_PAGES: Final = 200
_NAMES: Final = 20
_AGENTS: Final = tuple(
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/{version}.0.0.0 Safari/537.36"
    for version in range(118, 126)
)


_encode = msgspec.json.Encoder().encode


class Session(NamedTuple):
    """A visitor's stay: the visitor, the tab, the browser, and what kind of requests come."""

    visitor: int
    tab: str
    agent: str


class SentRequest(NamedTuple):
    """A request with the events that it carries, as they are before their encoding."""

    key: str
    endpoint: str
    session: Session
    events: list[dict[str, Any]]
    envelope: Envelope


def fill(recorder: Recorder, exchanges: int) -> None:
    """Record the exchanges of KEY, and those of OTHER_KEY between them."""
    journal = generate(exchanges)
    while batch := list(islice(journal, BATCH)):
        with recorder.access.transaction(len(batch)) as transaction:
            transaction.write_rows(
                "add exchange", [row_of(one, transaction.first_id + i) for i, one in enumerate(batch)]
            )
            transaction.write_rows("add count", list(_counts(batch)))


def generate(exchanges: int, seed: int = 1) -> Iterator[SentRequest]:
    """Yield requests in the order of time."""
    choose = Random(seed)
    sessions = [(_session(choose), choose.randrange(SESSION_LENGTH)) for _ in range(SESSIONS)]
    for number in range(exchanges):
        at = FIRST_DAY + number * DAYS * DAY // exchanges
        place = choose.randrange(SESSIONS)
        session, step = sessions[place]
        yield _request(session, step, at, choose)
        sessions[place] = (session, step + 1) if step + 1 < SESSION_LENGTH else (_session(choose), 0)
        if number % OTHER_SHARE == 0:
            yield _beacon(OTHER_KEY, session, [_event("load", session, at, choose)], at)


def row_of(sent: SentRequest, number: int) -> tuple[Any, ...]:
    """Return the row that the recorder would write, in a tenth of the time: nothing is decoded and judged."""
    envelope = sent.envelope
    index = [
        (event["type"], event.get("track_event_name", event.get("event")), *_ids(sent.session), True)
        for event in sent.events
    ]
    return (
        number, sent.key, "io", sent.endpoint, envelope.method, envelope.url, _encode(envelope.headers).decode(),
        envelope.body, envelope.received_at, 200, True, "", "[]", "", _encode(index).decode(), ALL_KEPT,
    )  # fmt: skip


def _counts(batch: list[SentRequest]) -> Iterator[tuple[Any, ...]]:
    counts = Counter(
        (one.key, "io", one.endpoint, kind) for one in batch for kind in ("", *(event["type"] for event in one.events))
    )
    return ((*place, count, 0) for place, count in sorted(counts.items()))


def _session(choose: Random) -> Session:
    visitor = choose.randrange(VISITORS // REGULAR_SHARE) if choose.random() < 0.5 else choose.randrange(VISITORS)
    return Session(visitor, f"{choose.getrandbits(64):016x}", _AGENTS[visitor % len(_AGENTS)])


def _request(session: Session, step: int, at: int, choose: Random) -> SentRequest:
    if step == SESSION_LENGTH - 1:
        return _server_track(session, at, choose)
    kinds = (("meta", "load"), ("load",), ("click",), ("load", "track"), ("click", "load"), ("track",), ("load",))[step]
    return _beacon(KEY, session, [_event(kind, session, at, choose) for kind in kinds], at)


def _event(kind: str, session: Session, at: int, choose: Random) -> dict[str, Any]:
    visitor, account = _ids(session)
    page = choose.randrange(_PAGES)
    event = {
        "type": kind, "browser_time": at, "visitor_id": visitor, "account_id": account,
        "url": f"https://app.example/section-{page % 12}/page-{page}", "props": {}, "parentTabId": None,
        "tabId": session.tab, "frameId": "MA1vCZHQC0awDKEB", "sessionId": session.tab, "sequence": 0, "bytes": 320,
    }  # fmt: skip
    match kind:
        case "load":
            event |= {"props": {"load_time": 284.3}, "utm": {"channel": "Direct"}}
        case "meta":
            event["props"] = {
                "visitor": {
                    "id": visitor, "email": f"{visitor}@example.com", "plan": f"plan {session.visitor % 7}",
                    "seats": session.visitor % 90, "admin": session.visitor % 10 == 0, "language": "en",
                },
                "account": {"id": account, "name": f"Account {account}", "industry": f"industry {page % 9}"},
                "parentAccount": {}, "date": "30/11/2026", "version": "2.291.4_prod",
            }  # fmt: skip
        case "click":
            target = {"tag": "BUTTON", "id": f"button-{page}", "cls": "btn primary", "attrs": {}, "flags": []}
            event["props"] = {"target": target | {"parentElem": {"tag": "BODY", "id": "", "cls": "", "attrs": {}}}}
        case "track":
            event |= {"track_event_name": f"Event {page % _NAMES}", "props": {"amount": page % 5, "currency": "EUR"}}
    return event


def _beacon(key: str, session: Session, events: list[dict[str, Any]], at: int) -> SentRequest:
    query = f"v=2.291.4_prod&ct={at}&jzb={_jzb(events)}"
    headers = {"host": "data.pendo.io", "user-agent": session.agent, "referer": "https://app.example/"}
    envelope = Envelope("GET", f"https://data.pendo.io/data/ptm.gif/{key}?{query}", headers, b"", at)
    return SentRequest(key, "ptm.gif", session, events, envelope)


def _jzb(events: list[dict[str, Any]]) -> str:
    return urlsafe_b64encode(zlib.compress(_encode(events), 1)).decode().rstrip("=")


def _server_track(session: Session, at: int, choose: Random) -> SentRequest:
    visitor, account = _ids(session)
    call = {
        "type": "track", "event": f"Job {choose.randrange(_NAMES)}", "visitorId": visitor, "accountId": account,
        "timestamp": at, "properties": {"size": choose.randrange(4)},
    }  # fmt: skip
    headers = {"host": "data.pendo.io", "content-type": "application/json", "x-pendo-integration-key": KEY}
    envelope = Envelope("POST", "https://data.pendo.io/data/track", headers, _encode(call), at)
    return SentRequest(KEY, "track", session, [call], envelope)


def _ids(session: Session) -> tuple[str, str]:
    return f"visitor-{session.visitor}", f"account-{session.visitor // VISITORS_OF_ACCOUNT}"
