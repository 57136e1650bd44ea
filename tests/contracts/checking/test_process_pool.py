"""A pool of processes answers calls of any size, and its processes end when the process that started them ends."""

import subprocess
import sys
from operator import mul

import pytest

from pendo_contracts.checking.process_workers import process_workers

LARGE = 3_000_000  # more than a pipe takes

# A program with one thread forks its processes; this process may have more, so that a fork server starts them.
ANSWER = f"""
from pendo_contracts.checking.process_workers import process_workers

with process_workers(2).start() as pool:
    for function, argument, result in ((bytes, {LARGE}, bytes({LARGE})), (len, bytes({LARGE}), {LARGE})):
        calls = [pool.submit(function, argument) for _ in range(20)]
        print([call.result() for call in calls] == [result] * 20)
"""
KILLED = f"""
import os, signal
from pendo_contracts.checking.process_workers import process_workers

with process_workers(3).start() as pool:
    assert os.getpid() not in {{pool.submit(os.getpid).result() for _ in range(9)}}
    pool.submit(bytes, {LARGE})
    print("started", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(scope="module")
def pool():
    with process_workers(2).start() as started:
        yield started


def test_results_belong_to_their_calls_in_any_order(pool):
    calls = [pool.submit(mul, number, number) for number in range(50)]
    assert [calls[number].result() for number in reversed(range(50))] == [n * n for n in reversed(range(50))]


def test_large_messages_and_results_do_not_block_each_other(pool):
    data = bytes(range(250)) * (LARGE // 250)
    calls = [pool.submit(bytes.upper, data) for _ in range(10)]
    assert all(call.result() == data.upper() for call in calls)


def test_exception_of_the_function_is_raised_with_its_traceback(pool):
    with pytest.raises(ValueError, match="invalid literal") as raised:
        pool.submit(int, "x").result()
    assert "in another process" in raised.value.__notes__[0]
    assert pool.submit(int, "7").result() == 7


def run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False).stdout


def test_forked_processes_exchange_large_values():
    assert run(ANSWER) == "True\nTrue\n"


def test_processes_end_when_their_starter_is_killed():
    # The processes have the same standard output, so it ends only when all of them have ended.
    assert run(KILLED) == "started\n"
