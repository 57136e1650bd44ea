import pytest

from pendo_destination.errors import ConfigurationError
from pendo_destination.javascript.values import UNDEFINED
from pendo_destination.mapping import compile_mapping
from pendo_destination.mapping.path import compile_reader, inherited_function, split_path

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
def test_a_path_is_split_where_segment_splits_it(path, keys):
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
def test_a_path_reads_what_javascript_would(path, value):
    assert compile_mapping({"@path": path})(EVENT) == value


@pytest.mark.parametrize("depth", range(5))
def test_paths_of_every_length_read_alike(depth):
    keys = ("k",) * depth
    nested = {"k": {"k": {"k": {"k": 1}}}}
    expected = nested
    for key in keys:
        expected = expected[key]
    assert compile_reader(keys)(nested) == expected
    assert compile_reader(keys)(None) is None


def test_what_every_object_inherits_is_there_and_is_a_function():
    assert compile_mapping({"@path": "$.o.toString"})(EVENT) is inherited_function
    assert compile_mapping({"x": {"@path": "$.toString"}})(EVENT) == {"x": inherited_function}
    assert compile_mapping({"@if": {"exists": {"@path": "$.constructor"}, "then": 1}})({}) == 1


def test_a_path_may_be_computed_but_must_be_a_string():
    resolve = compile_mapping({"@path": {"@path": "$.which"}})
    assert resolve({"which": "$.b", "b": 3}) == 3
    with pytest.raises(ConfigurationError, match=r"^@path: expected string, got null$"):
        resolve({"which": None})
