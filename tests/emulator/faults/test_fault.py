"""Faults: reading them from documents, matching requests, selecting requests by seed."""

import json
import statistics
import typing
from pathlib import Path

import pytest
from msgspec.structs import replace

from pendo_contracts.contract import BrokenDocumentError, load_contract
from pendo_contracts.wire import jzb
from pendo_contracts.wire.beacon import from_envelope
from pendo_contracts.wire.endpoint import ENDPOINTS
from pendo_contracts.wire.envelope import Envelope
from pendo_contracts.wire.region import REGIONS, Place
from pendo_emulator.faults.fault import NO_FAULT, Fault, read_fault, read_faults

KEPT = Path(__file__).parents[3] / "fixtures/contracts/fault/kept"
PTM = f"https://data.eu.pendo.io/data/ptm.gif/k?jzb={jzb.encode([{'type': 'load'}, {'type': 'track'}])}"
CONFIG = "https://cdn.eu.pendo.io/agent/static/k/config.json"


def beacon(url=PTM, method="GET"):
    return from_envelope(Envelope(method, url, {}, b"", 0))


def test_contract_lists_every_region_and_endpoint():
    members = load_contract("fault").schema["properties"]
    kinds = {*typing.get_args(typing.get_type_hints(Place)["kind"])} - {"region"}
    assert set(members["region"]["enum"]) == REGIONS.keys() | kinds
    assert members["endpoint"]["enum"] == [endpoint.name for endpoint in ENDPOINTS]


def test_every_member_of_the_contract_is_read():
    documents = [json.loads(file.read_text()) for file in KEPT.glob("*.json")]
    assert set().union(*documents) == load_contract("fault").schema["properties"].keys()
    assert [read_fault(document).document for document in documents] == [
        {name: value for name, value in document.items() if (name, value) != ("probability", 1)}
        for document in documents
    ]


def test_every_error_of_a_document_is_reported():
    with pytest.raises(BrokenDocumentError) as error:
        read_faults([{"status": 42, "times": 0}, {"endpoint": "ptm"}])
    assert [violation.pointer for violation in error.value.violations] == [
        "/0/status", "/0/times", "/1", "/1/endpoint",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("matcher", "matches"),
    [
        ({}, True),
        ({"region": "eu", "endpoint": "ptm.gif", "method": "GET", "event": "track"}, True),
        ({"host": "data.eu.pendo.io"}, True),
        ({"host": "eu.pendo.io"}, False),
        ({"region": "io"}, False),
        ({"endpoint": "guide.gif"}, False),
        ({"method": "POST"}, False),
        ({"event": "click"}, False),
    ],
)
def test_fault_matches_region_endpoint_method_and_event(matcher, matches):
    assert Fault(matcher).matches(beacon()) is matches


def test_disabling_the_agent_matches_its_configuration_only():
    fault = read_fault({"disable_agent": True})
    assert (fault.matches(beacon(CONFIG)), fault.matches(beacon())) == (True, False)
    assert fault.config == {"disablePendo": True}


def test_losing_cookies_matches_the_script_only():
    fault = read_fault({"lose_cookies": True})
    assert (fault.matches(beacon(CONFIG)), fault.matches(beacon(CONFIG.replace("config.json", "pendo.js")))) == (
        False,
        True,
    )


@pytest.mark.parametrize("fault", [{"certificate": "expired"}, {"unresolved": True}], ids=str)
def test_fault_of_a_host_matches_no_request(fault):
    assert not read_fault(fault).matches(beacon())


@pytest.mark.parametrize("member", [{"endpoint": "ptm.gif"}, {"event": "track"}, {"status": 503}, {"reset": True}])
def test_fault_of_a_host_has_no_other_effect_and_selects_no_request(member):
    with pytest.raises(BrokenDocumentError, match="applies before a request is sent") as error:
        read_faults([{"certificate": "expired"}, {"unresolved": True, **member}])
    assert [violation.pointer for violation in error.value.violations] == [f"/1/{next(iter(member))}"]


BOUNDS = {"uniform": (1.0, 3.0), "normal": (1.5, 2.5), "lognormal": (1.3, 3.0)}


@pytest.mark.parametrize("name", BOUNDS)
def test_delay_is_drawn_from_its_distribution(name):
    fault = read_fault({"delay": 2, "delay_distribution": name, "delay_spread": 1 if name == "uniform" else 0.1})
    delays = [fault.applied_to(number).connection_effects["delay"] for number in range(500)]
    assert delays == [fault.applied_to(number).connection_effects["delay"] for number in range(500)]
    assert len(set(delays)) == 500
    assert abs(statistics.median(delays) - 2) < 0.1
    assert BOUNDS[name][0] <= min(delays) < 2 < max(delays) <= BOUNDS[name][1]
    assert fault.applied_to(7).label == fault.label


def test_other_seed_draws_other_delays():
    slow = {"delay": 2, "delay_distribution": "normal", "delay_spread": 1}
    assert read_fault(slow).applied_to(0) != replace(read_fault({**slow, "seed": 1}).applied_to(0), seed=0)


def test_drawn_delay_is_between_zero_and_ten_minutes():
    wide = read_fault({"delay": 300, "delay_distribution": "normal", "delay_spread": 600})
    delays = {wide.applied_to(number).connection_effects["delay"] for number in range(100)}
    assert (min(delays), max(delays)) == (0, 600)


def test_same_seed_selects_the_same_requests():
    draws = {seed: [Fault(probability=0.3, seed=seed).is_drawn(n) for n in range(1000)] for seed in (1, 2)}
    assert draws[1] == [Fault(probability=0.3, seed=1).is_drawn(n) for n in range(1000)]
    assert draws[1] != draws[2]
    assert all(250 < sum(drawn) < 350 for drawn in draws.values())


@pytest.mark.parametrize(("probability", "applies"), [(0, False), (1, True)])
def test_probability_zero_never_applies_and_one_always_applies(probability, applies):
    assert {Fault(probability=probability).is_drawn(number) for number in range(1000)} == {applies}


def test_label_lists_the_effects():
    assert read_fault({"truncate": True, "status": 503, "region": "eu", "times": 2}).label == "status=503 truncate"
    assert (NO_FAULT.label, NO_FAULT.suppresses_response, NO_FAULT.config) == ("", False, {})
