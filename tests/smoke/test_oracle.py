import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = ROOT / "tests/node/node_modules"


@pytest.mark.skipif(not shutil.which("node"), reason="Node is not installed")
@pytest.mark.parametrize("suite", ["mapping", "trigger"])
def test_our_code_gives_segments_results_for_random_cases(suite):
    if not MODULES.exists():
        pytest.skip("Segment's packages are not installed; install them with: npm ci --prefix tests/node")
    command = [sys.executable, "-m", "tests.fidelity.oracle", suite, str(MODULES), "--count", "500"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("500 passed, 0 failed\n")
