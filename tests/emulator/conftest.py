"""Fixtures: an emulator with its own certificate authority, its clients' environment, and new stores."""

import itertools
import os
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
import requests

from pendo_emulator.clients.child_environment import child_environment
from pendo_emulator.server import Emulator
from pendo_emulator.tls.authority import Authority
from tests.stress.postgresql_server import is_installed, run_postgresql

CNAMES = ("content.customer.example", "data.customer.example")


@pytest.fixture(scope="session")
def ca_folder(tmp_path_factory):
    """Return the folder of an authority for Pendo's domain and two CNAMEs."""
    return tmp_path_factory.mktemp("ca")


@pytest.fixture(scope="session")
def tls_emulator(ca_folder):
    """Run an emulator that also serves two CNAMEs."""
    with Emulator(cnames=CNAMES, authority=Authority.open(ca_folder, CNAMES)) as emulator:
        yield emulator


@pytest.fixture(scope="session")
def child_variables(tls_emulator, tmp_path_factory):
    """Return the variables that `exec` adds for a child process, and PATH."""
    variables = child_environment(tls_emulator, tmp_path_factory.mktemp("environment"))
    return {"PATH": os.environ["PATH"], **variables}


@pytest.fixture
def wait_until(pendo_server):
    """Wait up to thirty seconds until a condition holds; the requests meanwhile keep the event loop running."""

    def wait(condition):
        deadline = time.monotonic() + 30
        while not condition() and time.monotonic() < deadline:
            requests.get(f"{pendo_server.control_url}/health", timeout=30)
        assert condition()

    return wait


@pytest.fixture(scope="session")
def new_database():
    """Run a PostgreSQL server; return a function that creates a database on it and returns its URL."""
    if not is_installed():
        pytest.skip("PostgreSQL is not installed")
    with TemporaryDirectory() as folder, run_postgresql(open_to_all(folder) / "pg") as url:
        numbers = itertools.count()

        def create():
            name = f"test_{next(numbers)}"
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}")
            return url.replace("/postgres?", f"/{name}?")

        yield create


def open_to_all(folder):
    """Let other users enter a folder: PostgreSQL does not run as root."""
    Path(folder).chmod(0o755)
    return Path(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def store_address(request, tmp_path):
    """Return the address of a new store, once in each kind of database."""
    return tmp_path / "x.sqlite3" if request.param == "sqlite" else request.getfixturevalue("new_database")()
