"""Recordings for comparisons: entries made from lists of events, and the difference of two of them."""

import pytest

from pendo_contracts.comparison.compare import compare
from pendo_contracts.recordings import Entry
from pendo_contracts.wire import jzb
from pendo_contracts.wire.envelope import Envelope

PAGE = {"type": "load", "visitor_id": "v1", "account_id": "a1", "url": "https://app.example/", "props": {}}


def generated(number):
    """Return the members that the agent generates, different ones for each number."""
    letters = f"{number:016d}"
    return {
        "browser_time": 1_795_376_101_244 + number * 997, "tabId": letters, "frameId": letters, "sessionId": letters,
        "sequence": number % 7, "bytes": number,
    }  # fmt: skip


def entry(events, *, place=0, host="data.pendo.io", key="KEY", status=None, **parts):
    """Return one beacon with events."""
    url = f"https://{host}/data/ptm.gif/{key}?v=2.291.4_prod&ct={place}&jzb={jzb.encode(events)}"
    return Entry(f"x#{place}", Envelope("GET", url, {}, b"", place), status=status, **parts)


def recording(events, first=0, size=2, base=PAGE, **parts):
    """Return entries with `size` events each, which add to `base`; `first` selects other generated members."""
    sent = [base | event | generated(number) for number, event in enumerate(events, first)]
    return [entry(sent[place : place + size], place=place, **parts) for place in range(0, len(sent), size)]


@pytest.fixture(name="recording")
def recording_fixture():
    return recording


@pytest.fixture(name="entry")
def entry_fixture():
    return entry


@pytest.fixture
def differences():
    """Compare two lists of events; return what is missing, added and changed."""

    def find(before, after):
        result = compare(recording(before), recording(after, first=50))
        return (
            [(group.type, group.name, group.count) for group in result.missing],
            [(group.type, group.name, group.count) for group in result.added],
            [(change.visitor, change.field, change.before, change.after, change.types) for change in result.changed],
        )

    return find
