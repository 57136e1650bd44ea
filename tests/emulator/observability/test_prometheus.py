"""Metrics, counters and access log lines."""

import json
import re
import uuid

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from pendo_contracts.judge import judge_request
from pendo_contracts.wire.envelope import Envelope
from pendo_emulator.exchange import record_as
from pendo_emulator.observability.access_log import FORMATS, mask
from pendo_emulator.observability.counters import Counters
from pendo_emulator.server import Emulator


@pytest.fixture
def emulator():
    with Emulator() as emulator:
        yield emulator


def samples(emulator):
    text = requests.get(f"{emulator.url}/metrics", timeout=30).text
    families = text_string_to_metric_families(text)
    return {(s.name, *sorted(s.labels.values())): s.value for family in families for s in family.samples}


def test_requests_and_events_are_counted_by_verdict(emulator, beacon_path):
    for visitor in ("v", 7):
        requests.get(emulator.url + beacon_path("k", visitor_id=visitor), headers={"host": "data.pendo.io"}, timeout=30)
    metrics = samples(emulator)
    assert metrics["pendo_emulator_stored_requests", "good", "io", "ptm.gif"] == 1
    assert metrics["pendo_emulator_stored_requests", "bad", "io", "ptm.gif"] == 1
    assert metrics["pendo_emulator_stored_events", "broken", "io", "load", "ptm.gif"] == 1
    assert metrics["pendo_emulator_requests_total", "good"] == metrics["pendo_emulator_requests_total", "bad"] == 1
    assert metrics["pendo_emulator_answer_seconds_count",] == metrics["pendo_emulator_transactions_total",] == 2
    assert metrics["pendo_emulator_store_up",] == 1


def test_requests_that_are_not_judged_have_a_separate_verdict(emulator):
    for path in ("/guide-content/a.css", "/data/nothing"):
        requests.get(emulator.url + path, headers={"host": "data.pendo.io"}, timeout=30)
    metrics = samples(emulator)
    for verdict, number in (("not-judged", 1), ("bad", 1)):
        assert metrics["pendo_emulator_stored_requests", *sorted(("io", verdict, "other"))] == number, verdict
        assert metrics["pendo_emulator_requests_total", verdict] == number, verdict
    assert metrics["pendo_emulator_requests_total", "good"] == 0


def test_deleted_exchanges_stay_counted(emulator, beacon_path):
    requests.get(emulator.url + beacon_path("k"), timeout=30)
    emulator.recorder.clear("k")
    metrics = samples(emulator)
    assert metrics["pendo_emulator_requests_total", "good"] == 1
    assert not any(name == "pendo_emulator_stored_requests" for name, *_ in metrics)


def test_senders_cannot_add_label_values(emulator, beacon_path):
    def send():
        requests.get(f"{emulator.url}/{uuid.uuid4()}", headers={"host": "h"}, timeout=30)
        requests.get(emulator.url + beacon_path(str(uuid.uuid4()), type=str(uuid.uuid4())), timeout=30)

    send()
    before = samples(emulator).keys()
    send()
    assert samples(emulator).keys() == before


def test_worker_counts_add_up_and_connections_reset():
    counters = Counters(2)
    for worker in (0, 1, 1):
        counters.use_row(worker)
        counters.add("connections", 2)
        counters.add("transactions")
    assert (counters.total("connections"), counters.total("transactions")) == (4, 3)


@pytest.mark.parametrize(("api_key", "shown"), [("", "-"), ("demo", "demo"), ("secret-key", "secr…")])
def test_api_keys_are_masked(api_key, shown):
    assert mask(api_key) == shown


@pytest.mark.parametrize("form", FORMATS)
def test_log_lines_name_the_verdict_but_no_visitor(form, beacon_path):
    lines = []

    def write(recorded):
        lines.extend(FORMATS[form](*entry) for entry in recorded)

    with Emulator(access_log=write) as emulator:
        path = beacon_path("secret-key", visitor_id="jane@example.com", account_id=7)
        headers = {"host": "data.eu.pendo.io", "x-request-id": "my-request-1"}
        response = requests.get(emulator.url + path, headers=headers, timeout=30)
    (line,) = lines
    assert response.headers["X-Request-Id"] == "my-request-1"
    assert not [secret for secret in ("secret-key", "jane", "jzb", "eJ") if secret in line]
    assert [word for word in ("BAD", "secr…", "eu", "ptm.gif", "my-request-1", "#/type"[1:]) if word not in line] == []
    if form == "json":
        assert json.loads(line)["events"] == 1


def test_text_and_json_lines_have_the_same_fields():
    envelope = Envelope("GET", "https://data.pendo.io/data/ptm.gif/key?jzb=broken", {}, b"", 1)
    exchange = record_as(judge_request(envelope), 1, 503, "status=503")
    names = re.findall(r" (\w+)=", FORMATS["text"](exchange, 0.1))
    assert ["verdict", *names] == list(json.loads(FORMATS["json"](exchange, 0.1)))


@pytest.mark.parametrize("form", FORMATS)
def test_log_line_says_that_a_request_is_not_judged(form):
    lines = []

    def write(recorded):
        lines.extend(FORMATS[form](*entry) for entry in recorded)

    with Emulator(access_log=write) as emulator:
        requests.get(f"{emulator.url}/guide-content/a.css", headers={"host": "cdn.pendo.io"}, timeout=30)
    (line,) = lines
    assert "NOT-JUDGED" in line


@pytest.mark.parametrize("sent", ["a b", "x" * 200, "é"])
def test_unsafe_request_ids_are_replaced(emulator, beacon_path, sent):
    headers = {"x-request-id": sent.encode("latin-1")}
    response = requests.get(emulator.url + beacon_path("k"), headers=headers, timeout=30)
    assert response.headers["X-Request-Id"] == "1"
