"""Settings of only an API key and a region are checked without the contract, with the same result."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.runtime.configuration import find_configuration_problems

REGIONS = st.sampled_from([*PENDO_WEB.settings["region"].choices, "https://cdn.example.com", "", None, 5, []])
KEYS = st.text(max_size=4) | st.sampled_from(["key", "a/b", "..", None, 7])
# A further setting makes the contract necessary.
ALLOWED = {"disableUserTraitsOnLoad": False}


@settings(max_examples=30)
@given(st.fixed_dictionaries({}, optional={"apiKey": KEYS, "region": REGIONS}))
def test_usual_settings_have_the_problems_that_the_contract_finds(document):
    assert find_configuration_problems(PENDO_WEB, document) == find_configuration_problems(
        PENDO_WEB, document | ALLOWED
    )
