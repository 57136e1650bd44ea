"""Access to a server's own pages: Host and Origin are read strictly, and a reachable server has a token."""

import pytest

from pendo_contracts.common.access_policy import AccessPolicy, access_policy_for

LOCAL = {"host": "127.0.0.1:8081"}


@pytest.mark.parametrize(
    "host",
    ["[::1]evil.com", "127.0.0.1:evil.com", "evil@127.0.0.1", "localhost,evil.com", "evil.com", "127.0.0.1:1:2",
     "127.0.0.1 ", "localhost\n", "[::1", "http://localhost", "localhost.evil.com", "127.0.0.1:123456"],
)  # fmt: skip
def test_malformed_and_foreign_hosts_are_denied(host):
    assert AccessPolicy().check({"host": host}).status == 403


@pytest.mark.parametrize(
    "origin",
    ["null", "", "x://127.0.0.1", "chrome-extension://localhost", "file://", "http:///", "http://evil.com",
     "https://localhost@evil.com", "http://localhost/evil", "localhost"],
)  # fmt: skip
def test_pages_of_other_origins_are_denied(origin):
    assert AccessPolicy().check(LOCAL | {"origin": origin}).status == 403


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST.:1", "127.0.0.1:80", "[::1]:65535", "[::1]", ""])
def test_names_of_this_machine_are_allowed(host):
    assert AccessPolicy().check({"host": host, "origin": f"http://{host or 'localhost'}"}) is None


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "localhost", "::1", "[::1]"])
def test_server_of_this_machine_needs_no_token(host):
    assert access_policy_for(host).token == ""


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "10.0.0.1", "127.evil.com", "emulator"])
def test_server_that_others_can_reach_has_a_token(host):
    policy = access_policy_for(host)
    assert len(policy.token) > 30
    assert policy.check(LOCAL).status == 401
    assert policy.check({"host": "any", "authorization": f"Bearer {policy.token}"}) is None


def test_configured_token_and_hosts_are_used():
    assert access_policy_for("127.0.0.1", token="t").token == "t"
    assert access_policy_for("127.0.0.1", ["CI.Example"]).check({"host": "ci.example:8080"}) is None


@pytest.mark.parametrize(("method", "allowed"), [("GET", True), ("HEAD", True), ("DELETE", False), ("POST", False)])
def test_links_of_other_sites_only_read(method, allowed):
    link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert (AccessPolicy().check(LOCAL | link, method) is None) == allowed
