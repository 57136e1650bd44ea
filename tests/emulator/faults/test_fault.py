"""A fault: read from its document, aimed, drawn; none of it knows a socket or a clock."""

import json
import typing
from pathlib import Path

import pytest

from pendo_contracts import jzb
from pendo_contracts.beacon import from_envelope
from pendo_contracts.contract import BrokenDocumentError, load_contract
from pendo_contracts.endpoint import ENDPOINTS
from pendo_contracts.envelope import Envelope
from pendo_contracts.region import REGIONS, Place
from pendo_emulator.faults.fault import NO_FAULT, Fault, read_fault, read_faults

KEPT = Path(__file__).parents[3] / "fixtures/contracts/fault/kept"
PTM = f"https://data.eu.pendo.io/data/ptm.gif/k?jzb={jzb.encode([{'type': 'load'}, {'type': 'track'}])}"
CONFIG = "https://cdn.eu.pendo.io/agent/static/k/config.json"


def beacon(url=PTM, method="GET"):
    return from_envelope(Envelope(method, url, {}, b"", 0))


def test_the_contract_names_every_region_and_every_endpoint():
    members = load_contract("fault").schema["properties"]
    kinds = {*typing.get_args(typing.get_type_hints(Place)["kind"])} - {"region"}
    assert set(members["region"]["enum"]) == REGIONS.keys() | kinds
    assert members["endpoint"]["enum"] == [endpoint.name for endpoint in ENDPOINTS]


def test_every_member_of_the_contract_is_read():
    document = json.loads((KEPT / "all-members.json").read_text())
    assert document.keys() == load_contract("fault").schema["properties"].keys()
    assert read_fault(document).document == document


def test_what_is_no_fault_says_everything_that_is_wrong():
    with pytest.raises(BrokenDocumentError) as error:
        read_faults([{"status": 42, "times": 0}, {"endpoint": "ptm"}])
    assert [violation.pointer for violation in error.value.violations] == [
        "/0/status", "/0/times", "/1", "/1/endpoint",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("aim", "aimed"),
    [
        ({}, True),
        ({"region": "eu", "endpoint": "ptm.gif", "method": "GET", "event": "track"}, True),
        ({"region": "io"}, False),
        ({"endpoint": "guide.gif"}, False),
        ({"method": "POST"}, False),
        ({"event": "click"}, False),
    ],
)
def test_a_fault_is_aimed_by_region_endpoint_method_and_event(aim, aimed):
    assert Fault(aim).aims_at(beacon()) is aimed


def test_what_switches_the_agent_off_is_aimed_at_its_configuration():
    fault = read_fault({"disable_agent": True})
    assert (fault.aims_at(beacon(CONFIG)), fault.aims_at(beacon())) == (True, False)
    assert fault.config == {"disablePendo": True}


def test_the_same_seed_draws_the_same_and_another_seed_does_not():
    draws = {seed: [Fault(probability=0.3, seed=seed).chances_on(n) for n in range(1000)] for seed in (1, 2)}
    assert draws[1] == [Fault(probability=0.3, seed=1).chances_on(n) for n in range(1000)]
    assert draws[1] != draws[2]
    assert all(250 < sum(drawn) < 350 for drawn in draws.values())


@pytest.mark.parametrize(("probability", "strikes"), [(0, False), (1, True)])
def test_never_and_always_are_exact(probability, strikes):
    assert {Fault(probability=probability).chances_on(number) for number in range(1000)} == {strikes}


def test_a_fault_is_named_by_its_effects():
    assert read_fault({"truncate": True, "status": 503, "region": "eu", "times": 2}).label == "status=503 truncate"
    assert (NO_FAULT.label, NO_FAULT.silent, NO_FAULT.config) == ("", False, {})
