"""The channel through which a visitor came."""

import pytest

from pendo_destination.agent.visitor.traffic_source import attribute
from pendo_destination.javascript.values import UNDEFINED

HERE = "https://app.example/"


@pytest.mark.parametrize(
    ("query", "referrer", "channel"),
    [
        ("", "", "Direct"),
        ("", "https://app.example/other", UNDEFINED),
        ("", "https://blog.example/", "Referral"),
        ("", "https://www.google.com/", "Organic Search"),
        ("", "https://www.linkedin.com/", "Organic Social"),
        ("", "https://www.youtube.com/", "Organic Video"),
        ("", "https://www.etsy.com/", "Organic Shopping"),
        ("gclid=1", "", "Direct"),
        ("gclid=1", "https://blog.example/", "Paid Search"),
        ("fbclid=1", "https://app.example/", "Paid Social"),
        ("utm_medium=cpc&utm_source=google", "", "Paid Search"),
        ("utm_medium=cpc&utm_source=facebook", "", "Paid Social"),
        ("utm_medium=paid&utm_source=vimeo", "", "Paid Video"),
        ("utm_medium=paid&utm_source=etsy", "", "Paid Shopping"),
        ("utm_medium=cross-network", "", "Cross-network"),
        ("utm_medium=banner", "", "Display"),
        ("utm_medium=ppc&utm_source=x", "", "Paid Other"),
        ("utm_medium=E-Mail", "", "Email"),
        ("utm_source=newsletter&utm_medium=newsletter", "", "Email"),
        ("utm_medium=affiliate", "", "Affiliates"),
        ("utm_source=sms", "", "SMS"),
        ("utm_medium=webpush", "", "Push Notifications"),
        ("utm_medium=podcast", "", "Audio"),
        ("utm_medium=odd", "", "Other"),
    ],
)
def test_channel_follows_from_query_and_referrer(query, referrer, channel):
    assert attribute(f"{HERE}?{query}#end", referrer, full_referrer=False)["channel"] == channel


def test_utm_parameters_are_reported_decoded():
    campaign = attribute(f"{HERE}?utm_source=A%20B&utm_term=t&other=1", "", full_referrer=False)
    assert {name: value for name, value in campaign.items() if value is not UNDEFINED} == {
        "source": "A B", "term": "t", "channel": "Other"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("referrer", "full", "reported"),
    [
        ("", True, UNDEFINED),
        ("https://Blog.example/x", False, "blog.example"),
        ("https://blog.example/x", True, "https://blog.example/x"),
        ("https://app.example/x", False, "app.example"),
    ],
)
def test_referrer_is_reported_by_host_or_whole_url(referrer, full, reported):
    assert attribute(HERE, referrer, full_referrer=full)["referrer"] == reported
