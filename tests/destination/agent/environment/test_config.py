"""The sources of the options."""

import pytest

from pendo_destination.agent.environment.config import read_config


@pytest.mark.parametrize(
    ("hosted", "snippet", "name", "value"),
    [
        ({"apiKey": "h"}, {"apiKey": "s"}, "api_key", "h"),
        ({"apiKey": None}, {"apiKey": "s"}, "api_key", "s"),
        ({"apiKey": "h"}, {"additionalApiKeys": ["s", ""]}, "api_keys", ("h", "s")),
        ({"additionalApiKeys": ["first", "second"]}, {}, "api_key", "first"),
        ({"apiKey": "h"}, {"sendEventsWithPostOnly": True}, "post_only", True),
        ({"apiKey": "h", "sendEventsWithPostOnly": True}, {"sendEventsWithPostOnly": False}, "post_only", False),
        ({"apiKey": "h"}, {"freeNPSData": True}, "nps_only", False),
        ({"apiKey": "h"}, {"disablePendo": True}, "api_key", "h"),
        ({"apiKey": "h", "disableGuides": True}, {}, "guides_disabled", False),
        ({"apiKey": "h"}, {"guides": {"disabled": True}}, "guides_disabled", True),
        ({"apiKey": "h", "analytics": {"excludeEvents": ["track"]}}, {}, "excluded_types", ("track",)),
        ({"apiKey": "h", "dataHost": "d"}, {}, "data_host", "https://d"),
        ({"apiKey": "h", "dataHost": "http://d"}, {}, "data_host", "http://d"),
        ({"apiKey": "h", "dataHost": "d"}, {"dataHost": "s"}, "data_host", "s"),
        ({"apiKey": "h", "server": "https://app"}, {}, "data_host", "https://app"),
        ({"apiKey": "h", "adoptAnalyticsForwarding": True}, {}, "adopt_partner", False),
        (
            {"apiKey": "h", "adoptAnalyticsForwarding": True},
            {"allowPartnerAnalyticsForwarding": True},
            "adopt_partner",
            True,
        ),
    ],
)
def test_option_is_read_from_the_right_source(hosted, snippet, name, value):
    assert getattr(read_config(hosted, snippet), name) == value


@pytest.mark.parametrize("hosted", [{}, {"apiKey": ""}, {"apiKey": "h", "disablePendo": True}])
def test_config_is_none_if_disabled_or_without_api_key(hosted):
    assert read_config(hosted, {}) is None
