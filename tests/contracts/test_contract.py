import json

import pytest

from pendo_contracts.contract import contract, from_pointer, names, rule_line, rule_place, to_pointer


def test_a_contract_that_is_not_packaged_is_a_key_error():
    with pytest.raises(KeyError):
        contract("no-such-contract")


def test_a_violation_names_the_file_the_rule_stands_in():
    (violation,) = [v for v in contract("load").violations({"type": "load"}) if v.contract == "event"]
    assert (violation.rule, violation.pointer) == ("/required", "")
    assert "`browser_time`" in violation.message


@pytest.mark.parametrize("name", names())
def test_every_rule_has_its_line(name):
    text = contract(name).text.splitlines()
    for key in contract(name).schema:
        assert text[rule_line(name, to_pointer([key])) - 1].strip().startswith(json.dumps(key))


def test_a_place_behind_a_reference_is_found_in_the_file_it_leads_to():
    assert rule_place("load", ["allOf", 0, "required"], contract("event").schema) == ("event", "/required")


def test_pointers_escape_their_two_characters():
    assert list(from_pointer(to_pointer(["a/b", "c~d", 0]))) == ["a/b", "c~d", "0"]
