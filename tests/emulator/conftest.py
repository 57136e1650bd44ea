"""An emulator with an authority of its own, and what its clients need to reach it."""

import itertools
import os
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
import requests

from pendo_emulator.clients.environment import child_environment
from pendo_emulator.server import Emulator
from pendo_emulator.tls.authority import Authority
from tests.stress.postgresql_server import is_installed, run_postgresql

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
    variables = child_environment(secure, tmp_path_factory.mktemp("wiring"))
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


@pytest.fixture(scope="session")
def cluster():
    """Run a PostgreSQL, and give the URLs of new databases of it."""
    if not is_installed():
        pytest.skip("PostgreSQL is not installed")
    with TemporaryDirectory() as folder, run_postgresql(open_to_all(folder) / "pg") as url:
        numbers = itertools.count()

        def database():
            name = f"test_{next(numbers)}"
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}")
            return url.replace("/postgres?", f"/{name}?")

        yield database


def open_to_all(folder):
    """Let another user in: PostgreSQL does not run as root."""
    Path(folder).chmod(0o755)
    return Path(folder)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("postgresql"))])
def address(request, tmp_path):
    """Name a store that is new, in each kind of database."""
    return tmp_path / "x.sqlite3" if request.param == "sqlite" else request.getfixturevalue("cluster")()
