import subprocess
import sys
from pathlib import Path

import pytest

from tests.case_selection import only_in_test_all

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "tests/node/node_modules/@pendo/agent"
SILENT_AGENT = "function loadAgent() { window.pendo = {}; }\nexport { loadAgent };\n"
# tests/browser/test_conformance.py compares the stand-in with recorded requests of the real agent.
STAND_IN = pytest.param("stand-in", marks=only_in_test_all)
GENERATE = (
    "from tests.fidelity.parity.random_sequences import generate_sequences; print(list(generate_sequences({}, 20)))"
)


def run_python(*arguments):
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


def run_parity(agent, *options):
    return run_python("-m", "tests.fidelity.parity", "--agent", agent, *options)


def test_missing_agent_is_an_error(tmp_path):
    done = run_parity(tmp_path)
    assert (done.returncode, "pendo.module.min.js" in done.stderr) == (2, True)


@pytest.mark.browser
@pytest.mark.parametrize("subject", ["agent", STAND_IN])
def test_our_agents_send_what_the_real_agent_sends(subject):
    if not PACKAGE.exists():
        pytest.skip("@pendo/agent is not installed; install it with: npm ci --prefix tests/node")
    done = run_parity(PACKAGE, "--subject", subject, "--only", "pages", "--random", "0")
    assert done.returncode == 0, done.stdout
    assert done.stdout.splitlines()[-1].endswith(" agree, 0 differ")


@pytest.mark.browser
def test_agent_with_other_requests_is_detected(tmp_path):
    (tmp_path / "silent.js").write_text(SILENT_AGENT)
    done = run_parity(tmp_path / "silent.js", "--only", "initialize-twice", "--random", "0")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (1, "0 agree, 2 differ")
    assert "/ptm.gif/types" in done.stdout


def test_same_seed_generates_same_sequences():
    first, second, other = (run_python("-c", GENERATE.format(seed)).stdout for seed in (1, 1, 2))
    assert first == second != other
