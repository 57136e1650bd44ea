"""Clocks for repeatable runs."""

from email.utils import parsedate_to_datetime

import requests

from pendo_emulator.api_key_space import Space
from pendo_emulator.clock import RunSettings, clock_from, stepping_clock
from pendo_emulator.server import Emulator

START = 1767323045000


def test_clock_starts_at_its_time_and_runs_on():
    times = iter([5_000_000, 5_000_000, 8_000_000])
    clock = clock_from(START, lambda: next(times))
    assert [clock.read() // 1_000_000 - START, clock.stamp() // 1_000_000 - START] == [0, 3]


def test_stepping_clock_advances_with_each_request_only():
    clock = stepping_clock(START, 0.25)
    assert [clock.stamp() // 1_000_000 - START for _ in range(3)] == [0, 250, 500]
    assert {clock.read() // 1_000_000 - START for _ in range(3)} == {500}
    assert clock.seconds() == START / 1000 + 0.5


def test_clock_with_step_zero_stands_still():
    clock = stepping_clock(START, 0)
    assert {clock.stamp() for _ in range(3)} == {clock.read()} == {START * 1_000_000}


def test_emulator_uses_its_clock_and_seed():
    with Emulator(run=RunSettings(stepping_clock(START, 1), seed=7)) as emulator:
        space = Space.fresh(emulator)
        space.fault(status=503, probability=0.5)
        space.fault(status=503, seed=3, seconds=1.5)
        answers = [requests.get(f"{space.url}/data/guide.gif/{space.api_key}", timeout=60) for _ in range(4)]
        assert [exchange.envelope.received_at - START for exchange in space.exchanges()] == [0, 1000, 2000, 3000]
        assert [active.fault.seed for active in space.faults()] == [7, 3]
        assert space.faults()[1].applied < 4
    moment = parsedate_to_datetime(answers[0].headers["Date"])
    assert moment.timestamp() == START // 1000
