import subprocess
import sys
from pathlib import Path

import pytest

PARITY = Path(__file__).parents[1] / "fidelity/parity"
PACKAGE = Path(__file__).parents[1] / "node/node_modules/@pendo/agent"
SILENT = "function loadAgent() { window.pendo = {}; }\nexport { loadAgent };\n"


@pytest.fixture
def parity():
    def run(agent, *words):
        command = [sys.executable, PARITY / "parity.py", "--agent", agent, *words]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return run


def test_without_a_real_agent_it_says_what_was_looked_for(parity, tmp_path):
    done = parity(tmp_path)
    assert (done.returncode, "pendo.module.min.js" in done.stderr) == (2, True)


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("subject", ["agent", "stand-in"])
def test_for_the_same_calls_our_agents_send_what_the_real_one_sends(parity, subject):
    if not PACKAGE.exists():
        pytest.skip("there is no @pendo/agent: npm ci --prefix tests/node")
    done = parity(PACKAGE, "--subject", subject, "--only", "pages", "--random", "0")
    assert done.returncode == 0, done.stdout
    assert done.stdout.splitlines()[-1].endswith(" agree, 0 differ")


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_an_agent_that_sends_something_else_is_found_out(parity, tmp_path):
    (tmp_path / "silent.js").write_text(SILENT)
    done = parity(tmp_path / "silent.js", "--only", "initialize-twice", "--random", "0")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (1, "0 agree, 2 differ")
    assert "/ptm.gif/types" in done.stdout


def test_random_sequences_are_the_same_for_the_same_seed():
    draw = "from walks import draw; print(list(draw({}, 20)))"
    first, second, other = (
        subprocess.run([sys.executable, "-c", draw.format(seed)], capture_output=True, check=True, cwd=PARITY).stdout
        for seed in (1, 1, 2)
    )
    assert first == second != other
