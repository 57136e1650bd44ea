"""The effects of faults in the response to the client and in the recorded exchange."""

import socket
import struct
import time
from urllib.parse import urlsplit

import pytest
import requests

from pendo_contracts.wire.pixel_gif import PIXEL_GIF

# The timers of the event loop count whole milliseconds, so each can end a little early.
EARLY = 0.9


@pytest.fixture
def get(pendo):
    """Send a request without a payload to an endpoint, with the test's key."""

    def request(endpoint="guide.gif", method="GET", host="data.pendo.io"):
        return requests.request(method, f"{pendo.host_url(host)}/data/{endpoint}/{pendo.api_key}", timeout=10)

    return request


def config(pendo):
    url = f"{pendo.host_url('cdn.eu.pendo.io')}/agent/static/{pendo.api_key}/config.json"
    return requests.get(url, timeout=10)


def test_status_fault_sends_no_body_and_exchange_stays_good(pendo, send):
    pendo.fault(endpoint="ptm.gif", status=503)
    answer = send()
    assert (answer.status_code, answer.content, answer.headers["X-Emulator-Fault"]) == (503, b"", "status=503")
    (exchange,) = pendo.exchanges()
    assert (exchange.status, exchange.fault, exchange.good) == (503, "status=503", True)
    assert (pendo.report().good, pendo.report().faults) == (True, {"status=503": 1})


@pytest.mark.parametrize(
    ("kind", "mimetype", "start"),
    [
        ("gif", "image/gif", b"GIF89a"),
        ("json", "application/json", b"{}"),
        ("html", "text/html", b"<!doctype"),
        ("empty", "text/plain", b""),
        ("opted-out", "application/json", b'{"statusCode": 451}'),
    ],
)
def test_body_is_of_the_requested_kind(pendo, get, kind, mimetype, start):
    pendo.fault(status=500, body=kind)
    answer = get()
    assert (answer.status_code, answer.headers["Content-Type"].partition(";")[0]) == (500, mimetype)
    assert answer.content.startswith(start)
    assert bool(answer.content) == bool(start)


def test_fault_with_only_a_body_does_not_change_the_status(pendo, get):
    pendo.fault(endpoint="guide.json", body="opted-out")
    assert (get("guide.json").status_code, get("guide.json").json()) == (200, {"statusCode": 451})


def test_retry_after_is_a_header(pendo, get):
    pendo.fault(status=429, retry_after=30)
    assert (get().status_code, get().headers["Retry-After"]) == (429, "30")


def test_no_cors_removes_the_cors_headers(pendo, get):
    pendo.fault(no_cors=True)
    assert not [name for name in get().headers if name.startswith("Access-Control-")]


def test_fault_can_apply_to_preflights_only(pendo, get):
    pendo.fault(method="OPTIONS", status=405)
    assert (get(method="OPTIONS").status_code, get().status_code) == (405, 200)


def test_agent_can_be_disabled_in_its_configuration(pendo):
    pendo.fault(disable_agent=True, times=1)
    assert (config(pendo).json()["disablePendo"], "disablePendo" in config(pendo).json()) == (True, False)


def test_truncated_response_is_shorter_than_announced(pendo, get):
    pendo.fault(truncate=True)
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        get()
    assert [exchange.status for exchange in pendo.exchanges()] == [200]


def test_reset_resets_the_connection(pendo):
    pendo.fault(reset=True)
    url = urlsplit(pendo.url)
    with socket.create_connection((url.hostname, url.port)) as connection:
        connection.sendall(f"GET /data/guide.gif/{pendo.api_key} HTTP/1.1\r\nHost: h\r\n\r\n".encode())
        with pytest.raises(ConnectionResetError):
            connection.recv(1)
    assert [(exchange.status, exchange.fault) for exchange in pendo.exchanges()] == [(0, "reset")]


def test_emulator_serves_after_a_reset(pendo, get):
    pendo.fault(reset=True, times=1)
    with pytest.raises(requests.ConnectionError):
        get()
    assert get().status_code == 200


def test_hang_closes_the_connection_without_a_response(pendo, get):
    pendo.fault(hang=0.05)
    with pytest.raises(requests.ConnectionError):
        get()
    assert [exchange.status for exchange in pendo.exchanges()] == [0]


def test_hanging_request_is_recorded_at_once(pendo):
    pendo.fault(hang=60)
    url = urlsplit(pendo.url)
    with socket.create_connection((url.hostname, url.port)) as connection:
        connection.sendall(f"GET /data/guide.gif/{pendo.api_key} HTTP/1.1\r\nHost: h\r\n\r\n".encode())
        assert [exchange.fault for exchange in pendo.wait()] == ["hang=60"]


