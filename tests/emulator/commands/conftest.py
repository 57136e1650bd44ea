"""Fixtures: run a command of pendo-emulator, and start `serve`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMANDS = Path(sys.executable).parent


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
