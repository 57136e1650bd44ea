"""Runs published clients of Pendo, unmodified, under the emulator, and reads the exchanges."""

import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from pendo_emulator.recorder.recorder import Recorder
from pendo_emulator.storage.query import Query
from pendo_emulator.storage.store import Store

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent
EXEC = [Path(sys.executable).parent / "pendo-emulator", "exec"]


@pytest.fixture(scope="session")
def authority_folder(tmp_path_factory):
    """Return the folder of an authority that all runs share."""
    return tmp_path_factory.mktemp("ca")


@pytest.fixture
def run_client(authority_folder, tmp_path):
    """Return a function that runs a program of this folder with a client's own Python, under `pendo-emulator exec`.

    It returns the value that the program prints as JSON, and the exchanges.
    """

    def run(client, program, *arguments):
        python = ROOT / "build/clients" / client / "bin/python"
        if not python.exists():
            pytest.skip(f"{client} is not installed: make clients")
        store = tmp_path / f"{len(list(tmp_path.iterdir()))}.sqlite3"
        done = subprocess.run(
            [*EXEC, "--store", store, "--ca-dir", authority_folder, "--", python, FOLDER / program, *arguments],
            capture_output=True, text=True, check=False, timeout=100, env=os.environ | {"PYTHONPATH": ""},
        )  # fmt: skip
        assert "Traceback" not in done.stderr, done.stderr
        with closing(Recorder(Store(store), shared=True)) as recorder:
            exchanges = list(recorder.read_all(Query()))
        return json.loads(done.stdout.partition("\n")[0]), exchanges

    return run
