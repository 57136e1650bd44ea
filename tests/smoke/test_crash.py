import subprocess
import sys
from pathlib import Path

import pytest

from tests.stress.postgresql_server import is_installed

ROOT = Path(__file__).parents[2]
NEEDS_POSTGRESQL = pytest.mark.skipif(not is_installed(), reason="PostgreSQL is not installed")
VARIANTS = ("server", "full", "workers", "worker", "shared", pytest.param("replicas", marks=NEEDS_POSTGRESQL))


@pytest.mark.parametrize("variant", VARIANTS)
def test_acknowledged_events_survive_sigkill_exactly_once(variant):
    command = [sys.executable, "-m", "tests.stress.crash", "--variant", variant, "--rounds", "2"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 acknowledged" not in done.stdout
