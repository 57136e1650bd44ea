"""The generated function of a trigger gives the same result, or the same error, as a walk over the tree."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pendo_destination.errors import ConfigurationError
from pendo_destination.javascript.values import UNDEFINED, text
from pendo_destination.mapping.path_directive import lookup
from pendo_destination.trigger import compile_trigger
from pendo_destination.trigger.comparison import COMPARISONS, OPERATORS
from pendo_destination.trigger.tree import BY_TYPE

NAMES = st.sampled_from(["a", "b", "'", '"\n', "{x}", "a.b", "a.length"])
SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["track", "x", "", "5", "'", "{0}"])
OPERATOR_NAMES = st.sampled_from(["unknown", *sorted(OPERATORS)])
CONDITIONS = st.fixed_dictionaries(
    {"type": st.sampled_from([*BY_TYPE, "unknown"]), "operator": OPERATOR_NAMES},
    optional={"name": NAMES, "value": SCALARS},
)
EMPTY_PARENTHESES = st.sampled_from([UNDEFINED, None])
TREES = st.recursive(
    st.builds(lambda child: {"type": "group", "operator": "and", "children": [child]}, CONDITIONS),
    lambda trees: st.builds(
        lambda operator, children: {"type": "group", "operator": operator, "children": children},
        st.sampled_from(["and", "or", "xor"]),
        st.lists(CONDITIONS | trees | EMPTY_PARENTHESES, max_size=3),
    ),
    max_leaves=6,
)
MEMBERS = st.dictionaries(st.sampled_from(["a", "b", "'"]), SCALARS | st.dictionaries(NAMES, SCALARS, max_size=2))
EVENTS = st.dictionaries(st.sampled_from([field.head for field in BY_TYPE.values()]), SCALARS | MEMBERS)

SIMPLE = {
    "=": lambda actual, expected: actual == text(expected),
    "!=": lambda actual, expected: actual != text(expected),
    "is_true": lambda actual, _: actual is True,
    "is_false": lambda actual, _: actual is False,
}


def matches(node, event):
    """Return whether a node matches an event; raise LookupError for empty parentheses."""
    if node in (None, UNDEFINED):
        raise LookupError
    if node["type"] == "group":
        combine = {"and": all, "or": any}.get(node["operator"], lambda _: False)
        return combine(matches(child, event) for child in node["children"])
    field = BY_TYPE.get(node["type"])
    return bool(field) and compare(field, node, event)


def compare(field, node, event):
    """Return whether a condition matches an event."""
    operator, expected = node["operator"], node.get("value", UNDEFINED)
    path = field.head + (f".{node.get('name', '')}" if field.has_path else "")
    actual = lookup(event, tuple(path.split("."))) if not field.has_path or "name" in node else UNDEFINED
    if operator in SIMPLE:
        return SIMPLE[operator](actual, expected)
    return operator in COMPARISONS and COMPARISONS[operator](expected)(actual)


def outcome(function, *arguments):
    """Return the result of a call, or "error"."""
    try:
        return function(*arguments)
    except (ConfigurationError, LookupError):
        return "error"


@settings(deadline=None)
@given(TREES, EVENTS)
def test_generated_code_matches_like_the_reference(tree, event):
    assert outcome(compile_trigger(tree), event) is outcome(matches, tree, event)


def test_groups_may_be_nested_deeply():
    tree = {"type": "event-type", "operator": "=", "value": "track"}
    for depth in range(300):
        children = [tree, tree] if depth < 8 else [tree]
        tree = {"type": "group", "operator": ("and", "or")[depth % 2], "children": children}
    assert compile_trigger(tree)({"type": "track"}) is True
