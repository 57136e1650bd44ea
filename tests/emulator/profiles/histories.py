"""Random histories of requests about a few visitors and accounts, and the profiles that follow from them."""

import base64
import json
import zlib

from hypothesis import strategies as st
from msgspec.structs import replace

from pendo_contracts.wire.beacon import from_envelope
from pendo_contracts.wire.envelope import Envelope
from pendo_emulator.exchange import Exchange
from pendo_emulator.profiles.derivation import Derivation, collect_ids, derive
from pendo_emulator.profiles.observation import observe
from pendo_emulator.profiles.presentation import account_profile, visitor_profile
from pendo_emulator.profiles.states import decode_account, decode_visitor, encode_state
from pendo_emulator.subscription import NO_TRACK, WRONG_REGION

KEYS = ("k1", "k2", "k3")
VISITORS = ("u1", "u2", "_PENDO_T_a", "_PENDO_T_b", "ü" * 100, " ", "VISITOR-UNIQUE-ID", "\ud800\0")
ACCOUNTS = (None, "a", "p", "p::a", "p::b", "x" * 600, 7)
TIMES = (None, True, -1, 1e300, 1000, 2000, 3000.5, "2026-11-30T10:00:00Z", "never")

values = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=5),
    st.sampled_from(["pro", "x" * 3000, ["a"], {"b": 1}, 10**30]),
)  # fmt: skip
names = st.sampled_from(["plan", "Plan", "id", "size", "é", "\ud800"])
members = st.dictionaries(names, values, max_size=3)
visitors, accounts, times = map(st.sampled_from, (VISITORS, ACCOUNTS, TIMES))


@st.composite
def agent_events(draw):
    """Draw the events of one beacon."""
    events = []
    for kind in draw(st.lists(st.sampled_from(["load", "meta", "identify", "track", "click", "odd"]), max_size=3)):
        event = {"type": kind, "visitor_id": draw(visitors), "account_id": draw(accounts), "browser_time": draw(times)}
        event["url"] = draw(st.sampled_from([None, 1, "https://app.example/a?b#c", "http://[", "x"]))
        if kind == "track":
            event["track_event_name"] = draw(st.sampled_from(["Signed Up", "Left", 5]))
        elif kind == "identify":
            event["props"] = {"old_visitor_id": draw(visitors)}
        elif kind == "meta":
            event["props"] = {
                "visitor": draw(members), "account": draw(members) | {"id": draw(accounts)},
                "parentAccount": draw(st.one_of(st.just({}), members.map(lambda own: own | {"id": "p"}))),
            }  # fmt: skip
        events.append(event)
    return events


@st.composite
def webhook_calls(draw):
    """Draw one call of Segment's webhook."""
    call = {"type": draw(st.sampled_from(["identify", "group", "track", "page"])), "timestamp": draw(times)}
    call |= {"userId": draw(visitors), "anonymousId": draw(st.sampled_from([None, "a", "b"])), "event": "Signed Up"}
    call |= {"groupId": draw(accounts), "traits": draw(members)}
    if draw(st.booleans()):
        call["traits"]["parentAccount"] = draw(st.sampled_from([{"id": "p", "size": 1}, {}, "p"]))
    return call


@st.composite
def server_calls(draw):
    """Draw one call of /data/track."""
    call = {"type": "track", "event": "Paid", "visitorId": draw(visitors), "accountId": draw(accounts)}
    return call | {"timestamp": draw(times), "context": draw(st.sampled_from([None, {"userAgent": "x", "url": "y"}]))}


@st.composite
def api_writes(draw):
    """Draw the URL and the body of one request to Pendo's Engage API that writes metadata or asks for deletion."""
    kind, ids = draw(st.sampled_from([("visitor", visitors), ("account", accounts)]))
    match draw(st.sampled_from(["bulk", "bulk", "one", "delete"])):
        case "bulk":
            entry = st.fixed_dictionaries({f"{kind}Id": ids, "values": members})
            path = f"metadata/{kind}/custom/value{draw(st.sampled_from(['', '?create=true']))}"
            body = draw(st.lists(entry, max_size=3))
        case "one":
            path, body = f"metadata/{kind}/pendo/value/{draw(st.sampled_from(['u1', 'a']))}/donotprocess", draw(values)
        case _:
            path, body = f"bulkdelete/{kind}", {f"{kind}s": draw(st.lists(ids, max_size=2))}
    return f"http://app.pendo.io/api/v1/{path}", json.dumps(body).encode()


