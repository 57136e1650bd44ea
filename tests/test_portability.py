"""Reading and sending work without the modules of POSIX, as on Windows."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HIDE = """
import sys
for name in ("fcntl", "grp", "pty", "pwd", "resource", "termios", "uvloop"):
    sys.modules[name] = None
"""
CHECK = "from pendo_emulator.cli import main; main(['check', {capture!r}])"
SEND = """
from pendo_destination.cli import main
main(["send", "--dry-run", "--api-key", "k", "--region", "eu", {events!r}])
"""
SERVE = """
import requests
from pendo_emulator import Emulator
with Emulator() as emulator:
    print(requests.get(emulator.url + "/healthz", timeout=30).status_code)
"""


@pytest.mark.parametrize("program", [CHECK, SEND, SERVE], ids=["check", "send", "serve"])
def test_packages_run_without_the_posix_modules(program):
    code = HIDE + program.format(
        capture=str(ROOT / "fixtures/captures/region-eu.ndjson"),
        events=str(ROOT / "fixtures/recordings/case-12.plain.ndjson"),
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
