"""An emulator with an authority of its own, and what its clients need to reach it."""

import os
import time

import pytest
import requests

from emulator.authority import Authority
from emulator.server import Emulator
from emulator.wiring import wire

CNAMES = ("content.customer.example", "data.customer.example")


@pytest.fixture(scope="session")
def ca_folder(tmp_path_factory):
    """Keep an authority for Pendo's names and two CNAMEs here."""
    return tmp_path_factory.mktemp("ca")


@pytest.fixture(scope="session")
def secure(ca_folder):
    """Run an emulator that is known under two CNAMEs as well."""
    with Emulator(cnames=CNAMES, authority=Authority.open(ca_folder, CNAMES)) as emulator:
        yield emulator


@pytest.fixture(scope="session")
def wired(secure, tmp_path_factory):
    """Give a child process of this environment what `exec` would, and nothing else."""
    variables = wire(secure, tmp_path_factory.mktemp("wiring"))
    return {"PATH": os.environ["PATH"], **variables}


@pytest.fixture
def until(pendo_server):
    """Wait, at most five seconds, until something is true; meanwhile the emulator's loop is kept turning."""

    def wait(condition):
        deadline = time.monotonic() + 5
        while not condition() and time.monotonic() < deadline:
            requests.get(f"{pendo_server.control_url}/health", timeout=5)
        assert condition()

    return wait
