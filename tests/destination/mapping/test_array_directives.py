import pytest

from pendo_destination.javascript.values import UNDEFINED
from pendo_destination.mapping import compile_mapping

VALUE = {"@path": "$.v"}


@pytest.mark.parametrize(
    ("value", "result"),
    [
        ([{"id": 1}, {"id": 2}], [{"i": 1}, {"i": 2}]),
        ({"id": 1}, [{"i": 1}]),
        ([{}, None, 5], [{}, {"i": None}, {}]),
        ("scalar", "scalar"),
        (None, None),
    ],
)
def test_shape_is_resolved_with_each_element(value, result):
    assert compile_mapping({"@arrayPath": ["$.v", {"i": {"@path": "$.id"}}]})({"v": value}) == result


def test_directive_shape_keeps_undefined_elements():
    assert compile_mapping({"@arrayPath": ["$.v", {"@path": "$.id"}]})({"v": [{"id": 1}, {}]}) == [1, UNDEFINED]


@pytest.mark.parametrize("shape", [{}, [], "x", None])
def test_array_stays_unchanged_without_a_shape(shape):
    assert compile_mapping({"@arrayPath": ["$.v", shape]})({"v": [1]}) == [1]


@pytest.mark.parametrize(
    ("value", "flat"),
    [
        ({"a": {"b": 1, "c": {}}, "d": [5, []]}, {"a-b": 1, "d-0": 5}),
        ({"": {"a": 1}, "b": {"": 2}}, {"a": 1, "b-": 2}),
        ({"a-b": 1, "a": {"b": 2}}, {"a-b": 2}),
        ("scalar", {"": "scalar"}),
    ],
)
def test_flatten_joins_keys_and_drops_empty_values(value, flat):
    assert compile_mapping({"@flatten": {"value": VALUE, "separator": "-"}})({"v": value}) == flat


def test_flatten_can_omit_arrays():
    options = {"value": VALUE, "separator": ".", "omitArrays": True}
    assert compile_mapping({"@flatten": options})({"v": {"a": [1], "b": {"c": 2}}}) == {"a": [1], "b.c": 2}


@pytest.mark.parametrize(("direction", "winner"), [("left", 1), ("right", 2), ("LEFT", 2)])
def test_merge_direction_decides_which_object_wins(direction, winner):
    assert compile_mapping({"@merge": {"direction": direction, "objects": [{"a": 1}, {"a": 2}]}})({}) == {"a": winner}


def test_undefined_members_override_in_merge():
    mapping = {"@merge": {"direction": "right", "objects": [{"a": 1, "b": 2}, {"a": {"@path": "$.missing"}}]}}
    assert compile_mapping(mapping)({}) == {"b": 2}
    assert compile_mapping({"@merge": {"direction": "right", "objects": [{"a": 0}, mapping]}})({}) == {"b": 2}


def test_merge_reads_strings_and_arrays_by_index_and_ignores_scalars():
    resolve = compile_mapping(
        {"@merge": {"direction": "right", "objects": [{"@path": "$.s"}, {"@path": "$.l"}, {"@path": "$.n"}]}}
    )
    assert resolve({"s": "a😀", "l": [5], "n": 7}) == {"0": 5, "1": "\ud83d", "2": "\ude00"}
