"""Fixtures: run a command of pendo-emulator, start `serve`, and check every JSON report that a test writes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pendo_contracts.contract import load_contract

COMMANDS = Path(sys.executable).parent


@pytest.fixture(autouse=True)
def reports_keep_their_contract(tmp_path):
    yield
    for file in tmp_path.rglob("*.json"):
        try:
            document = json.loads(file.read_text("utf-8"))
        except (OSError, ValueError, RecursionError):
            continue
        if isinstance(document, dict) and "tested_agent" in document:
            assert load_contract("report").violations(document) == ()


@pytest.fixture
def run(tmp_path):
    def command(*arguments):
        return subprocess.run(
            [COMMANDS / "pendo-emulator", *arguments],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            check=False,
            env=os.environ | {"COLUMNS": "200"},
        )

    return command


@pytest.fixture
def serve(tmp_path):
    """Start `serve`, wait until it listens, and return the process."""
    started = []

    def start(*options, prefix=()):
        command = [*prefix, COMMANDS / "pendo-emulator", "serve", "--port", "0", *options]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path)
        started.append(process)
        while "Ctrl-C" not in process.stdout.readline():
            pass
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()
