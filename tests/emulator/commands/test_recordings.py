"""`check` gives the right exit code for each recording that real tools wrote, without a traceback."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[3] / "fixtures/recordings"
EXPECTED = json.loads((FOLDER / "expected.json").read_text("utf-8"))
BIN = Path(sys.executable).parent


@pytest.mark.parametrize("name", [name for name, expected in EXPECTED.items() if "command" not in expected])
def test_check_gives_the_expected_exit_code(name):
    expected = EXPECTED[name]
    done = subprocess.run([BIN / "pendo-emulator", "check", FOLDER / name], capture_output=True, text=True, check=False)
    assert done.returncode in expected["exit"], done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert [text for text in expected.get("not_in_output", ()) if text in done.stdout] == []


@pytest.mark.parametrize("name", [name for name, expected in EXPECTED.items() if expected.get("command") == "send"])
def test_send_gives_the_expected_exit_code(name):
    send = [BIN / "pendo-destination", "send", "--dry-run", "--api-key", "k", "--region", "eu", FOLDER / name]
    done = subprocess.run(send, capture_output=True, text=True, check=False)
    assert done.returncode in EXPECTED[name]["exit"], done.stdout + done.stderr
