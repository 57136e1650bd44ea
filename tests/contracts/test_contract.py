import json

import pytest

from pendo_contracts.contract import from_pointer, load_contract, names, rule_line, rule_place, to_pointer


def test_unknown_contract_is_a_key_error():
    with pytest.raises(KeyError):
        load_contract("no-such-contract")


def test_violation_names_the_file_that_contains_the_rule():
    (violation,) = [v for v in load_contract("load").violations({"type": "load"}) if v.contract == "event"]
    assert (violation.rule, violation.pointer) == ("/required", "")
    assert "`browser_time`" in violation.message


@pytest.mark.parametrize("name", names())
def test_each_constraint_has_a_line_number(name):
    text = load_contract(name).text.splitlines()
    for key in load_contract(name).schema:
        assert text[rule_line(name, to_pointer([key])) - 1].strip().startswith(json.dumps(key))


def test_constraint_behind_a_reference_is_found_in_the_referenced_file():
    assert rule_place("load", ["allOf", 0, "required"], load_contract("event").schema) == ("event", "/required")


def test_json_pointers_escape_tilde_and_slash():
    assert list(from_pointer(to_pointer(["a/b", "c~d", 0]))) == ["a/b", "c~d", "0"]
