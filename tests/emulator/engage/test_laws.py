"""The rows and the visitors of a journal do not depend on its order."""

import json
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from pendo_contracts.judge import judge
from pendo_contracts.wire.beacon import from_envelope
from pendo_contracts.wire.envelope import Envelope
from pendo_emulator.engage.rows.row_changes import RowChanges, RowKey, StoredRow
from pendo_emulator.engage.rows.row_event import ACTIVITY, CLICKS, GUIDES, LOADS, TRACKS
from pendo_emulator.engage.rows.row_settings import RowSettings
from pendo_emulator.exchange import Exchange, record_as
from pendo_emulator.profiles.derivation import Derivation
from pendo_emulator.profiles.observation import observe
from pendo_emulator.profiles.presentation import account_profile, visitor_profile
from pendo_emulator.profiles.profiles import Profiles
from pendo_emulator.recorder.recorder import Recorder
from pendo_emulator.storage.store import Store
from pendo_emulator.storage.tables import EVENT_ROWS
from tests.emulator.profiles.histories import encode

VISITORS = st.sampled_from(["u1", "u2", "_PENDO_T_a"])
ACCOUNTS = st.sampled_from([None, "a", "p::b"])
FIELDS = st.dictionaries(st.sampled_from(["plan", "Size"]), st.sampled_from(["pro", 1, None]), max_size=2)
HOUR = 3_600_000


@st.composite
def envelopes(draw, number):
    """Draw a request with one event; each event of a journal has another time."""
    kind = draw(st.sampled_from(["load", "meta", "track", "click", "guide", "server", "identify"]))
    at = 1_795_000_000_000 + number + draw(st.integers(0, 60)) * HOUR // 2
    visitor, account, properties = draw(VISITORS), draw(ACCOUNTS), draw(FIELDS)
    if kind == "server":
        call = {"type": "track", "event": "Paid", "visitorId": visitor, "timestamp": at, "properties": properties}
        body = json.dumps(call | ({"accountId": account} if account else {})).encode()
        return Envelope("POST", "http://h/data/track", {"x-pendo-integration-key": "k"}, body, at)
    page = draw(st.sampled_from(["https://a.example/x", "https://b.example/y"]))
    event = {"type": kind, "visitor_id": visitor, "account_id": account, "browser_time": at, "url": page}
    match kind:
        case "meta":
            event["props"] = {"visitor": properties, "account": {"id": account} | properties}
        case "track":
            event |= {"track_event_name": "Paid", "props": properties}
        case "click":
            event["props"] = {"target": {"tag": "A", "id": "", "cls": "", "attrs": {}}}
        case "guide":
            event |= {"type": "guideSeen", "props": {"guide_id": "g", "guide_step_id": "s"}}
    endpoint = "guide.gif" if kind == "guide" else "ptm.gif"
    agent = draw(st.sampled_from(["Mozilla/5.0 Chrome/120.0", "Mozilla/5.0 Firefox/121.0"]))
    return Envelope("GET", f"http://h/data/{endpoint}/k?jzb={encode([event])}", {"user-agent": agent}, b"", at)


@st.composite
def journals(draw):
    """Draw the exchanges of a journal, and the same exchanges in another order."""
    drawn = [draw(envelopes(number)) for number in range(draw(st.integers(1, 12)))]
    exchanges = [
        Exchange(envelope, from_envelope(envelope), (), good=True, status=200, id=number)
        for number, envelope in enumerate(drawn, 1)
    ]
    return exchanges, draw(st.permutations(exchanges))


def rows_of(exchanges, zone="UTC", cut=None):
    """Return the stored rows of exchanges; with `cut`, derived in two steps."""
    settings_ = RowSettings(time_zone=zone)
    first = add_all(exchanges[:cut], settings_)
    if cut is None:
        return first.rows()
    second = add_all(exchanges[cut:], settings_)
    stored = {RowKey(*row[:3]): row for row in first.rows()}
    second.merge({key: stored[key].document for key in stored.keys() & set(second.keys())})
    return sorted((stored | {RowKey(*row[:3]): row for row in second.rows()}).values())


def add_all(exchanges, settings_):
    changes = RowChanges(settings_)
    for exchange in exchanges:
        for observation in observe(exchange, exchange.id):
            changes.add(exchange, observation)
    return changes


def profiles_of(exchanges):
    derivation = Derivation()
    for exchange in exchanges:
        derivation.add(observe(exchange, exchange.id))
    profiles = [visitor_profile("k", id_, state) for id_, state in derivation.visitors.items()]
    profiles += [account_profile("k", id_, state) for id_, state in derivation.accounts.items()]
    return {
        (type(profile).__name__, profile.id): (
            profile.auto, profile.events, {group: profile.values(group) for group in profile.metadata}
        )
        for profile in profiles
    }  # fmt: skip


@settings(max_examples=60)
@given(journals(), st.sampled_from(["UTC", "Asia/Kolkata", "America/New_York"]))
def test_another_order_gives_the_same_rows(journal, zone):
    exchanges, shuffled = journal
    assert rows_of(exchanges, zone) == rows_of(shuffled, zone)


@settings(max_examples=40)
@given(journals(), st.integers(0, 12))
def test_two_steps_give_the_same_rows_as_one(journal, cut):
    exchanges, _ = journal
    derive = partial(rows_of, exchanges)
    assert derive(cut=cut) == derive()


@settings(max_examples=60)
@given(journals())
def test_another_order_gives_the_same_visitors_and_accounts(journal):
    exchanges, shuffled = journal
    assert profiles_of(exchanges) == profiles_of(shuffled)


@settings(max_examples=8)
@given(journals(), st.integers(1, 4), st.integers(0, 12))
def test_rows_in_a_store_are_those_of_all_exchanges(journal, step, first):
    _, shuffled = journal
    with TemporaryDirectory() as folder, ExitStack() as stack:
        recorder = stack.enter_context(closing(Recorder(Store(Path(folder) / "x.sqlite3", "memory"))))
        profiles = stack.enter_context(closing(Profiles(recorder.store, recorder.access, step=step)))
        for part in (shuffled[:first], shuffled[first:]):
            write(recorder, part)
            profiles.catch_up.catch_up("k", 60)
        assert sorted(stored_rows(recorder)) == sorted(add_all(exchanges_of(recorder), RowSettings()).rows())


def write(recorder, exchanges):
    with recorder.access.transaction(len(exchanges)) as transaction:
        numbered = enumerate(exchanges, transaction.first_id)
        transaction.write([replace(one, id=number, verdicts=judge(one.beacon)) for number, one in numbered])


def stored_rows(recorder):
    """Return all stored rows."""
    columns = [name for name in EVENT_ROWS.columns if name not in {"api_key", "source", "day", "row_key"}]
    reader = recorder.profiles.catch_up.event_rows
    return [
        StoredRow(source, day, key, *values)
        for source in (CLICKS, ACTIVITY, GUIDES, LOADS, "trackTypes", TRACKS)
        for page in reader.pages("k", source, (None, None), columns)
        for day, *values, key in page
    ]


def exchanges_of(recorder):
    """Return the exchanges of the store with their numbers."""
    reader = recorder.profiles.catch_up.reader
    requests, _ = reader.requests("k", 0, reader.last_id("k"), 100)
    return [record_as(request, number, 200) for number, request in requests]