@pytest.mark.parametrize("linger", [b"\0\0\0\0\0\0\0\0", struct.pack("ii", 1, 0)], ids=["end", "reset"])
def test_hang_ends_when_the_client_disconnects(pendo, wait_until, linger):
    pendo.fault(hang=600)
    url = urlsplit(pendo.url)
    with socket.create_connection((url.hostname, url.port)) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        client.sendall(f"GET /data/guide.gif/{pendo.api_key} HTTP/1.1\r\nHost: h\r\n\r\n".encode())
        pendo.wait()
        hanging = pendo.emulator.connections
    wait_until(lambda: pendo.emulator.connections < hanging)


def test_delayed_response_arrives(pendo, get):
    pendo.fault(delay=0.05)
    answer = get()
    assert (answer.status_code, answer.elapsed.total_seconds() >= 0.05 * EARLY) == (200, True)


def test_delay_with_a_distribution_is_the_one_of_its_seed(pendo, get):
    pendo.fault(delay=0.05, delay_distribution="uniform", delay_spread=0.02, seed=3)
    (active,) = pendo.faults()
    expected = [active.fault.applied_to(number).connection_effects["delay"] for number in range(2)]
    answers = [get() for _ in range(2)]
    assert all(x.elapsed.total_seconds() >= delay * EARLY for x, delay in zip(answers, expected, strict=True))
    assert {exchange.fault for exchange in pendo.exchanges()} == {
        "delay=0.05 delay_distribution=uniform delay_spread=0.02"
    }


def receive(pendo):
    """Send a request; return the bytes of the answer, and the seconds until the first and the last of them."""
    url = urlsplit(pendo.url)
    with socket.create_connection((url.hostname, url.port), timeout=30) as connection:
        started, pieces, times = time.monotonic(), [], []
        connection.sendall(f"GET /data/guide.gif/{pendo.api_key} HTTP/1.1\r\nHost: data.pendo.io\r\n\r\n".encode())
        while piece := connection.recv(65536):
            pieces.append(piece)
            times.append(time.monotonic() - started)
    return b"".join(pieces), times


def test_dripping_answer_arrives_in_pieces_and_complete(pendo):
    pendo.fault(drip=0.2)
    answer, times = receive(pendo)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert (body, b"connection: close" in head) == (PIXEL_GIF, True)
    assert len(times) > 2
    assert times[-1] >= 0.2 * EARLY


def test_dripping_begins_after_the_delay(pendo):
    pendo.fault(delay=0.1, drip=0.1)
    times = receive(pendo)[1]
    assert (times[0] >= 0.1 * EARLY, times[-1] >= 0.2 * EARLY) == (True, True)


def test_emulator_serves_after_a_client_left_a_dripping_answer(pendo, get):
    pendo.fault(drip=60, times=1)
    url = urlsplit(pendo.url)
    with socket.create_connection((url.hostname, url.port)) as connection:
        connection.sendall(f"GET /data/guide.gif/{pendo.api_key} HTTP/1.1\r\nHost: data.pendo.io\r\n\r\n".encode())
        assert connection.recv(1) == b"H"
    assert get().status_code == 200


def test_cut_body_is_half_of_it_and_complete_for_the_client(pendo, get):
    whole = get().content
    pendo.fault(cut_body=True)
    assert get().content == whole[: len(whole) // 2]


def test_content_type_and_nosniff_are_headers(pendo, get):
    pendo.fault(content_type="text/html", nosniff=True)
    answer = get()
    assert (answer.headers["Content-Type"], answer.headers["X-Content-Type-Options"]) == ("text/html", "nosniff")
    assert answer.content == PIXEL_GIF


def test_script_that_loses_cookies_begins_with_their_deletion(pendo):
    url = f"{pendo.host_url('cdn.eu.pendo.io')}/agent/static/{pendo.api_key}/"
    script = requests.get(f"{url}pendo.js", timeout=10).content
    pendo.fault(lose_cookies=True)
    losing = requests.get(f"{url}pendo.js", timeout=10).content
    assert losing.endswith(script)
    assert b"document.cookie" in losing.removesuffix(script)
    assert requests.get(f"{url}config.json", timeout=10).json()["apiKey"] == pendo.api_key


def test_script_that_another_effect_replaces_loses_no_cookies(pendo):
    pendo.fault(lose_cookies=True, status=404, body="html")
    answer = requests.get(f"{pendo.host_url('cdn.pendo.io')}/agent/static/{pendo.api_key}/pendo.js", timeout=10)
    assert (answer.status_code, answer.content.startswith(b"<!doctype")) == (404, True)


def test_fault_can_apply_to_one_host(pendo, get):
    pendo.fault(host="data.eu.pendo.io", status=503)
    assert (get(host="data.eu.pendo.io").status_code, get().status_code) == (503, 200)


def test_faults_of_one_key_do_not_affect_another(pendo, pendo_server, beacon_path):
    other = type(pendo).fresh(pendo_server)
    pendo.fault(status=500)
    answers = {s: requests.get(s.url + beacon_path(s.api_key), timeout=30) for s in (pendo, other)}
    assert (answers[pendo].status_code, answers[other].status_code) == (500, 200)
    assert [exchange.fault for exchange in other.exchanges()] == [""]
