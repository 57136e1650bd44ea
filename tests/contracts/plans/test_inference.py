"""Inference: a plan inferred from events keeps these events, and finds each change of a single property."""

import copy
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendo_contracts.checking.request_reader import RequestReader
from pendo_contracts.plans.inference import MAX_ENUM, MAX_NAME, MIN_TEXTS, Inference
from pendo_contracts.plans.loading import read_plan
from pendo_contracts.plans.plan_judge import judge_by_plan
from pendo_contracts.rules.fact_reader import observe

ROOT = Path(__file__).parents[3]
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=8,
)
PROPERTIES = st.dictionaries(st.text("abc", max_size=2), VALUES, max_size=4)
EVENTS = st.lists(st.tuples(st.sampled_from(["Signed Up", "Order Completed", "x"]), PROPERTIES), max_size=12)
BY_TYPE = {"null": None, "boolean": True, "integer": 7, "number": 0.5, "string": "text", "array": [], "object": {}}


def infer(events, **options):
    inference = Inference(**options)
    for name, properties in events:
        inference.add_event(name, properties)
    return inference


def violations(document, name, properties):
    return read_plan(document, "plan").events[name].violations(properties)


def changes(schema, value):
    """Yield each value with one required property removed, or with one property of a type that was not seen."""
    if not isinstance(value, dict):
        return
    for name, member in value.items():
        inner = schema["properties"].get(name)
        if inner is None:
            continue
        if name in schema.get("required", ()):
            yield "removed", {key: item for key, item in value.items() if key != name}
        types = inner["type"] if isinstance(inner["type"], list) else [inner["type"]]
        seen = {*types, "integer"} if "number" in types else set(types)
        for kind in BY_TYPE.keys() - seen:
            yield f"{name} is {kind}", value | {name: BY_TYPE[kind]}
        for what, changed in changes(inner, member):
            yield what, value | {name: changed}


@given(EVENTS)
def test_inferred_plan_keeps_its_events(events):
    document = infer(events).plan()
    for name, properties in events:
        assert violations(document, name, properties) == ()


@given(EVENTS)
def test_each_removed_or_mistyped_property_is_found(events):
    document = infer(events).plan()
    planned = read_plan(document, "plan").events
    for name, properties in events:
        for what, changed in changes(document["events"][name], properties):
            assert not planned[name].compiled.is_valid(changed), what


@given(EVENTS, st.randoms(use_true_random=False), st.integers(0, 12), st.sampled_from([1, 3, 6, 1000]))
def test_order_and_split_do_not_change_the_plan(events, random, cut, max_shapes):
    shuffled = random.sample(events, len(events))
    first, second = infer(shuffled[:cut], max_shapes=max_shapes), infer(shuffled[cut:], max_shapes=max_shapes)
    first.merge(second)
    assert first.plan() == infer(events, max_shapes=max_shapes).plan()


@given(EVENTS, st.integers(1, 6))
def test_bounded_plan_keeps_its_events(events, max_shapes):
    document = infer(events, max_shapes=max_shapes).plan()
    for name, properties in events:
        if name in document["events"]:
            assert violations(document, name, properties) == ()
        else:
            assert document["unplanned_events"] == "allowed"


@pytest.fixture(scope="module")
def observations():
    reader = RequestReader()
    return [observe(request) for request in reader.read([ROOT / "fixtures/captures"])]


def test_plan_of_the_captures_keeps_every_event_and_finds_every_change(observations):
    inference = Inference()
    for observation in observations:
        inference.add(observation)
    document = inference.plan()
    plan = read_plan(document, "plan")
    assert [finding for observation in observations for finding in judge_by_plan(plan, observation)] == []
    tried = 0
    for observation in observations:
        for track in observation.tracks:
            schema = document["events"][track.event.name]
            for what, changed in changes(schema, copy.deepcopy(track.members)):
                assert not plan.events[track.event.name].compiled.is_valid(changed), what
                tried += 1
    assert tried > 1_000


def test_comments_have_the_counts():
    document = infer([("E", {"a": 1}), ("E", {"a": None}), ("E", {})]).plan()
    assert document["$comment"] == "inferred from 3 track events and 0 metadata objects"
    assert document["events"]["E"]["$comment"] == "seen in 3 of 3"
    assert document["events"]["E"]["properties"]["a"] == {
        "$comment": "seen in 2 of 3: integer 1, null 1",
        "type": ["integer", "null"],
    }


@pytest.mark.parametrize(
    ("values", "enum"),
    [
        (["free", "pro"] * MIN_TEXTS, ["free", "pro"]),
        (["free", "pro", None] * MIN_TEXTS, ["free", "pro", None]),
        (["free", "pro"] * 3, None),
        (["free", "pro"] * MIN_TEXTS + ["rare"], None),
        (["one"] * MIN_TEXTS, None),
        ([str(number) for number in range(MAX_ENUM + 1)] * MIN_TEXTS, None),
        (["free", 1] * MIN_TEXTS, None),
        (["a" * (MAX_NAME + 1), "b"] * MIN_TEXTS, None),
    ],
)
def test_enum_needs_enough_evidence(values, enum):
    schema = infer([("E", {"plan": value}) for value in values]).plan()["events"]["E"]["properties"]["plan"]
    assert schema.get("enum") == enum


def test_integers_and_other_numbers_are_different_types():
    schema = infer([("E", {"i": 1, "f": 1.0, "n": 1}), ("E", {"i": 2, "f": 2.0, "n": 1.5})]).plan()
    kinds = {name: inner["type"] for name, inner in schema["events"]["E"]["properties"].items()}
    assert kinds == {"i": "integer", "f": "integer", "n": "number"}


def test_members_without_a_place_are_allowed():
    document = infer([("E", {"a" * (MAX_NAME + 1): 1, "b": 1})]).plan()
    assert document["events"]["E"]["additionalProperties"] is True
    assert "not planned" in document["events"]["E"]["$comment"]
    assert set(document["events"]["E"]["properties"]) == {"b"}


def test_events_without_a_place_are_counted():
    names = [f"event {number:03}" for number in range(50)]
    document = infer([(name, {}) for name in names], max_shapes=20).plan()
    assert list(document["events"]) == names[:20]
    assert "30 track events not planned" in document["$comment"]
    assert document["unplanned_events"] == "allowed"


def test_ids_of_visitors_are_not_planned():
    inference = Inference()
    inference.add_metadata("visitor", {"id": "ada", "role": "admin"})
    assert set(inference.plan()["visitor"]["properties"]) == {"role"}


def test_names_with_many_levels_are_sorted_and_bounded():
    deep = {}
    for _ in range(200):
        deep = {"a": deep}
    document = infer([("E", deep)]).plan()
    assert violations(document, "E", deep) == ()
    assert all(one <= other for one, other in pairwise(document["events"]))
