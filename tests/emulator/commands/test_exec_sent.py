"""A file of `exec --sent` that cannot be used gives exit code 2 and one line, never a traceback."""

import subprocess
import sys
from pathlib import Path

import pytest

EXEC = [Path(sys.executable).with_name("pendo-emulator"), "exec", "--allow-empty"]
FILES = {
    "empty": b"",
    "junk": b"sent 5 events",
    "binary": bytes(range(256)),
    "byte order mark": "\ufeff{}".encode("utf-16"),
    "list": b"[]",
    "number": b"7",
    "count is text": b'{"io": {"track": "7"}}',
    "count is true": b'{"io": {"track": true}}',
    "count is negative": b'{"io": {"track": -1}}',
    "count is a fraction": b'{"io": {"track": 1.5}}',
    "place is a list": b'{"io": []}',
    "deep": b"[" * 100_000,
    "deep count": b'{"io": {"track": ' + b"[" * 100_000,
    "long number": b'{"io": {"track": ' + b"9" * 10_000 + b"}}",
}


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_unusable_file_exits_with_2(tmp_path, content):
    (tmp_path / "sent.json").write_bytes(content)
    done = subprocess.run(
        [*EXEC, "--sent", "sent.json", "--ca-dir", tmp_path / "ca", "--", "true"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert done.stdout.splitlines()[-1].startswith("UNREADABLE sent.json is not ")


def test_lone_surrogate_in_a_place_is_shown(tmp_path):
    (tmp_path / "sent.json").write_bytes(b'{"\\ud800\\u001b[2J": {"\\ud800[/red]": 1}}')
    done = subprocess.run(
        [*EXEC, "--sent", "sent.json", "--ca-dir", tmp_path / "ca", "--json", "out.json", "--", "true"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "Traceback" in done.stderr, "\x1b" in done.stdout) == (1, False, False)
    assert (tmp_path / "out.json").exists()
