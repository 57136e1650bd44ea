"""Coverage: what counts as exercised, and that the result depends neither on order nor on division."""

import json
import random
from pathlib import Path

import pytest

from pendo_contracts.checking.request_reader import RequestReader
from pendo_contracts.contract import load_contract, names
from pendo_contracts.coverage.coverage import KINDS, Coverage, all_items
from pendo_contracts.coverage.places import Item, contract_place

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def requests():
    recordings = [ROOT / "fixtures/captures", ROOT / "fixtures/broken/requests.ndjson"]
    return list(RequestReader().read(recordings))


def cover(requests):
    coverage = Coverage()
    for request in requests:
        coverage.add(request)
    return coverage


def used(name, value):
    found = set()
    contract_place(name).mark(value, found)
    return {item.name for item in found}


def test_order_and_division_do_not_change_the_result(requests):
    shuffled = random.Random(1).sample(requests, len(requests))
    first, second = cover(shuffled[:50]), cover(shuffled[50:])
    first.merge(second)
    assert first.as_document() == cover(requests).as_document()


def test_more_requests_never_exercise_less(requests):
    assert cover(requests[:100]).used <= cover(requests).used <= all_items()


def test_exercised_and_missing_items_are_all_items(requests):
    coverage = cover(requests)
    for kind in KINDS:
        exercised, total = coverage.counts(kind)
        assert exercised + len(coverage.missing(kind)) == total > 0
    assert coverage.counts() == tuple(map(sum, zip(*map(coverage.counts, KINDS), strict=True)))


def test_broken_events_do_not_count(requests):
    broken = [request for request in requests if not request.verdicts[0].kept]
    assert broken
    assert cover(broken).used == set()


def test_nothing_is_exercised_without_requests():
    coverage = Coverage()
    assert coverage.percent() == 0
    assert coverage.as_document()["requests"] == 0


def test_fields_and_values_of_an_event_are_marked():
    event = {
        "type": "click",
        "utm": {"source": "x"},
        "props": {"target": {"flags": ["left"], "parentElem": {"tag": "a"}}},
    }
    found = used("interaction", event)
    assert {
        "event#/properties/utm",
        'event#/properties/utm/propertyNames/enum "source"',
        'interaction#/properties/type/enum "click"',
        'interaction#/$defs/target/properties/flags/items/enum "left"',
        "interaction#/$defs/target/properties/parentElem",
        "interaction#/then",
    } <= found
    assert 'interaction#/properties/type/enum "focus"' not in found


def test_condition_is_exercised_by_values_that_meet_it():
    assert "interaction#/then" not in used("interaction", {"type": "focus"})


@pytest.mark.parametrize("name", names())
def test_kept_fixtures_use_only_known_items(name):
    known = {item.name for item in contract_place(name).items()}
    for file in (ROOT / "fixtures/contracts" / name / "kept").iterdir():
        assert used(name, json.loads(file.read_text("utf-8"))) <= known


def test_each_optional_field_can_be_exercised():
    """An object with one optional field marks exactly this field of the schema `event`."""
    optional = [item for item in contract_place("event").items() if item.name.startswith("event#/properties/")]
    schema = load_contract("event").schema
    names_of_fields = set(schema["properties"]) - set(schema["required"])
    fields = {item for item in optional if item.kind == "fields"}
    assert fields == {Item("fields", f"event#/properties/{name}") for name in names_of_fields}
    for name in names_of_fields:
        assert used("event", {name: None}) == {f"event#/properties/{name}"}
