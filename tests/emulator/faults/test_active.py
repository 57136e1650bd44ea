"""The faults that stand: counted, timed, in order; the clock is the test's."""

import json

from pendo_contracts.beacon import from_envelope
from pendo_contracts.envelope import Envelope
from pendo_emulator.faults.active import Faults
from pendo_emulator.faults.fault import NO_FAULT, Fault

DOWN = Fault(effects={"status": 503})


def beacon(endpoint="ptm.gif"):
    return from_envelope(Envelope("GET", f"https://data.pendo.io/data/{endpoint}/k", {}, b"", 0))


def strikes(faults, number, now=0.0, **address):
    """Strike some requests; give the faults that strike them, and the faults afterwards."""
    struck = []
    for _ in range(number):
        fault, faults = faults.strike(beacon(**address), now)
        struck.append(fault)
    return struck, faults


def test_without_faults_nothing_strikes():
    assert strikes(Faults(), 1)[0] == [NO_FAULT]


def test_a_fault_strikes_as_often_as_it_says():
    twice = Fault(effects={"status": 503}, times=2)
    struck, after = strikes(Faults().added([twice], 0.0), 4)
    assert struck == [twice, twice, NO_FAULT, NO_FAULT]
    assert [(active.seen, active.struck) for active in after.active] == [(4, 2)]


def test_a_fault_ends_when_its_time_is_over():
    faults = Faults().added([Fault(effects={"status": 503}, seconds=5)], 100.0)
    assert [strikes(faults, 1, now)[0][0] is NO_FAULT for now in (100.0, 104.9, 105.0)] == [False, False, True]


def test_the_first_fault_that_strikes_is_the_only_one():
    first, second = Fault({"endpoint": "ptm.gif"}, times=1), Fault(effects={"status": 500})
    struck, after = strikes(Faults().added([first, second], 0.0), 2)
    assert struck == [first, second]
    assert [active.struck for active in after.active] == [1, 1]


def test_what_a_fault_is_not_aimed_at_does_not_count():
    fault = Fault({"endpoint": "ptm.gif"}, times=1)
    missed, after = strikes(Faults().added([fault], 0.0), 3, endpoint="guide.gif")
    assert missed == [NO_FAULT] * 3
    assert strikes(after, 1)[0] == [fault]


def test_by_the_same_seed_the_same_requests_are_struck():
    one, other = (strikes(Faults().added([Fault(probability=0.5, seed=7)], 0.0), 50)[0] for _ in range(2))
    assert one == other
    assert NO_FAULT in one


def test_faults_are_the_same_when_they_come_back_from_the_store():
    _, faults = strikes(Faults().added([Fault({"event": "load"}, {"delay": 0.5}, times=2), DOWN], 7.5), 3)
    assert Faults.from_documents(json.loads(json.dumps(faults.documents))) == faults
