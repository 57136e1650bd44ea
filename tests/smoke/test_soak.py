import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.xdist_group("soak")
def test_under_load_faults_garbage_and_kills_nothing_is_lost_and_nothing_leaks():
    command = [sys.executable, "-m", "tests.stress.soak.soak", "--seconds", "60"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
