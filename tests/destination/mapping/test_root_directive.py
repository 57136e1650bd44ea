import pytest

from pendo_destination.errors import ConfigurationError
from pendo_destination.mapping import compile_mapping
from pendo_destination.mapping.root_directive import ROOT_KEY, expand_root


@pytest.mark.parametrize(
    ("mapping", "spread"),
    [
        ({"b": 1, "0": 2}, {"0": 2, "b": 1}),
        (["a"], {"0": "a"}),
        ("é😀", {"0": "é", "1": "\ud83d", "2": "\ude00"}),
        (5, {}),
        (True, {}),
    ],
)
def test_every_root_mapping_except_null_becomes_an_object(mapping, spread):
    assert list(expand_root(mapping).items()) == list(spread.items())


def test_root_directive_gets_the_other_members_as_its_mapping():
    mapping = {ROOT_KEY: {"@transform": {"apply": {"a": {"@path": "$.s"}}}}, "x": {"@path": "$.a"}}
    assert compile_mapping(mapping)({"s": 1}) == {"x": 1}


@pytest.mark.parametrize(
    ("root", "message"),
    [
        ({"@path": "x", "@if": {}}, "The root mapping must only have a single directive object"),
        ({"@transform": None}, "The root directive must be an object"),
        ({}, "The root directive must be an object"),
        (7, "The root directive must be an object"),
        (None, "Cannot convert undefined or null to object"),
    ],
)
def test_invalid_root_is_rejected(root, message):
    with pytest.raises(ConfigurationError, match=message):
        expand_root({ROOT_KEY: root})