@st.composite
def requests(draw):
    """Draw the envelope of one request to one of the keys, its status and its notes."""
    key, status = draw(st.sampled_from(KEYS)), draw(st.sampled_from([200] * 6 + [0, 503]))
    notes = draw(st.sampled_from([()] * 6 + [(NO_TRACK,), (f"{WRONG_REGION}eu",)]))
    match draw(st.sampled_from(["agent", "agent", "webhook", "server", "api"])):
        case "agent":
            endpoint = draw(st.sampled_from(["ptm.gif", "guide.gif"]))
            url, body = f"http://h/data/{endpoint}/{key}?jzb={encode(draw(agent_events()))}", b""
        case "webhook":
            url, body = f"http://h/data/segmentio/{key}", json.dumps(draw(webhook_calls())).encode()
        case "api":
            url, body = draw(api_writes())
        case _:
            url, body = "http://h/data/track", json.dumps(draw(server_calls())).encode()
    headers = {"x-pendo-integration-key": key, "user-agent": "Mozilla/5.0 Chrome/120.0"}
    return Envelope("POST" if body else "GET", url, headers, body, draw(st.integers(0, 5000))), status, notes


def encode(events):
    """Write events as a jzb; also those with lone surrogates."""
    return base64.urlsafe_b64encode(zlib.compress(json.dumps(events).encode())).decode().rstrip("=")


def exchange(number, envelope, status=200, notes=()):
    """Return a recorded exchange; it is not judged, because profiles do not depend on verdicts."""
    beacon = from_envelope(envelope)
    if beacon.endpoint is None:
        beacon = replace(beacon, api_key=envelope.headers.get("x-pendo-integration-key", ""))
    return Exchange(envelope, beacon, (), good=True, accepted=status == 200, notes=notes, status=status, id=number)


histories = st.lists(requests(), max_size=25).map(
    lambda drawn: [exchange(number, *request) for number, request in enumerate(drawn, 1)]
)


def profiles_of(api_key, derivation):
    """Return all profiles of a derivation, by kind and id."""
    return {
        ("visitor", id_): visitor_profile(api_key, id_, state, derivation.visitors)
        for id_, state in derivation.visitors.items()
    } | {("account", id_): account_profile(api_key, id_, state) for id_, state in derivation.accounts.items()}


def derive_at_once(exchanges):
    """Return the profiles of each key of a history, derived at once."""
    return {key: profiles_of(key, derivation) for key, derivation in derive(exchanges).items()}


def derive_in_steps(exchanges, steps):
    """Return the profiles of each key; each step loads the states that it needs, and saves them as text."""
    saved = {}
    start = 0
    for end in (*steps, len(exchanges)):
        for key in {one.beacon.api_key for one in exchanges[start:end]}:
            documents = saved.setdefault(key, ({}, {}))
            part = [one for one in exchanges[start:end] if one.beacon.api_key == key]
            observations = [seen for one in part for seen in observe(one, one.id)]
            ids, derivation = collect_ids(observations), Derivation()
            derivation.visitors = {id_: decode_visitor(documents[0][id_]) for id_ in ids.visitors & documents[0].keys()}
            derivation.accounts = {id_: decode_account(documents[1][id_]) for id_ in ids.accounts & documents[1].keys()}
            derivation.add(observations)
            documents[0].update((id_, encode_state(state)) for id_, state in derivation.visitors.items())
            documents[1].update((id_, encode_state(state)) for id_, state in derivation.accounts.items())
        start = end
    result = {}
    for key, (visitor_documents, account_documents) in saved.items():
        derivation = Derivation()
        derivation.visitors = {id_: decode_visitor(text) for id_, text in visitor_documents.items()}
        derivation.accounts = {id_: decode_account(text) for id_, text in account_documents.items()}
        result[key] = profiles_of(key, derivation)
    return result
