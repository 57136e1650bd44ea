"""Requests to Pendo's Engage API that write metadata change profiles, in the order of arrival."""

import json
from base64 import urlsafe_b64encode

import pytest

from pendo_contracts.wire.envelope import Envelope
from pendo_emulator.profiles.derivation import Derivation
from pendo_emulator.profiles.metadata_schema import SchemaState
from pendo_emulator.profiles.observation import observe
from tests.emulator.profiles.histories import exchange, profiles_of
from tests.emulator.profiles.sample_events import load, meta

VALUES = "metadata/visitor/custom/value"


def api(method, path, body, headers=None):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Envelope(method, f"https://app.pendo.io/api/v1/{path}", headers or {}, content, 5_000)


def derivation(*envelopes):
    derived = Derivation()
    for number, envelope in enumerate(envelopes, 1):
        derived.add(observe(exchange(number, envelope), number))
    return derived


def visitors(*envelopes):
    """Return the visitors after requests, by id."""
    found = profiles_of("k", derivation(*envelopes))
    return {id_: profile for (kind, id_), profile in found.items() if kind == "visitor"}


def test_bulk_update_sets_values_of_visitors_that_exist():
    entries = [{"visitorId": "u1", "values": {"Plan": "pro"}}, {"visitorId": "u2", "values": {"Plan": "pro"}}]
    found = visitors(load("u1").envelope, api("POST", VALUES, entries))
    assert list(found) == ["u1"]
    assert (found["u1"].values("custom"), found["u1"].updated_at) == ({"plan": "pro"}, 5_000)


def test_create_makes_visitors_without_a_visit():
    found = visitors(api("POST", f"{VALUES}?create=true", [{"visitorId": "u2", "values": {"plan": "pro"}}]))
    assert (found["u2"].values("custom"), found["u2"].first_visit, found["u2"].events) == ({"plan": "pro"}, None, {})


@pytest.mark.parametrize(
    ("id_in_path", "headers"),
    [
        ("a%2Fb%20%C3%BC", {}),
        ("b64_" + urlsafe_b64encode("a/b ü".encode()).decode(), {"x-pendo-base64-encoded-params": "true"}),
        ("b64_" + urlsafe_b64encode("a/b ü".encode()).decode().rstrip("="), {"x-pendo-base64-encoded-params": "true"}),
    ],
)
def test_single_value_is_set_for_an_encoded_id(id_in_path, headers):
    found = visitors(load("a/b ü").envelope, api("PUT", f"{VALUES}/{id_in_path}/seats", 5, headers))
    assert found["a/b ü"].values("custom") == {"seats": 5}


@pytest.mark.parametrize("body", [b"not JSON", {}, [1], [{"visitorId": "u1"}], [{"visitorId": [], "values": {}}]])
def test_body_that_cannot_be_read_changes_nothing(body):
    assert visitors(load("u1").envelope, api("POST", VALUES, body))["u1"].values("custom") == {}


def test_events_of_a_do_not_process_visitor_change_nothing():
    stop = api("PUT", "metadata/visitor/pendo/value/u1/donotprocess", body=True)
    found = visitors(load("u1").envelope, stop, load("u1").envelope, meta("u1", plan="pro").envelope)["u1"]
    assert (found.events, found.values()) == ({"load": 1}, {})
    again = api("PUT", "metadata/visitor/pendo/value/u1/donotprocess", body=False)
    assert visitors(load("u1").envelope, stop, again, load("u1").envelope)["u1"].events == {"load": 2}


def test_request_for_deletion_stops_the_processing():
    found = visitors(load("u1").envelope, api("POST", "bulkdelete/visitor", {"visitors": ["u1", "u2"]}))
    assert {id_: profile.values("pendo") for id_, profile in found.items()} == {"u1": {"donotprocess": True}}


def test_schema_has_the_fields_of_all_visitors():
    entries = [{"visitorId": "u1", "values": {"Seats": 5}}, {"visitorId": "u1", "values": {"seats": 5.5}}]
    (schema,) = derivation(meta("u1", plan="pro").envelope, api("POST", VALUES, entries)).schemas.values()
    fields = {group: {name: one.type for name, one in fields.items()} for group, fields in schema.groups.items()}
    assert fields == {"agent": {"language": "string", "plan": "string"}, "custom": {"seats": "float"}}


@pytest.mark.parametrize(
    ("values", "expected"), [([1, 2.5], "float"), ([None, True], "boolean"), (["a", 1], "string"), ([[], None], "list")]
)
def test_type_of_a_field_does_not_depend_on_the_order(values, expected):
    for order in (values, values[::-1]):
        schema = SchemaState()
        for value in order:
            schema.add("custom", {"field": value})
        assert schema.groups["custom"]["field"].type == expected
