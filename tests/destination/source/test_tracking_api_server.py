"""The Tracking API's HTTP server: clients that offer an upgrade, and the addresses it listens on."""

import json
import socket
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
import requests

from pendo_destination.source import TrackingApi

EVENT = {"writeKey": "W", "userId": "u1", "event": "Signed Up", "messageId": "m1"}


def test_java_client_sends_its_body(api, counts, send_by_java):
    assert send_by_java(api.url, "POST", "/v1/track", json.dumps(EVENT)) == ["200"] * 4
    assert counts()["received"] == 4


@pytest.mark.parametrize("protocol", ["h2c", "TLS/1.2", "websocket"])
@pytest.mark.parametrize("chunked", [False, True])
def test_offered_upgrade_is_ignored_and_the_body_is_read(api, counts, protocol, chunked):
    with closing(HTTPConnection(urlsplit(api.url).netloc, timeout=10)) as connection:
        body = json.dumps(EVENT).encode()
        headers = {"Connection": "Upgrade", "Upgrade": protocol}
        connection.request("POST", "/v1/track", iter([body]) if chunked else body, headers, encode_chunked=chunked)
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (200, b'{"success":true}\n')
    assert counts()["received"] == 1


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
@pytest.mark.parametrize("host", ["localhost", "::"])
def test_localhost_and_wildcard_listen_on_both_families(host):
    with TrackingApi([], host=host) as api:
        port = urlsplit(api.url).port
        headers = {"Authorization": f"Bearer {api.access_policy.token}"}
        for address in (f"127.0.0.1:{port}", f"[::1]:{port}", f"localhost:{port}", urlsplit(api.url).netloc):
            assert requests.get(f"http://{address}/_source/status", headers=headers, timeout=30).status_code == 200


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
def test_url_of_an_ipv6_address_has_brackets():
    with TrackingApi([], host="::1") as api:
        assert requests.get(f"{api.url}/_source/status", timeout=30).status_code == 200
