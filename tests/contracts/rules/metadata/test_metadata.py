"""The rules about metadata look at each own member of each metadata object, and at nothing else."""

import pytest

from tests.contracts.rules.session_builder import (
    TIME,
    beacon,
    broken_rules,
    findings,
    guides,
    identify,
    meta,
    metadata,
    server_track,
    track,
    webhook,
)  # fmt: skip

PLACES = {
    "visitor of meta": lambda fields: beacon(meta(visitor=fields)),
    "account of meta": lambda fields: beacon(meta(account=fields)),
    "parent account of meta": lambda fields: beacon(meta(parent=fields)),
    "meta in a POST": lambda fields: beacon(meta(visitor=fields), post=True),
    "visitor of guides": lambda fields: guides(metadata=metadata(fields)),
    "account of guides": lambda fields: guides(metadata=metadata(account=fields)),
    "parent account of guides": lambda fields: guides(metadata=metadata(parent=fields), endpoint="guide.js"),
    "webhook identify": lambda fields: webhook("identify", traits=fields),
    "webhook group": lambda fields: webhook("group", traits=fields),
}
EACH_PLACE = pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)


@EACH_PLACE
def test_key_that_pendo_does_not_accept_is_found(place):
    values = [
        "plan name",
        "plan-name",
        "plan.name",
        "1st",
        "$plan",
        "größe",
        "日本",
        "plan\n",
        "\nplan",
        "",
        "a:b",
        "²",
        "٣",
    ]
    found = {repr(key): broken_rules(place({key: "x"})) for key in values}
    assert found == {repr(value): {"metadata-key"} for value in values}


@EACH_PLACE
def test_other_keys_are_accepted(place):
    values = ["plan", "_", "__x__", "a1_b2", "A" * 200, "id"]
    found = {repr(key): broken_rules(place({key: "x"})) - {"id-twins"} for key in values}
    assert found == {repr(value): set() for value in values}


@EACH_PLACE
def test_keys_of_nested_objects_are_not_judged(place):
    assert broken_rules(place({"a": {"b c": 1, "x": 1, "X": None}})) == {"metadata-value"}


@EACH_PLACE
def test_keys_that_differ_only_in_case_are_found(place):
    values = ["plan Plan", "aB Ab", "a A b", "x y X"]
    found = {repr(keys): broken_rules(place(dict.fromkeys(keys.split(), 1))) for keys in values}
    assert found == {repr(value): {"metadata-key-clash"} for value in values}


def test_key_that_differs_from_a_standard_one_in_case_is_found():
    assert broken_rules(beacon(meta({"Id": "ada"}))) == {"metadata-key-clash"}
    assert broken_rules(beacon(meta({"Language": "en"}))) == {"metadata-key-clash"}
    assert broken_rules(beacon(meta(account={"Language": "en"}))) == set()


def test_keys_of_two_objects_or_requests_do_not_clash():
    assert broken_rules(beacon(meta({"plan": 1}, {"Plan": 1}))) == set()
    assert broken_rules(beacon(meta({"plan": 1})), beacon(meta({"Plan": 1}, number=1))) == set()


@EACH_PLACE
def test_value_that_pendo_hides_or_cuts_is_found(place):
    values = [None, {}, {"a": 1}, [[1]], [{}], [1, {}], [1, []], "b" * 1500, "é" * 1500, "😀" * 1500, "b" * 9000]
    found = {repr(value): broken_rules(place({"field": value})) for value in values}
    assert found == {repr(value): {"metadata-value"} for value in values}


@EACH_PLACE
def test_other_values_are_accepted(place):
    values = ["", "b" * 1499, "é" * 1499, 0, 1.5, -1, True, [], ["a"], [1, None], ["b" * 1500], "2026-01-01"]
    found = {repr(value): broken_rules(place({"field": value})) for value in values}
    assert found == {repr(value): set() for value in values}


def test_id_is_no_field():
    none = metadata({"id": "ada"}, {"id": None}, {"id": None})
    assert broken_rules(guides(metadata=none), beacon(meta(account={"id": None}, account_id=None))) == set()
    assert broken_rules(webhook("identify", traits={"id": None}), webhook("identify", traits={"id": 7})) == set()


TYPES = {"string": "5", "number": 5, "boolean": True, "array": [5]}


@EACH_PLACE
@pytest.mark.parametrize("before", TYPES)
@pytest.mark.parametrize("after", TYPES)
def test_change_between_two_types_is_found(place, before, after):
    found = broken_rules(place({"seats": TYPES[before]}), place({"seats": TYPES[after]}))
    assert found == ({"metadata-type-change"} if before != after else set())


@EACH_PLACE
def test_integer_and_float_are_one_type(place):
    assert broken_rules(place({"seats": 5}), place({"seats": 5.5}), place({"seats": 6.0})) == set()


@EACH_PLACE
def test_null_and_objects_do_not_count_as_types(place):
    assert broken_rules(place({"seats": None}), place({"seats": 5}), place({"seats": {}})) == {"metadata-value"}
    assert broken_rules(place({"seats": 5}), place({"seats": None}), place({"seats": "5"})) == {
        "metadata-value", "metadata-type-change",
    }  # fmt: skip


def test_meta_and_guides_have_the_same_fields_and_the_webhook_others():
    five, text = {"seats": 5}, {"seats": "5"}
    assert broken_rules(beacon(meta(five)), guides(metadata=metadata(text))) == {"metadata-type-change"}
    assert broken_rules(beacon(meta(five)), webhook("identify", traits=text)) == set()
    assert broken_rules(beacon(meta(five, text)), beacon(meta(parent={"seats": True}, number=1))) == set()
    assert broken_rules(webhook("identify", traits=five), webhook("group", traits=text)) == set()
    assert broken_rules(beacon(meta(five)), beacon(meta(text, number=1, browser_time=TIME + 5), key="k2")) == set()


def test_other_objects_are_no_metadata():
    odd = {"a b": None, "x": 1, "X": {}}
    tracked = beacon(track(props=odd)), webhook(properties={"groupId": "acme"} | odd), server_track(properties=odd)
    assert broken_rules(*tracked) <= {"track-property-name", "double-delivery"}
    context = webhook(context={"traits": odd}), webhook("identify", context={"traits": odd})
    assert broken_rules(*context, beacon(identify("ada"))) == set()


def test_pointer_names_the_field():
    (finding,) = findings(beacon(meta({"a/b~c": 1})))
    assert finding.pointer == "/props/visitor/a~1b~0c"
