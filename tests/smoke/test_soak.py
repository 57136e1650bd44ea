import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


# Other tests load the machine, so that a health response may take longer than in `make soak`.
def test_soaked_server_loses_no_events_and_leaks_no_resources():
    command = [sys.executable, "-m", "tests.stress.soak", "--seconds", "10", "--max-health-seconds", "8"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
