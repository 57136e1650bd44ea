from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from pendo_emulator.addresses import CONTROL_PREFIX


@pytest.fixture
def ask(pendo):
    def request(path, method="GET", **parameters):
        return requests.request(method, f"{pendo.url}{CONTROL_PREFIX}{path}", params=parameters, timeout=90)

    return request


@pytest.fixture
def key(pendo):
    return f"/keys/{pendo.api_key}"


def test_health_readiness_and_index_are_served(ask):
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


def test_exchange_shows_its_payload_and_violations(ask, key, send):
    send(visitor_id=7)
    (exchange,) = ask(f"{key}/exchanges", good="false").json()["exchanges"]
    assert exchange["payload"][0]["visitor_id"] == 7
    assert exchange["verdicts"][1]["violations"][0]["pointer"] == "/visitor_id"


def test_events_are_counted_by_region_and_type(ask, key, send):
    send("data.eu.pendo.io")
    send("data.eu.pendo.io", visitor_id=7)
    assert ask(f"{key}/counts").json() == [
        {"region": "eu", "endpoint": "ptm.gif", "type": "load", "received": 2, "broken": 1, "kept": 1}
    ]


def test_wait_ends_when_enough_events_arrived(ask, key, send):
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(ask, f"{key}/wait", count=2, type="load", timeout=10)
        send()
        send()
        assert waiting.result().json() == {"count": 2}


def test_wait_timeout_lists_what_arrived(ask, key, send):
    send()
    response = ask(f"{key}/wait", count=2, timeout=0.05)
    assert response.status_code == 409
    assert response.json()["arrived"][0]["type"] == "load"


def test_silence_fails_when_an_event_arrives(ask, key, send):
    assert ask(f"{key}/silence", **{"for": 0.05}).status_code == 200
    with ThreadPoolExecutor() as pool:
        silence = pool.submit(ask, f"{key}/silence", **{"for": 5})
        while not silence.done():
            send()
        assert silence.result().status_code == 409
    assert silence.result().json()["arrived"][0]["type"] == "load"
    assert "load event of visitor 'v1' to io ptm.gif" in silence.result().json()["title"]


def test_failed_wait_shows_the_most_similar_event(ask, key, send):
    send(visitor_id="u1")
    send(visitor_id="u2")
    failed = ask(f"{key}/wait", type="load", visitor_id="u22", timeout=0.05).json()
    assert failed["nearest"]["visitor_id"] == "u2"
    assert "nearest: load event of visitor 'u2'" in failed["title"]
    assert ask(f"{key}-empty/wait", timeout=0.05).json()["nearest"] is None


@pytest.mark.parametrize("view", ["wait", "silence", "exchanges"])
@pytest.mark.parametrize(
    ("name", "value", "known"), [("type", "trak", "track"), ("region", "uk", "eu"), ("endpoint", "ptm", "ptm.gif")]
)
def test_filter_value_that_can_match_no_event_is_rejected(ask, key, view, name, value, known):
    options = {} if view == "exchanges" else {"timeout" if view == "wait" else "for": 0.01}
    refused = ask(f"{key}/{view}", **{name: value}, **options)
    assert (refused.status_code, known in refused.json()["title"]) == (400, True)
    assert "&unknown=allow" in refused.json()["title"]
    assert ask(f"{key}/{view}", **{name: value}, unknown="allow", **options).status_code in {200, 409}


def test_clear_deletes_the_exchanges_of_one_key_only(ask, key, send, pendo, beacon_path):
    send()
    requests.get(pendo.url + beacon_path(f"{pendo.api_key}-other"), timeout=30)
    assert ask(key, "DELETE").json() == {"deleted": 1}
    assert [len(ask(f"{one}/exchanges").json()["exchanges"]) for one in (key, f"{key}-other")] == [0, 1]


@pytest.mark.parametrize(
    "parameters",
    [
        {"good": "yes"},
        {"after": "x"},
        {"colour": "red"},
        {"count": "-1"},
        {"unknown": "yes"},
        {"timeout": "9999"},
        {"timeout": "soon"},
        {"after": "9" * 23},
        {"count": "9" * 5000},
        {"type": ["load", "track"]},
        {"timeout": ["1", "2"]},
    ],
)
def test_error_names_the_invalid_parameter(ask, key, parameters):
    response = ask(f"{key}/wait", **parameters)
    assert response.status_code == 400
    assert next(iter(parameters)) in response.json()["title"]


def test_empty_pages_and_invalid_keys_are_rejected(ask, key):
    assert "limit must be a whole number from 1" in ask(f"{key}/exchanges", limit="0").json()["title"]
    for path in (f"{key}%00/exchanges", f"{key}{'k' * 200}/faults"):
        assert "an API key has at most 200 characters" in ask(path).json()["title"]


def test_filter_may_contain_nul(ask, key):
    assert ask(f"{key}/exchanges", name="a\0b").json()["exchanges"] == []


def test_unknown_filter_values_need_the_word_allow(ask, key):
    assert ask(f"{key}/exchanges", type="purchase", unknown="allow").status_code == 200
    for value in ("", "yes"):
        assert "unknown must be allow" in ask(f"{key}/exchanges", unknown=value).json()["title"]


def test_unknown_paths_are_404_and_unknown_methods_405(ask, key):
    answer = ask(key, "GET")
    assert (answer.status_code, set(answer.headers["Allow"].split(", "))) == (405, {"DELETE", "OPTIONS"})
    unknown = ask("/no-such-thing", "POST")
    assert (unknown.status_code, unknown.json()["index"]) == (404, "/_emulator/")


def test_long_polls_do_not_block_other_requests(ask, key, send):
    with ThreadPoolExecutor(80) as pool:
        waiting = [pool.submit(ask, f"{key}/wait", timeout=60) for _ in range(80)]
        assert ask("/health").status_code == 200
        assert not any(poll.done() for poll in waiting)
        send()
        assert {poll.result().status_code for poll in waiting} == {200}
