"""The rules about hosts find wrong regions and half CNAMEs, and accept every combination that works."""

import pytest

from pendo_contracts.wire.region import REGIONS
from tests.contracts.rules.session_builder import (
    KEY,
    beacon,
    broken_rules,
    event,
    guides,
    script,
    server_track,
    webhook,
)

OTHER_KEY = "99999999-2222-4333-8444-555555555555"


@pytest.mark.parametrize(
    "host",
    [
        "cdn.us1.pendo.io", "us1.pendo.io", "pendo.io", "data.jp.pendo.io", "eu.data.pendo.io", "CDN.US1.Pendo.IO",
        "cdn.us1.pendo.io:443", "cdn.us1.pendo.io.", "cdn.us1.pendo.io.:8443", "cdn.pendo.eu", "data.pendo.com",
        "pendo.eu", "DATA.PENDO.COM.",
    ],
)  # fmt: skip
@pytest.mark.parametrize("make", [script, lambda host: beacon(event(), host=host), lambda host: webhook(host=host)])
def test_unlisted_hosts_and_lookalikes_are_found(host, make):
    assert broken_rules(make(host)) == {"unlisted-host"}


@pytest.mark.parametrize(
    "host",
    [
        "data.pendo.shop.test", "my-pendo.eu", "cdn.my-pendo.eu", "notpendo.io", "cdn.notpendo.io", "pendo.io.example",
        "cdn.pendo.co.example", "localhost:8080", "127.0.0.1", "[::1]:8080", "acme-data.customer.pendo.io",
        *(region.content_host for region in REGIONS.values()), "CDN.PENDO.IO.:443",
    ],
)  # fmt: skip
def test_other_hosts_are_not_unlisted(host):
    assert broken_rules(script(host)) == set()


def test_path_that_is_not_of_pendo_is_not_judged():
    page = {"method": "GET", "url": "https://docs.pendo.io/en/articles", "headers": {}, "body": ""}
    assert broken_rules(page) == set()


@pytest.mark.parametrize("name", ["pendo.js", "config.json"])
@pytest.mark.parametrize("sent", [lambda host: beacon(event(), host=host), lambda host: guides(host=host)])
def test_script_and_data_of_two_regions_are_found(name, sent):
    loaded = script("cdn.eu.pendo.io", name=name)
    assert broken_rules(loaded, sent("data.pendo.io")) == {"region-mismatch"}
    assert broken_rules(sent("app.pendo.io"), loaded) == {"region-mismatch"}
    assert broken_rules(loaded, sent("data.eu.pendo.io"), sent("app.eu.pendo.io")) == set()


def test_config_of_another_region_is_found_beside_a_script_of_the_right_one():
    assert broken_rules(script(), script("cdn.eu.pendo.io", name="config.json"), beacon(event())) == {"region-mismatch"}


def test_pages_of_two_regions_break_only_the_rule_about_the_key():
    eu = script("cdn.eu.pendo.io"), beacon(event(), host="data.eu.pendo.io")
    us = script(), beacon(event(number=1))
    assert broken_rules(*eu, *us) == {"key-in-two-regions"}


def test_webhook_and_server_are_not_the_agent():
    assert broken_rules(script("cdn.eu.pendo.io"), webhook(), server_track()) == set()


def test_regions_of_two_keys_are_not_compared():
    assert broken_rules(script("cdn.eu.pendo.io", key=OTHER_KEY), beacon(event())) == set()
    assert broken_rules(beacon(event(), host="data.eu.pendo.io", key=OTHER_KEY), beacon(event())) == set()


def test_letter_case_and_port_do_not_change_the_region():
    assert broken_rules(script("CDN.EU.pendo.io:443"), beacon(event(), host="Data.Eu.Pendo.Io.")) == set()


@pytest.mark.parametrize(
    ("first", "second"), [("data.pendo.io", "data.eu.pendo.io"), ("app.au.pendo.io", "us1.app.pendo.io")]
)
def test_one_key_in_two_regions_is_found(first, second):
    assert broken_rules(beacon(event(), host=first), webhook(host=second, userId="grace")) == {"key-in-two-regions"}
    assert broken_rules(webhook(host=first), webhook(host=second, messageId="m-2")) == {"key-in-two-regions"}


def test_content_hosts_do_not_count_for_the_region_of_a_key():
    assert broken_rules(script(), script("cdn.eu.pendo.io")) == set()


CNAME, DATA_CNAME = "content.product.example", "data.product.example:8443"


@pytest.mark.parametrize(
    "pair",
    [
        (CNAME, "data.pendo.io"),
        (CNAME, "app.eu.pendo.io"),
        ("cdn.pendo.io", DATA_CNAME),
        ("data.pendo.shop.test", "data.pendo.io"),
    ],
)
def test_half_a_cname_is_found_in_both_directions(pair):
    assert broken_rules(script(pair[0]), beacon(event(), host=pair[1])) == {"half-cname"}
    assert broken_rules(beacon(event(), host=pair[1]), script(pair[0], name="config.json")) == {"half-cname"}


@pytest.mark.parametrize(
    "pair",
    [
        (CNAME, DATA_CNAME), ("cdn.pendo.io", "localhost:8080"), (CNAME, "127.0.0.1"), ("[::1]:8080", "data.pendo.io"),
        ("localhost", "localhost"),
    ],
)  # fmt: skip
def test_whole_cnames_and_this_machine_are_no_half(pair):
    assert broken_rules(script(pair[0]), beacon(event(), host=pair[1])) == set()


def test_script_alone_and_webhook_are_no_half():
    assert broken_rules(script(CNAME), webhook()) == set()
    assert broken_rules(beacon(event(), host=DATA_CNAME)) == set()
    assert broken_rules(script(CNAME, key=OTHER_KEY), beacon(event(), key=KEY)) == set()


def test_lookalike_is_no_cname():
    assert broken_rules(script("cdn.pendo.eu"), beacon(event())) == {"unlisted-host"}
