import pytest

from pendo_destination.errors import ConfigurationError
from pendo_destination.javascript.values import UNDEFINED
from pendo_destination.mapping import compile_mapping

VALUE = {"@path": "$.v"}


@pytest.mark.parametrize("value", ["", 0, False, [], {}])
def test_empty_values_exist(value):
    assert compile_mapping({"@if": {"exists": VALUE, "then": "yes", "else": "no"}})({"v": value}) == "yes"


@pytest.mark.parametrize("event", [{}, {"v": None}])
def test_null_and_missing_values_do_not_exist(event):
    assert compile_mapping({"@if": {"exists": VALUE, "then": "yes", "else": "no"}})(event) == "no"


@pytest.mark.parametrize(
    ("value", "blank"),
    [
        *((value, True) for value in (None, "", 0, -0.0, False, [], [[]], [None], [""])),
        *((value, False) for value in (" ", "0", 1, True, [0], [False], {}, float("nan"))),
    ],
)
def test_blank_selects_then_for_filled_values(value, blank):
    chosen = compile_mapping({"@if": {"blank": VALUE, "then": "then", "else": "else"}})({"v": value})
    assert chosen == ("else" if blank else "then")


def test_exists_has_precedence_over_blank():
    assert compile_mapping({"@if": {"exists": None, "blank": "x", "then": 1, "else": 2}})({}) == 2


def test_falsy_else_is_ignored():
    assert compile_mapping({"@if": {"exists": "x", "then": 0}})({}) == 0
    assert compile_mapping({"@if": {"exists": VALUE, "then": 1, "else": 0}})({}) is UNDEFINED


def test_empty_condition_fails_when_resolved():
    resolve = compile_mapping({"@if": {"exists": "", "then": 1}})
    with pytest.raises(ConfigurationError, match='@if requires an "exists" key or a "blank" key'):
        resolve({})


def test_null_members_are_excluded_except_in_arrays():
    resolve = compile_mapping({"@excludeWhenNull": VALUE})
    assert resolve({"v": {"a": None, "b": {"c": None}, "d": [None, {"e": None}]}}) == {
        "b": {},
        "d": [None, {"e": None}],
    }
    assert resolve({"v": None}) is UNDEFINED
