"""The error for a file that cannot be written is one line with the file's name; the file has only complete lines."""

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

SEND = [Path(sys.executable).with_name("pendo-destination"), "send", "--dry-run", "--api-key", "k"]
LIMIT = 5000


@pytest.fixture
def send(tmp_path):
    """Send events that are rejected, while no file can grow beyond LIMIT bytes."""
    (tmp_path / "events.ndjson").write_text('{"type": "track"}\n' * 200)

    def run(*words):
        return subprocess.run(
            [*SEND, *words, "events.ndjson"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, LIMIT)),
        )

    return run


def test_rejects_end_with_a_complete_line_and_the_events_are_sent(send, tmp_path):
    done = send("--rejects", "rejects.ndjson")
    assert (done.returncode, done.stderr.splitlines()[-1]) == (
        5,
        "Error: cannot write the rejects to rejects.ndjson: File too large; each line in it is complete",
    )
    assert "200 events in" in done.stdout
    assert 0 < len([json.loads(line) for line in (tmp_path / "rejects.ndjson").read_text().splitlines()]) < 200
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no device that is always full")
@pytest.mark.parametrize("option", ["--rejects", "--ledger"])
def test_error_names_the_file_on_a_full_device(send, option):
    done = send(option, "/dev/full")
    assert (done.returncode, "to /dev/full: No space left" in done.stderr.splitlines()[-1]) == (5, True)
