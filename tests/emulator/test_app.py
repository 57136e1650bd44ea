import json
import socket
import zlib
from urllib.parse import urlsplit

import pytest
import requests

from pendo_contracts.wire import jzb
from pendo_contracts.wire.beacon import BODY_LIMIT
from pendo_contracts.wire.jzb import VALUE_LIMIT

HEADERS = {"host": "data.eu.pendo.io"}


def test_beacon_is_answered_with_image_and_verdict_header(pendo, send):
    answer = send()
    assert (answer.status_code, answer.content[:6]) == (200, b"GIF89a")
    assert answer.headers["X-Emulator-Verdict"] == "good"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert [event.type for event in pendo.events()] == ["load"]


def test_host_header_selects_the_host(pendo, beacon_path):
    for host in ("data.eu.pendo.io", "us1.data.pendo.io", "data.customer.example"):
        requests.get(pendo.url + beacon_path(pendo.api_key), headers={"host": host}, timeout=30)
    assert [exchange.beacon.place.label for exchange in pendo.exchanges()] == ["eu", "us1", "data.customer.example"]


def test_beacon_that_breaks_its_contract_is_answered_with_200(pendo, send):
    answer = send(visitor_id=7)
    assert (answer.status_code, answer.headers["X-Emulator-Verdict"]) == (200, "bad")
    assert not pendo.report().good


@pytest.mark.parametrize(
    ("host", "path", "verdict"),
    [
        ("us1.data.pendo.io", "/data/nothing", "bad"),
        ("us1.cdn.pendo.io", "/agent/static/key/pendo.min.js", "bad"),
        ("cdn.us1.pendo.io", "/agent/static/key/Pendo.js", "bad"),
        ("us1.cdn.pendo.io", "/guide-content/a/b.css", "not-judged"),
        ("cdn.us1.pendo.io", "/nothing", "not-judged"),
        ("us1.data.pendo.io", "/api/v1/page", "not-judged"),
        ("content.customer.example", "/api/v1/page", "not-judged"),
    ],
)
def test_unknown_path_gets_list_of_paths_and_its_verdict(pendo_server, host, path, verdict):
    answer = requests.get(pendo_server.host_url(host) + path, timeout=30)
    assert (answer.status_code, answer.headers["X-Emulator-Verdict"]) == (404, verdict)
    assert "/data/ptm.gif/{api_key}" in answer.json()["paths"]
    assert host in answer.json()["host"]


@pytest.mark.parametrize(
    ("request_line", "body", "status", "rule"),
    [
        ("GET /data/ptm.gif/{key}?v=1_p&ct=1&jzb=eJwFwI", b"", 400, "truncated"),
        ("POST /data/ptm.gif/{key}?v=1_p&ct=1&s=3", b"\xff\xfe", 400, "utf8"),
        ("PUT /data/ptm.gif/{key}", b"", 405, "method"),
        ("POST /data/ptm.gif/{key}?v=1_p&ct=1&s=3", b" " * (BODY_LIMIT * 4), 413, "body-size"),
    ],
)
def test_unreadable_request_gets_clear_error_and_is_recorded(pendo, request_line, body, status, rule):
    method, target = request_line.format(key=pendo.api_key).split(" ")
    answer = requests.request(method, pendo.url + target, headers=HEADERS, data=body, timeout=10)
    assert (answer.status_code, answer.json()["violations"][0]["rule"]) == (status, rule)
    assert [exchange.beacon.decode_errors[0].rule for exchange in pendo.exchanges(good=False)] == [rule]


def test_replay_with_too_many_values_is_answered_and_not_judged(pendo):
    body = zlib.compress(b'{"recordingPayload":[' + b"0," * VALUE_LIMIT + b"0]}", 0)
    url = f"{pendo.url}/data/rec/{pendo.api_key}?v=2.291.4_prod&ct=1"
    answer = requests.post(url, data=body, headers={"host": "data.pendo.io"}, timeout=30)
    assert (answer.status_code, answer.headers["x-emulator-verdict"]) == (200, "not-judged")
    (exchange,) = pendo.exchanges()
    assert "too large to judge" in exchange.not_judged


def test_decompression_bomb_is_rejected_and_recorded(pendo):
    bomb = jzb.encode(["a" * (64 * 1024 * 1024)])
    answer = requests.post(pendo.url + f"/data/ptm.gif/{pendo.api_key}", json={"events": bomb}, timeout=10)
    assert "more than" in answer.json()["title"]
    assert len(pendo.exchanges(good=False)) == 1


def test_partial_body_is_recorded_when_sender_hangs_up(pendo):
    url = urlsplit(pendo.url)
    with socket.create_connection((url.hostname, url.port)) as connection:
        connection.sendall(
            f"POST /data/errorlog?apiKey={pendo.api_key} HTTP/1.1\r\nHost: h\r\nContent-Length: 99\r\n\r\n{{".encode()
        )
        connection.shutdown(socket.SHUT_WR)
        pendo.wait(good=False)
    (exchange,) = pendo.exchanges()
    assert (exchange.envelope.body, exchange.beacon.decode_errors[0].rule) == (b"{", "body-cut")


def test_guide_json_echoes_the_id(pendo):
    payload = jzb.encode({"visitorId": "v", "accountId": None, "url": "https://x/"})
    answer = requests.get(f"{pendo.url}/data/guide.json/{pendo.api_key}?id=17&jzb={payload}&v=1_p&ct=1", timeout=30)
    assert answer.json() == {"guides": [], "lastGuideStepSeen": {}, "normalizedUrl": "https://x/", "id": "17"}


def test_preflight_allows_the_agents_headers(pendo):
    answer = requests.options(f"{pendo.url}/data/ptm.gif/{pendo.api_key}", timeout=30)
    assert (answer.status_code, answer.headers["Access-Control-Allow-Headers"]) == (204, "content-type")
    assert pendo.report().good


@pytest.mark.parametrize(
    ("content_host", "data_host"),
    [
        ("cdn.eu.pendo.io", "data.eu.pendo.io"),
        ("us1.cdn.pendo.io", "us1.data.pendo.io"),
        ("content.customer.example", "data.customer.example"),
        ("pendo.customer.example", "pendo.customer.example"),
    ],
)
def test_configuration_names_the_matching_data_host(pendo, content_host, data_host):
    path = f"/agent/static/{pendo.api_key}/config.json"
    by_header = requests.get(pendo.url + path, headers={"host": content_host}, timeout=30).json()
    by_path = requests.get(pendo.host_url(content_host) + path, timeout=30).json()
    assert by_header["dataHost"] == f"https://{data_host}"
    assert by_path["dataHost"] == pendo.host_url(data_host)


def test_script_contains_the_configuration(pendo):
    base = f"{pendo.host_url('cdn.jpn.pendo.io')}/agent/static/{pendo.api_key}"
    script = requests.get(f"{base}/pendo.js", timeout=30)
    assert script.headers["Content-Type"].startswith("text/javascript")
    assert json.dumps(requests.get(f"{base}/config.json", timeout=30).json()) in script.text
