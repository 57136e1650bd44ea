import subprocess
import sys
from pathlib import Path

import pytest

from tests.stress.crash.postgres import installed

ROOT = Path(__file__).parents[2]
NO_POSTGRES = pytest.mark.skipif(not installed(), reason="there is no PostgreSQL to start")
VARIANTS = ("server", "full", "workers", "worker", "shared", pytest.param("replicas", marks=NO_POSTGRES))


@pytest.mark.parametrize("variant", VARIANTS)
def test_what_was_acknowledged_is_there_once_after_kill_9(variant):
    command = [sys.executable, "-m", "tests.stress.crash.crash", "--variant", variant, "--rounds", "3"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 acknowledged" not in done.stdout
