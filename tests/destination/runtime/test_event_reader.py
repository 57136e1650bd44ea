"""Events with only the members that subscriptions read cause the same calls and errors as whole events."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pendo_contracts.wire import jzb
from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.errors import ConfigurationError
from pendo_destination.runtime.definition import Subscription
from pendo_destination.runtime.destination_instance import DestinationInstance, compile_plugins
from pendo_destination.runtime.event_reader import EventReader, read_whole
from pendo_destination.runtime.recording_pendo import RecordingPendo
from pendo_destination.runtime.stored_identity import StoredIdentity
from pendo_destination.samples import generate_day

PRESETS = compile_plugins(PENDO_WEB, PENDO_WEB.presets)
PRESETS_READER = EventReader(PRESETS)
SETTINGS = {"apiKey": "k", "region": "https://cdn.pendo.io"}
NAMES = ("a", "b", "0", "1", "length", "class", "a b", "é", "\ud800", "\\", "toString", "properties")
KEYS = st.sampled_from(NAMES)
SCALARS = st.none() | st.booleans() | st.integers(-9, 2**70) | st.floats(allow_nan=False) | st.text(max_size=3)
VALUES = st.recursive(
    SCALARS, lambda parts: st.lists(parts, max_size=2) | st.dictionaries(KEYS, parts, max_size=2), max_leaves=4
)
TYPES = st.sampled_from(["track", "page", "identify", "group", "screen", 1, None])
INTEGRATIONS = st.sampled_from(
    [{}, {"All": True}, {"All": False}, {PENDO_WEB.name: True}, {PRESETS[0].name: False}, None, "x"]
)


def nested_arrays(depth):
    return "[" * depth + "]" * depth


def nested_objects(depth):
    return '{"a":' * (depth - 1) + "{}" + "}" * (depth - 1)


# The deepest JSON that is accepted has 256 levels, including the event itself.
DEEP = st.sampled_from([write(depth) for write in (nested_arrays, nested_objects) for depth in (255, 256, 400)])
LARGE_NUMBERS = st.sampled_from(["1" * 400, "-1e-400", "1.5e308"])
# Lists of pairs of a name, which may repeat, and JSON.
MEMBERS = st.lists(
    st.tuples(KEYS, VALUES.map(json.dumps) | DEEP | LARGE_NUMBERS)
    | st.tuples(st.just("type"), TYPES.map(json.dumps))
    | st.tuples(st.just("integrations"), INTEGRATIONS.map(json.dumps)),
    max_size=6,
)
PATHS = st.lists(KEYS, max_size=3).map(lambda names: {"@path": "$." + ".".join(names)})
PARTS = st.recursive(
    PATHS | SCALARS,
    lambda parts: (
        st.dictionaries(KEYS, parts, max_size=2)
        | st.fixed_dictionaries({"exists": parts, "then": parts, "else": parts}).map(lambda options: {"@if": options})
        | st.just({"@template": "{{a}}"})
    ),
    max_leaves=4,
)
MAPPINGS = st.fixed_dictionaries({"event": PATHS, "metadata": PARTS})
TRIGGERS = st.sampled_from(
    ['type = "track"', 'type != "page"', 'properties.a = "x" or a exists', 'event = "E"', "traits.b.a > 1", "("]
)


def write_object(members):
    return "{" + ",".join(f"{json.dumps(name)}:{value}" for name, value in members) + "}"


def outcome(plugins, read, line):
    """Return the calls of the agent for a line, and the number of actions or the error."""
    try:
        event = read(line)
    except jzb.JzbError as error:
        return error.reason, str(error)
    pendo = RecordingPendo()
    instance = DestinationInstance(PENDO_WEB, SETTINGS, plugins, pendo.connect, "browser")
    instance.load(StoredIdentity())
    try:
        return instance.deliver(event), pendo.calls
    except ConfigurationError as error:
        return error.kind, error.message, pendo.calls


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(TRIGGERS, MAPPINGS), min_size=1, max_size=2), MEMBERS)
def test_events_read_in_part_are_delivered_like_whole_events(subscriptions, members):
    plugins = compile_plugins(PENDO_WEB, [Subscription("track", "", *subscription) for subscription in subscriptions])
    line = write_object([("type", '"track"'), *members]).encode()
    assert repr(outcome(plugins, EventReader(plugins).read, line)) == repr(outcome(plugins, read_whole, line))


@pytest.mark.parametrize("name", ["properties", "messageId"])
@pytest.mark.parametrize("write", [nested_arrays, nested_objects])
def test_the_depth_limit_holds_for_members_that_are_read_or_skipped(name, write):
    results = {}
    for depth in (255, 256):
        line = write_object([("type", '"track"'), ("event", '"E"'), (name, write(depth))]).encode()
        results[depth] = outcome(PRESETS, PRESETS_READER.read, line)
        assert results[depth] == outcome(PRESETS, read_whole, line)
    assert results[255][0] == 1
    assert results[256][0] == "depth"


@pytest.mark.parametrize("number", ["1e400", "-1E+400", "1" * 5000])
def test_a_number_that_is_too_large_is_refused_only_if_it_is_read(number):
    read, skipped = (
        write_object([("type", '"track"'), ("event", '"E"'), (name, number)]).encode()
        for name in ("properties", "messageId")
    )
    assert outcome(PRESETS, PRESETS_READER.read, read) == outcome(PRESETS, read_whole, read)
    assert not is_readable(PRESETS_READER.read, read)
    assert PRESETS_READER.read(skipped) == {"type": "track", "event": "E"}


@pytest.mark.parametrize("name", NAMES)
def test_members_of_every_name_are_read(name):
    mapping = {"event": {"@path": f"$.{name}"}, "metadata": {"@path": f"$.{name}.length"}}
    plugins = compile_plugins(PENDO_WEB, [Subscription("track", "", 'type = "track"', mapping)])
    for value in ("text", {"length": 2}, ["x"], 0, None):
        line = json.dumps({"type": "track", name: value, "other": 1}).encode()
        assert outcome(plugins, EventReader(plugins).read, line) == outcome(plugins, read_whole, line)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 200), st.binary(max_size=3)), min_size=1, max_size=2))
def test_a_damaged_line_has_the_error_of_whole_events(changes):
    line = b'{"messageId":"\\u00e9","type":"track","event":"E","properties":{"n":[1.5e3,true,null]},"userId":"u"}'
    for place, replacement in changes:
        line = line[:place] + replacement + line[place + len(replacement) :]
    assert outcome(PRESETS, PRESETS_READER.read, line) == outcome(PRESETS, read_whole, line)


def is_readable(read, line):
    try:
        read(line)
    except ValueError:
        return False
    return True


def test_presets_read_nearly_all_sample_events_in_part():
    lines = [json.dumps(event).encode() for event in generate_day(1, 200)]
    assert sum("messageId" not in PRESETS_READER.read(line) for line in lines) >= 0.95 * len(lines)


def test_members_that_nothing_reads_are_missing():
    line = b'{"type":"track","event":"E","context":{"ip":"1","page":{"url":"u","title":"t"}},"messageId":"m"}'
    event = {"type": "track", "event": "E", "context": {"page": {"url": "u"}}}
    assert EventReader(PRESETS, [("context", "page", "url")]).read(line) == event


@pytest.mark.parametrize("path", ["$.context.ids[0].id", "$.context.ids.length", "$.event.length", "$.event[0]"])
def test_events_are_read_in_part_if_a_mapping_reads_in_an_array(path):
    plugins = compile_plugins(
        PENDO_WEB, [Subscription("track", "", 'type = "track" and event = "E"', {"event": {"@path": path}})]
    )
    line = b'{"type":"track","event":"E","context":{"ip":"1","ids":[{"id":"i","type":"t"}]},"messageId":"m"}'
    event = EventReader(plugins).read(line)
    assert "messageId" not in event
    assert "ip" not in event.get("context", {})
    assert outcome(plugins, EventReader(plugins).read, line) == outcome(plugins, read_whole, line)


@pytest.mark.parametrize("part", [{"@template": "{{userId}}"}, {"@path": "$."}, {"@path": "$.toString"}])
def test_subscriptions_that_can_read_all_members_get_whole_events(part):
    plugins = compile_plugins(PENDO_WEB, [Subscription("track", "", 'type = "track"', {"event": part})])
    assert EventReader(plugins).read(b'{"type":"track","userId":"u"}') == {"type": "track", "userId": "u"}
