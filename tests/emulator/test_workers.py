"""Several workers on one port and one store."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

SERVE = [Path(sys.executable).with_name("pendo-emulator"), "serve", "--port", "0", "--workers", "2", "--log", "none"]


@contextmanager
def serving(*options):
    with subprocess.Popen([*SERVE, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as parent:
        try:
            yield parent, parent.stdout.readline().split()[4]
        finally:
            if parent.poll() is None:
                parent.send_signal(signal.SIGTERM)


def workers(parent):
    """List the worker processes that are alive."""
    return [int(pid) for pid in Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()]


def eventually(condition):
    deadline = time.monotonic() + 10
    while not condition() and time.monotonic() < deadline:
        os.sched_yield()
    assert condition()


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked at in /proc")


def test_a_worker_that_dies_is_replaced_and_nothing_is_lost(beacon_path):
    with serving() as (parent, url):
        first = workers(parent)
        sent = [requests.get(url + beacon_path("k"), timeout=5).ok for _ in range(10)]
        os.kill(first[0], signal.SIGKILL)
        eventually(lambda: len(set(workers(parent)) - set(first)) == 1)
        assert (sent, requests.get(f"{url}/_emulator/keys", timeout=5).json()) == ([True] * 10, {"k": 10})


def test_all_are_asked_alike(beacon_path):
    with serving() as (_, url):
        faults = [{"endpoint": "ptm.gif", "status": 503, "times": 3}]
        requests.put(f"{url}/_emulator/keys/k/faults", data=json.dumps(faults), timeout=5)
        statuses = [requests.get(url + beacon_path("k"), timeout=5).status_code for _ in range(12)]
        assert sorted(statuses) == [200] * 9 + [503] * 3


def test_a_signal_ends_all_of_them():
    with serving() as (parent, _):
        children = workers(parent)
        parent.send_signal(signal.SIGTERM)
        assert parent.wait(10) == 0
    assert not any(Path(f"/proc/{child}").exists() for child in children)


def test_a_signal_ends_them_while_they_are_born():
    for _ in range(3):
        with subprocess.Popen(SERVE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as parent:
            eventually(lambda parent=parent: workers(parent) or parent.poll() is not None)
            parent.send_signal(signal.SIGTERM)
            assert parent.wait(10) == 0


def test_without_their_parent_they_end():
    with serving() as (parent, _):
        children = workers(parent)
        parent.kill()
    eventually(lambda: not any(Path(f"/proc/{child}").exists() for child in children))


def test_what_is_wrong_is_said_once(tmp_path):
    done = subprocess.run([*SERVE, "--store", tmp_path], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("Error: the store cannot be used")) == (1, 1)


def test_a_port_that_others_share_is_taken_all_the_same():
    with serving() as (_, url):
        done = subprocess.run([*SERVE, "--port", url.rpartition(":")[2]], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("choose another with --port")) == (1, 1)


def test_more_than_this_machine_gets_a_token():
    with serving("--host", "0.0.0.0") as (parent, url):
        (told,) = [line for line in (parent.stdout.readline() for _ in range(6)) if "access token" in line]
        address = url.replace("0.0.0.0", "127.0.0.1")
        headers = {"Authorization": f"Bearer {told.split()[2]}"}
        assert requests.get(f"{address}/_emulator/keys", timeout=5).status_code == 401
        assert requests.get(f"{address}/_emulator/keys", headers=headers, timeout=5).status_code == 200


CREW = """
import os, sys
from pendo_emulator.workers import Workers

def work(worker):
    {work}

sys.exit(Workers(2, work, lambda worker: {serves}).run(print))
"""


def crew(work, *, serves):
    """Run workers of one's own making, to the end."""
    code = CREW.format(work=work, serves=serves)
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=30)


def test_where_one_after_the_other_dies_before_it_serves_all_of_it_ends():
    done = crew("1 / 0", serves=False)
    assert (done.returncode, done.stderr.count("that was the last")) == (1, 1)
    assert "ZeroDivisionError" in done.stderr


def test_who_serves_is_replaced_however_often_he_dies(tmp_path):
    file = tmp_path / "lives"
    work = f"open('{file}', 'a').write('x'); os.path.getsize('{file}') < 20 or os.kill(os.getppid(), 15)"
    assert crew(work, serves=True).returncode == 0
    assert file.stat().st_size >= 20
