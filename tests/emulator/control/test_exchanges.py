from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from pendo_emulator.http.request import PREFIX


@pytest.fixture
def ask(pendo):
    def request(path, method="GET", **parameters):
        return requests.request(method, f"{pendo.url}{PREFIX}{path}", params=parameters, timeout=10)

    return request


@pytest.fixture
def key(pendo):
    return f"/keys/{pendo.api_key}"


def test_health_ready_and_the_index_answer(ask):
    assert ask("/health").json() == {"status": "ok", "store": "ok"}
    assert ask("/ready").json()["status"] == "ready"
    assert "DELETE /_emulator/keys/<api_key>" in ask("/").json()


def test_exchanges_are_filtered_and_paged(ask, key, send):
    for visitor in ("a", "b", "c"):
        send("data.eu.pendo.io", visitor_id=visitor)
    first = ask(f"{key}/exchanges", limit=2, region="eu").json()
    rest = ask(f"{key}/exchanges", limit=2, after=first["next"]).json()
    assert [len(first["exchanges"]), len(rest["exchanges"]), rest["next"]] == [2, 1, None]
    assert len(ask(f"{key}/exchanges", visitor_id="b").json()["exchanges"]) == 1
    assert ask(f"{key}/exchanges", region="io").json()["exchanges"] == []


def test_an_exchange_shows_what_was_sent_and_how_it_was_judged(ask, key, send):
    send(visitor_id=7)
    (exchange,) = ask(f"{key}/exchanges", good="false").json()["exchanges"]
    assert exchange["payload"][0]["visitor_id"] == 7
    assert exchange["verdicts"][1]["violations"][0]["pointer"] == "/visitor_id"


def test_counts_are_by_region_and_type(ask, key, send):
    send("data.eu.pendo.io")
    send("data.eu.pendo.io", visitor_id=7)
    assert ask(f"{key}/counts").json() == [
        {"region": "eu", "endpoint": "ptm.gif", "type": "load", "received": 2, "broken": 1, "kept": 1}
    ]


def test_waiting_ends_when_enough_arrived(ask, key, send):
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(ask, f"{key}/wait", count=2, type="load", timeout=10)
        send()
        send()
        assert waiting.result().json() == {"count": 2}


def test_waiting_in_vain_says_what_did_arrive(ask, key, send):
    send()
    answer = ask(f"{key}/wait", count=2, timeout=0.05)
    assert answer.status_code == 409
    assert answer.json()["arrived"][0]["type"] == "load"


def test_silence_is_broken_by_what_should_not_come(ask, key, send):
    assert ask(f"{key}/silence", **{"for": 0.05}).status_code == 200
    with ThreadPoolExecutor() as pool:
        listening = pool.submit(ask, f"{key}/silence", **{"for": 5})
        while not listening.done():
            send()
        assert listening.result().status_code == 409


def test_clearing_one_key_leaves_the_others(ask, key, send):
    send()
    assert ask(key, "DELETE").json() == {"deleted": 1}
    assert ask(f"{key}/exchanges").json()["exchanges"] == []


@pytest.mark.parametrize(
    "parameters",
    [
        {"good": "yes"},
        {"after": "x"},
        {"colour": "red"},
        {"count": "-1"},
        {"timeout": "9999"},
        {"timeout": "soon"},
        {"after": "9" * 23},
        {"count": "9" * 5000},
    ],
)
def test_a_wrong_parameter_says_so(ask, key, parameters):
    answer = ask(f"{key}/wait", **parameters)
    assert answer.status_code == 400
    assert next(iter(parameters)) in answer.json()["title"]


def test_a_page_of_nothing_and_a_key_that_is_none_are_refused_clearly(ask, key):
    assert "limit is a whole number from 1" in ask(f"{key}/exchanges", limit="0").json()["title"]
    for path in (f"{key}%00/exchanges", f"{key}{'k' * 200}/faults"):
        assert "an API key has at most 200 characters" in ask(path).json()["title"]


def test_what_is_asked_for_may_hold_what_no_store_takes(ask, key):
    assert ask(f"{key}/exchanges", name="a\0b").json()["exchanges"] == []


def test_what_changes_state_needs_more_than_get(ask, key):
    assert ask(key, "GET").status_code == 404
    assert ask("/no-such-thing", "POST").status_code == 404


def test_who_waits_keeps_nobody_waiting(ask, key):
    with ThreadPoolExecutor(80) as pool:
        waiting = [pool.submit(ask, f"{key}/wait", timeout=4, count=9) for _ in range(80)]
        assert ask("/health").elapsed.total_seconds() < 3
        assert {one.result().status_code for one in waiting} == {409}
