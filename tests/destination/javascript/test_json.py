"""JSON text as JSON.stringify writes it; most objects take a faster way with the same text."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pendo_destination.javascript.json import stringify
from pendo_destination.javascript.values import UNDEFINED

NUMBERS = st.integers() | st.floats() | st.sampled_from([0.0, -0.0, 5.0, 1e-7, 1e21, 2**53, 2**53 + 1, 2**64, 0.1])
SCALARS = st.none() | st.booleans() | NUMBERS | st.text(st.characters(codec=None), max_size=5)
KEYS = st.text(max_size=3) | st.sampled_from(["1", "01", "10", "2", "__proto__", ":", "/"])
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4))


def member_by_member(value):
    if isinstance(value, dict):
        value = {key: member_by_member(item) for key, item in value.items()}
        return {**value, "undefined": UNDEFINED}  # undefined members are left out, and prevent the faster way
    return list(map(member_by_member, value)) if isinstance(value, list) else value


@settings(max_examples=50)
@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_faster_way_writes_the_same_text(value):
    assert stringify(value) == stringify(member_by_member(value))


def test_faster_way_escapes_the_same_characters():
    characters = "".join(map(chr, (*range(0xD800), *range(0xE000, 0x10400))))
    assert stringify([characters]) == f"[{stringify(characters)}]"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "2": 2, "1": 3}, '{"1":3,"2":2,"b":1}'),
        ({"a": 5.0, "b": 1e21, "c": 1e-7, "d": 0.00001}, '{"a":5,"b":1e+21,"c":1e-7,"d":0.00001}'),
        ({"a": math.nan, "b": [math.inf, -0.0]}, '{"a":null,"b":[null,0]}'),
        ({"a": 2**53 + 1, "b": 2**70}, '{"a":9007199254740992,"b":1.1805916207174113e+21}'),
        ({"a": "\ud800", "b": "é\u2028\x7f\x00"}, '{"a":"\\ud800","b":"é\u2028\x7f\\u0000"}'),
        ({"a": [UNDEFINED, None], "b": UNDEFINED}, '{"a":[null,null]}'),
    ],
)
def test_object_is_written_as_javascript_writes_it(value, text):
    assert stringify(value) == text
