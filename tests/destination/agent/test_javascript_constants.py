"""Constants that are defined in JavaScript and in Python have the same values."""

import re
from importlib import resources

import pytest

from pendo_contracts.wire.agent_limits import GET_LIMIT, POST_LIMIT
from pendo_contracts.wire.visitor_ids import ANONYMOUS_PREFIX
from pendo_destination.agent import PACKAGE_VERSION

STAND_IN = resources.files("pendo_emulator").joinpath("hosts", "stand_in")
PLUGIN = resources.files("pendo_destination").joinpath("browser", "plugin.js")


def constant(file, name):
    """Return the source text of a top-level constant."""
    (value,) = re.findall(rf"^const {name} = (.+);$", file.read_text("utf-8"), re.MULTILINE)
    return value


@pytest.mark.parametrize(
    ("file", "name", "value"),
    [
        ("visitor/identity.js", "ANONYMOUS_PREFIX", f'"{ANONYMOUS_PREFIX}"'),
        ("delivery/event_queue.js", "GET_LIMIT", str(GET_LIMIT)),
        ("delivery/event_queue.js", "POST_LIMIT", str(POST_LIMIT)),
        ("config.js", "PACKAGE_VERSION", f'"{PACKAGE_VERSION}"'),
    ],
)
def test_stand_in_agent_has_the_same_constants_as_python(file, name, value):
    assert constant(STAND_IN.joinpath(file), name) == value


def test_browser_plugin_has_the_same_anonymous_prefix_as_python():
    prefixes = re.findall(r"`(\w+)\$\{user\.anonymousId\(\)\}`", PLUGIN.read_text("utf-8"))
    assert prefixes == [ANONYMOUS_PREFIX]
