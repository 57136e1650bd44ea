import pytest

from pendo_destination.errors import ConfigurationError
from pendo_destination.javascript.values import UNDEFINED, NativeFunction
from pendo_destination.mapping import compile_mapping
from pendo_destination.mapping.path_directive import compile_reader, split_path

EVENT = {"a": [{"id": 1}, {"id": 2}], "n": None, "zero": 0, "s": "żó😀", "o": {"": {"k": "v"}}}


@pytest.mark.parametrize(
    ("path", "keys"),
    [
        ("", ()),
        (".", ()),
        ("a..b", ("a", "b")),
        ("a[0]", ("a", "0")),
        ("a['b']", ("a", "b")),
        ('a["b"].c', ("a", "b", "c")),
        ("a[b]", ("a[b]",)),
        ("['dotted.key']", ("dotted", "key")),
        ("['']", ("",)),
        ("[٣]", ("[٣]",)),
    ],
)
def test_path_is_split_as_in_segment(path, keys):
    assert split_path(path) == keys


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("$.a.1.id", 2),
        ("$.a.length", 2),
        ("$.a[-1]", UNDEFINED),
        ("$.a.01", UNDEFINED),
        ("$.n.x.y", None),
        ("$.zero.x", 0),
        ("$.s.length", 4),
        ("$.s.2", "\ud83d"),
        ("$.o[''].k", "v"),
        ("$.missing.x", UNDEFINED),
        ("$.a.1.id.x", UNDEFINED),
        ("a$..1.id", 2),
        ("$", UNDEFINED),
    ],
)
def test_path_reads_values_as_javascript_does(path, value):
    assert compile_mapping({"@path": path})(EVENT) == value


@pytest.mark.parametrize("depth", range(5))
def test_readers_of_every_length_agree(depth):
    keys = ("k",) * depth
    nested = {"k": {"k": {"k": {"k": 1}}}}
    expected = nested
    for key in keys:
        expected = expected[key]
    assert compile_reader(keys)(nested) == expected
    assert compile_reader(keys)(None) is None


def test_inherited_members_are_functions():
    assert compile_mapping({"@path": "$.o.toString"})(EVENT) == NativeFunction("toString")
    assert compile_mapping({"x": {"@path": "$.toString"}})(EVENT) == {"x": NativeFunction("toString")}
    assert compile_mapping({"@if": {"exists": {"@path": "$.constructor"}, "then": 1}})({}) == 1


def test_computed_path_must_be_a_string():
    resolve = compile_mapping({"@path": {"@path": "$.which"}})
    assert resolve({"which": "$.b", "b": 3}) == 3
    with pytest.raises(ConfigurationError, match=r"^@path: expected string, got null$"):
        resolve({"which": None})
