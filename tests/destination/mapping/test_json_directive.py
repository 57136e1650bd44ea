import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pendo_destination.javascript.values import UNDEFINED
from pendo_destination.mapping import compile_mapping
from pendo_destination.mapping.json_directive import decode_json

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda parts: st.lists(parts) | st.dictionaries(st.text(), parts),
    max_leaves=10,
)


@pytest.mark.parametrize(
    "text", ["NaN", "-Infinity", "01", "1.", ".5", "[1,]", "\ufeff1", "\u00a01", '"\t"', "{a:1}", ""]
)
def test_invalid_json_stays_text(text):
    assert decode_json(text) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [(" \n[1]\t", [1]), ("1E400", math.inf), ('{"a":1,"a":2}', {"a": 2}), ('"\\ud83d"', "\ud83d"), ("9" * 20, 1e20)],
)
def test_json_is_parsed_by_javascripts_grammar(text, value):
    assert decode_json(text) == value


@settings(deadline=None)
@given(JSON)
def test_decoding_reverses_encoding(value):
    encoded = compile_mapping({"@json": {"mode": "encode", "value": {"@path": "$.v"}}})({"v": value})
    assert decode_json(encoded) == value


@pytest.mark.parametrize("mode", ["ENCODE", "Decode"])
def test_unknown_mode_gives_undefined(mode):
    assert compile_mapping({"@json": {"mode": mode, "value": "1"}})({}) is UNDEFINED


def test_undefined_encodes_to_undefined():
    assert compile_mapping({"@json": {"mode": "encode", "value": {"@path": "$.missing"}}})({}) is UNDEFINED
    assert compile_mapping({"@json": {"mode": "encode", "value": [{"@path": "$.missing"}]}})({}) == "[null]"
