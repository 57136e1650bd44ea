import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
GENERATE = (
    "from tests.stress.fuzz.http_generator import generate_bytes;"
    "print([generate_bytes({}, number) for number in range(50)])"
)


def run_python(*arguments):
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


def test_generated_requests_are_recorded_and_rejected_only_with_a_reason():
    done = run_python("-m", "tests.stress.fuzz", "--count", "800", "--processes", "1")
    assert done.returncode == 0, done.stdout + done.stderr


def test_server_answers_valid_beacons_between_generated_bytes():
    done = run_python("-m", "tests.stress.fuzz.live_server", "--count", "200")
    assert done.returncode == 0, done.stdout + done.stderr


def test_same_seed_generates_same_bytes():
    first, second, other = (run_python("-c", GENERATE.format(seed)).stdout for seed in (1, 1, 2))
    assert first == second != other
