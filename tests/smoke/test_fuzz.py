import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
DRAWN = "from tests.stress.fuzz.http_text import draw_octets; print([draw_octets({}, number) for number in range(50)])"


def python(*words):
    return subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=False)


def test_every_generated_request_is_recorded_and_is_good_or_refused_with_a_reason():
    done = python("-m", "tests.stress.fuzz.fuzz", "--count", "5000", "--processes", "1")
    assert done.returncode == 0, done.stdout + done.stderr


def test_whatever_is_sent_the_server_answers_or_hangs_up_and_then_takes_good_beacons():
    done = python("-m", "tests.stress.fuzz.wire", "--count", "1000")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_same_seed_draws_the_same():
    first, second, other = (python("-c", DRAWN.format(seed)).stdout for seed in (1, 1, 2))
    assert first == second != other
