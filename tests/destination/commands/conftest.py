import subprocess
import sys
from pathlib import Path

import pytest

BIN = Path(sys.executable).parent


@pytest.fixture
def run(tmp_path):
    """Run `pendo-destination` in an empty folder."""

    def command(*words, env=None, stdin=b""):
        line = [BIN / "pendo-destination", *map(str, words)]
        done = subprocess.run(line, capture_output=True, cwd=tmp_path, check=False, env=env, input=stdin)
        return subprocess.CompletedProcess(line, done.returncode, done.stdout.decode(), done.stderr.decode())

    return command
