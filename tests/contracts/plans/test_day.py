"""The events of a day: a Segment tracking plan finds each violation at its pointer; an inferred plan keeps the day."""

import copy
import json
from pathlib import Path

import pytest

from pendo_contracts.plans.inference import Inference
from pendo_contracts.plans.loading import read_plan
from tests.contracts.plans.test_plan_judge import agent, found, webhook

DAY = Path(__file__).parents[3] / "fixtures/segment/day.ndjson"
EVENTS = [
    (event["event"], event["properties"])
    for event in map(json.loads, DAY.read_text("utf-8").splitlines())
    if event["type"] == "track"
]
SCHEMAS = {
    "Board Opened": {
        "properties": {
            "boardId": {"type": "string", "pattern": "^board-[0-9]+$"},
            "columns": {"type": "array", "items": {"type": "string", "enum": ["todo", "doing", "done"]}},
        },
        "required": ["boardId"],
    },
    "Invoice Paid": {
        "properties": {
            "invoice": {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id", "issuedAt"]},
            "lines": {"type": "array", "items": {"type": "object", "properties": {"quantity": {"type": "integer"}}}},
            "currency": {"enum": ["USD", "EUR", "GBP", "JPY"]},
            "coupon": {"type": ["string", "null"]},
        }
    },
    "Invite Sent": {"properties": {"role": {"type": "string", "minLength": 1}}, "required": ["role", "invitee"]},
}
RULES = [
    {"type": "TRACK", "key": key, "version": 1, "jsonSchema": {
        "$schema": "http://json-schema.org/draft-07/schema#", "type": "object",
        "properties": {"context": {}, "traits": {"type": "object"}, "properties": {"type": "object", **schema}},
    }}
    for key, schema in SCHEMAS.items()
]  # fmt: skip
PLAN = read_plan(
    {"data": {"rules": RULES}, "unplanned_events": "allowed", "unplanned_properties": "allowed"}, "segment.json"
)
# The event, the path and the new value of a property, None to remove it, and the rule that finds the change.
CHANGES = [
    ("Board Opened", ["boardId"], "card-1", "/properties/boardId/pattern"),
    ("Board Opened", ["boardId"], None, "/required"),
    ("Board Opened", ["columns", 1], "later", "/properties/columns/items/enum"),
    ("Board Opened", ["columns"], {}, "/properties/columns/type"),
    ("Invoice Paid", ["invoice", "id"], 7, "/properties/invoice/properties/id/type"),
    ("Invoice Paid", ["invoice", "issuedAt"], None, "/properties/invoice/required"),
    ("Invoice Paid", ["lines", 0, "quantity"], "two", "/properties/lines/items/properties/quantity/type"),
    ("Invoice Paid", ["currency"], "Taler", "/properties/currency/enum"),
    ("Invoice Paid", ["coupon"], 5, "/properties/coupon/type"),
    ("Invite Sent", ["role"], "", "/properties/role/minLength"),
    ("Invite Sent", ["invitee"], None, "/required"),
]
WAYS = [pytest.param(agent, "/props", id="agent"), pytest.param(webhook, "/properties", id="webhook")]


def change(properties, path, value):
    """Return a copy with one changed value, and the JSON Pointer of the finding about it."""
    changed = copy.deepcopy(properties)
    *parents, last = path
    holder = changed
    for step in parents:
        holder = holder[step]
    if value is None:
        del holder[last]
    else:
        holder[last] = value
    return changed, "".join(f"/{step}" for step in (parents if value is None else path))


@pytest.mark.parametrize(("send", "base"), WAYS)
def test_segment_plan_finds_each_change_of_the_day_at_its_pointer(send, base):
    assert found(PLAN, *(send(*event) for event in EVENTS)) == []
    for name, path, value, rule in CHANGES:
        properties = [properties for event, properties in EVENTS if event == name]
        for changed, pointer in (change(one, path, value) for one in properties):
            assert found(PLAN, send(name, changed)) == [(f"plan:{name}#{rule}", base + pointer, "error")]


def test_plan_inferred_from_the_day_keeps_exactly_its_events():
    inference = Inference()
    for name, properties in EVENTS:
        inference.add_event(name, properties)
    plan = read_plan(inference.plan(), "inferred.json")
    assert found(plan, *(agent(*event) for event in EVENTS)) == []
    names = {name for name, _ in EVENTS}
    assert plan.events.keys() == names
    for name, properties in dict(EVENTS).items():
        assert found(plan, agent(f"{name} 2", properties))
        assert found(plan, agent(name, properties | {"surprise": 1}))
        for key in properties:
            mistyped = properties | {key: {"a": [[]]} if not isinstance(properties[key], dict) else 7}
            assert found(plan, agent(name, mistyped)), (name, key)
