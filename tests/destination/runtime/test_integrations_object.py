import pytest

from pendo_destination.runtime.integrations_object import allows

NAMES = ("Pendo Web (actions)", "Pendo Web (actions) track")


@pytest.mark.parametrize(
    ("integrations", "allowed"),
    [
        (None, True),
        ("none", True),
        ({}, True),
        ({"All": True}, True),
        ({"All": False}, False),
        ({"All": None}, True),
        ({"All": 0}, True),
        ({"Pendo Web (actions)": False}, False),
        ({"Pendo Web (actions) track": False}, False),
        ({"Pendo Web (actions)": True, "Pendo Web (actions) track": False}, True),
        ({"Pendo Web (actions)": None, "Pendo Web (actions) track": False}, False),
        ({"All": False, "Pendo Web (actions)": {"setting": 1}}, True),
        ({"All": False, "Pendo Web (actions)": {}}, True),
        ({"All": True, "Pendo Web (actions)": ""}, False),
        ({"Pendo Web (Actions)": False, "pendo": False, "Pendo": False}, True),
        ({"All": False, "Pendo Web (Actions)": True}, False),
    ],
)
def test_first_matching_name_in_the_integrations_decides(integrations, allowed):
    assert allows(integrations, NAMES) is allowed
