"""Typed reading: events that the types accept keep their contracts, and have the same facts as when read as usual."""

import json
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pendo_contracts.typed_events.event_reader import WORTH_BUILDING, TypedReading, create_reader, typed_reader
from tests.contracts.typed_events.beacon_documents import (
    CONTRACTS,
    captured_documents,
    differences,
    fixture_documents,
    generated_documents,
)

READ = typed_reader()
CAPTURED, FIXTURES, GENERATED = captured_documents(), fixture_documents(), generated_documents(100)
DOCUMENTS = [*CAPTURED, *FIXTURES, *GENERATED]

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20)
    | st.sampled_from([1e300, 1.0, -0.0, 2**53 + 1, 2**64, "", " ", "\t", "a" * 16, "a" * 17, "track", "\ud800"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
NAMES = st.sampled_from(sorted({name.decode() for text in DOCUMENTS for name in re.findall(rb'"(\w+)":', text)}))


def test_nearly_all_beacons_of_the_real_agent_are_read_with_types():
    accepted = [differences(document, READ)[0] for document in [*CAPTURED, *GENERATED]]
    assert len(accepted) > 200
    assert sum(accepted) >= 0.95 * len(accepted)


def test_known_documents_are_read_with_the_same_result():
    assert {document: names for document in DOCUMENTS if (names := differences(document, READ)[1])} == {}


@given(st.data())
def test_mutated_events_are_read_with_the_same_result(data):
    events = json.loads(data.draw(st.sampled_from(DOCUMENTS)))
    for _ in range(data.draw(st.integers(1, 3))):
        _mutate(data.draw, events)
    text = json.dumps(events, ensure_ascii=data.draw(st.booleans()))
    assert differences(text.encode("utf-8", "surrogatepass"), READ)[1] == []


@given(st.sampled_from(DOCUMENTS), st.data())
@example(b'[{"type":"load","type":"track"}]', None)
def test_mutated_bytes_are_read_with_the_same_result(document, data):
    if data:
        start = data.draw(st.integers(0, len(document)))
        end = start + data.draw(st.integers(0, 3))
        parts = [b"", b"\xff", b"1e999", b"1.0", b"NaN", b"\\ud800", b'"type":"click",', b"{", b"9" * 500, b"\\u0061"]
        document = document[:start] + data.draw(st.sampled_from(parts)) + document[end:]
    assert differences(document, READ)[1] == []


@pytest.mark.parametrize("weak_type", sorted(kind for kind, contract in CONTRACTS.items() if contract != "event"))
def test_type_without_the_members_of_its_contract_is_noticed(weak_type):
    read = create_reader(CONTRACTS | {weak_type: "event"})
    events = [event for document in FIXTURES for event in json.loads(document) if isinstance(event, dict)]
    documents = [json.dumps([event | {"type": weak_type}]).encode() for event in events]
    assert any(differences(document, read)[1] for document in documents)


def _mutate(draw, events):
    """Replace, remove or add a value at any place."""
    place = events
    while isinstance(place, dict | list) and place:
        key = draw(st.sampled_from(list(place) if isinstance(place, dict) else range(len(place))))
        if not isinstance(place[key], dict | list) or not place[key] or draw(st.integers(0, 2)) == 0:
            break
        place = place[key]
    match draw(st.sampled_from(["replace", "remove", "add", "copy"])):
        case "replace" if place:
            place[key] = draw(VALUES)
        case "remove" if place:
            del place[key]
        case "copy" if isinstance(place, dict) and place:
            place[draw(NAMES)] = place[key]
        case _ if isinstance(place, dict):
            place[draw(NAMES)] = draw(VALUES)
        case _:
            place.append(draw(VALUES))


def test_types_are_built_when_they_pay():
    typed_reader.cache_clear()
    reading = TypedReading()
    assert [reading.next_reader() for _ in range(WORTH_BUILDING)] == [None] * WORTH_BUILDING
    assert reading.next_reader() is typed_reader()
    assert TypedReading().next_reader() is typed_reader()
