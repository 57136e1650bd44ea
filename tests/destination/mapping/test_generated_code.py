"""The generated function of a mapping gives the same payload, or the same error, as the reference resolver."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pendo_destination.errors import ConfigurationError
from pendo_destination.mapping import compile_mapping
from pendo_destination.mapping.function_source import FunctionSource

from .reference_resolver import resolve

KEYS = st.sampled_from(["a", "b", "1", "'", "\\", '"\n', "{x}", "\ud800", "__proto__", "toString", "length"])
SCALARS = st.none() | st.booleans() | st.integers(-9, 2**70) | st.floats(allow_nan=False) | st.text(max_size=3)
VALUES = st.recursive(
    SCALARS, lambda parts: st.lists(parts, max_size=3) | st.dictionaries(KEYS, parts, max_size=3), max_leaves=6
)
PATHS = st.lists(KEYS, max_size=3).map(lambda keys: {"@path": "$." + ".".join(keys)})


def directives(parts):
    """Return a strategy for directives around parts of a mapping."""
    merge = st.lists(parts, max_size=2).map(lambda objects: {"@merge": {"objects": objects, "direction": "left"}})
    conditions = st.fixed_dictionaries({}, optional=dict.fromkeys(("exists", "blank", "then", "else"), parts))
    return (
        conditions.map(lambda options: {"@if": options})
        | parts.map(lambda part: {"@literal": part})
        | parts.map(lambda part: {"@excludeWhenNull": part})
        | parts.map(lambda part: {"@case": {"operator": "upper", "value": part}})
        | parts.map(lambda part: {"@arrayPath": ["$.a", {"x": part}]})
        | parts.map(lambda part: {"@flatten": {"value": part, "separator": "."}})
        | merge
    )


PARTS = st.recursive(
    PATHS | SCALARS,
    lambda parts: st.dictionaries(KEYS, parts, max_size=3) | st.lists(parts, max_size=3) | directives(parts),
    max_leaves=8,
)


def outcome(function, *arguments):
    """Return the result of a call, or the message of its error."""
    try:
        return function(*arguments)
    except ConfigurationError as error:
        return error.kind, error.message


@settings(deadline=None)
@given(st.dictionaries(KEYS, PARTS, max_size=3), st.dictionaries(KEYS, VALUES, max_size=4))
def test_generated_code_resolves_like_the_reference(mapping, event):
    try:
        compiled = compile_mapping(mapping)
    except ConfigurationError:
        return  # Segment rejects the mapping before any event is resolved
    assert repr(outcome(compiled, event)) == repr(outcome(resolve, mapping, event))


@given(st.text() | st.sampled_from(["'''", '"""', "\\", "\n", "\r\n", "\u2028", "{}", "#", "\ud800", "\0"]))
def test_no_text_leaves_its_quotes(text):
    source = FunctionSource("event", {})
    source.write(f"return [{source.constant(text)}, {source.constant({text: 1})}]")
    assert source.compile()({}) == [text, {text: 1}]
