import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_check_never_crashes_on_mutated_recordings():
    command = [sys.executable, "-m", "tests.stress.recordings", "--count", "1000"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
