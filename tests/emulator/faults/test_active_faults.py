"""Active faults: their order, counts and times. The tests pass the time as an argument."""

import json

from pendo_contracts.wire.beacon import from_envelope
from pendo_contracts.wire.envelope import Envelope
from pendo_emulator.faults.active_faults import ActiveFaults
from pendo_emulator.faults.fault import NO_FAULT, Fault

DOWN = Fault(effects={"status": 503})


def beacon(endpoint="ptm.gif"):
    return from_envelope(Envelope("GET", f"https://data.pendo.io/data/{endpoint}/k", {}, b"", 0))


def apply(faults, number, now=0.0, **address):
    """Apply faults to a number of requests; return the fault of each request, and the faults as counted."""
    applied = []
    for _ in range(number):
        fault, faults = faults.apply(beacon(**address), now)
        applied.append(fault)
    return applied, faults


def test_requests_have_no_fault_without_active_faults():
    assert apply(ActiveFaults(), 1)[0] == [NO_FAULT]


def test_fault_applies_a_number_of_times():
    twice = Fault(effects={"status": 503}, times=2)
    applied, after = apply(ActiveFaults().added([twice], 0.0), 4)
    assert applied == [twice, twice, NO_FAULT, NO_FAULT]
    assert [(active.matched, active.applied) for active in after.active] == [(4, 2)]


def test_fault_expires_after_its_duration():
    faults = ActiveFaults().added([Fault(effects={"status": 503}, seconds=5)], 100.0)
    assert [apply(faults, 1, now)[0][0] is NO_FAULT for now in (100.0, 104.9, 105.0)] == [False, False, True]


def test_only_the_first_fault_applies():
    first, second = Fault({"endpoint": "ptm.gif"}, times=1), Fault(effects={"status": 500})
    applied, after = apply(ActiveFaults().added([first, second], 0.0), 2)
    assert applied == [first, second]
    assert [active.applied for active in after.active] == [1, 1]


def test_unmatched_requests_are_not_counted():
    fault = Fault({"endpoint": "ptm.gif"}, times=1)
    applied, after = apply(ActiveFaults().added([fault], 0.0), 3, endpoint="guide.gif")
    assert applied == [NO_FAULT] * 3
    assert apply(after, 1)[0] == [fault]


def test_same_seed_applies_to_the_same_requests():
    one, other = (apply(ActiveFaults().added([Fault(probability=0.5, seed=7)], 0.0), 50)[0] for _ in range(2))
    assert one == other
    assert NO_FAULT in one


def test_faults_are_restored_from_their_documents():
    _, faults = apply(ActiveFaults().added([Fault({"event": "load"}, {"delay": 0.5}, times=2), DOWN], 7.5), 3)
    assert ActiveFaults.from_documents(json.loads(json.dumps(faults.documents))) == faults
