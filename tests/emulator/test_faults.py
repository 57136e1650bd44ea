"""The faults that stand: counted, timed, in order, each key's its own; the clock is the test's."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from contracts.beacon import from_envelope
from contracts.envelope import Envelope
from emulator.fault import NO_FAULT, Fault
from emulator.faults import Faults

DOWN = Fault(effects={"status": 503})


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def faults(clock):
    return Faults(clock)


def beacon(api_key="k", endpoint="ptm.gif"):
    return from_envelope(Envelope("GET", f"https://data.pendo.io/data/{endpoint}/{api_key}", {}, b"", 0))


def strikes(faults, number, **address):
    return [faults.strike(beacon(**address)) is not NO_FAULT for _ in range(number)]


def test_without_faults_nothing_strikes(faults):
    assert faults.strike(beacon()) is NO_FAULT


def test_a_fault_strikes_as_often_as_it_says(faults):
    faults.add("k", [Fault(effects={"status": 503}, times=2)])
    assert strikes(faults, 4) == [True, True, False, False]
    assert [(standing.seen, standing.struck) for standing in faults.of("k")] == [(4, 2)]


def test_a_fault_ends_when_its_time_is_over(faults, clock):
    clock.now = 100.0
    faults.add("k", [Fault(effects={"status": 503}, seconds=5)])
    before = strikes(faults, 1)
    clock.now = 105.0
    assert (before, strikes(faults, 1)) == ([True], [False])


def test_the_first_fault_that_strikes_is_the_only_one(faults):
    first, second = Fault({"endpoint": "ptm.gif"}, times=1), Fault(effects={"status": 500})
    faults.add("k", [first, second])
    assert [faults.strike(beacon()), faults.strike(beacon())] == [first, second]
    assert [standing.struck for standing in faults.of("k")] == [1, 1]


def test_what_a_fault_is_not_aimed_at_does_not_count(faults):
    faults.add("k", [Fault({"endpoint": "ptm.gif"}, times=1)])
    assert strikes(faults, 3, endpoint="guide.gif") == [False] * 3
    assert strikes(faults, 1) == [True]


def test_by_the_same_seed_the_same_requests_are_struck(faults):
    for key in ("a", "b"):
        faults.add(key, [Fault(probability=0.5, seed=7)])
    assert strikes(faults, 50, api_key="a") == strikes(faults, 50, api_key="b")


def test_one_key_s_faults_leave_the_others_alone(faults):
    faults.add("a", [DOWN])
    assert strikes(faults, 1, api_key="a") + strikes(faults, 1, api_key="b") == [True, False]
    assert (faults.clear("b"), faults.clear("a"), faults.of("a")) == (0, 1, ())


def test_replacing_forgets_what_stood(faults):
    faults.add("k", [DOWN, DOWN])
    faults.replace("k", [Fault({"endpoint": "rec"})])
    assert [standing.fault.aim for standing in faults.of("k")] == [{"endpoint": "rec"}]


def test_of_many_requests_at_once_exactly_as_many_are_struck(faults):
    faults.add("k", [Fault(times=100)])
    with ThreadPoolExecutor(8) as pool:
        struck = sum(pool.map(lambda _: sum(strikes(faults, 100)), range(8)))
    assert struck == 100
