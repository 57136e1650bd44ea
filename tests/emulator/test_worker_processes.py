"""Several workers on one port and one store."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest
import requests

from tests.served_address import read_address

SERVE = [Path(sys.executable).with_name("pendo-emulator"), "serve", "--port", "0", "--workers", "2", "--log", "none"]


@contextmanager
def serving(*options):
    with subprocess.Popen([*SERVE, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as parent:
        try:
            yield parent, read_address(parent)
        finally:
            if parent.poll() is None:
                parent.send_signal(signal.SIGTERM)


def workers(parent):
    """List the worker processes that are alive."""
    return [int(pid) for pid in Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()]


def is_running(pid):
    """Return whether a process runs; one that has ended can wait for its new parent as a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until_true(condition):
    deadline, pause = time.monotonic() + 30, Event()
    while not condition() and time.monotonic() < deadline:
        pause.wait(0.02)
    assert condition()


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are read from /proc")


def test_dead_worker_is_replaced_and_no_request_is_lost(beacon_path):
    with serving() as (parent, url):
        first = workers(parent)
        sent = [requests.get(url + beacon_path("k"), timeout=30).ok for _ in range(10)]
        os.kill(first[0], signal.SIGKILL)
        wait_until_true(lambda: len(set(workers(parent)) - set(first)) == 1)
        assert (sent, requests.get(f"{url}/_emulator/keys", timeout=30).json()) == ([True] * 10, {"k": 10})


def test_workers_share_faults(beacon_path):
    with serving() as (_, url):
        faults = [{"endpoint": "ptm.gif", "status": 503, "times": 3}]
        requests.put(f"{url}/_emulator/keys/k/faults", data=json.dumps(faults), timeout=30)
        statuses = [requests.get(url + beacon_path("k"), timeout=30).status_code for _ in range(12)]
        assert sorted(statuses) == [200] * 9 + [503] * 3


def test_sigterm_stops_all_workers():
    with serving() as (parent, _):
        children = workers(parent)
        parent.send_signal(signal.SIGTERM)
        assert parent.wait(10) == 0
    assert not any(map(is_running, children))


def test_sigterm_during_startup_stops_all_workers():
    for _ in range(3):
        with subprocess.Popen(SERVE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as parent:
            wait_until_true(lambda parent=parent: workers(parent) or parent.poll() is not None)
            parent.send_signal(signal.SIGTERM)
            assert parent.wait(10) == 0


def test_workers_stop_without_their_parent():
    with serving() as (parent, _):
        children = workers(parent)
        parent.kill()
    wait_until_true(lambda: not any(map(is_running, children)))


def test_wrong_setting_is_reported_once(tmp_path):
    done = subprocess.run([*SERVE, "--store", tmp_path], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("Error: the store cannot be used")) == (1, 1)


def test_shared_port_counts_as_in_use():
    with serving() as (_, url):
        done = subprocess.run([*SERVE, "--port", url.rpartition(":")[2]], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("choose another with --port")) == (1, 1)


def test_control_api_needs_token_when_other_machines_can_connect():
    with serving("--host", "0.0.0.0") as (parent, url):
        (token_line,) = [line for line in (parent.stdout.readline() for _ in range(7)) if "access token" in line]
        address = url.replace("0.0.0.0", "127.0.0.1")
        headers = {"Authorization": f"Bearer {token_line.split()[2]}"}
        assert requests.get(f"{address}/_emulator/keys", timeout=30).status_code == 401
        assert requests.get(f"{address}/_emulator/keys", headers=headers, timeout=30).status_code == 200


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
def test_workers_listen_on_both_families():
    with serving("--host", "localhost") as (parent, url):
        port = url.rpartition(":")[2]
        urls = [f"http://{address}:{port}/healthz" for address in ("127.0.0.1", "[::1]")]
        healthy = [requests.get(address, timeout=30).ok for address in urls]
        assert (url, healthy, len(workers(parent))) == (f"http://localhost:{port}", [True, True], 2)


PROGRAM = """
import os, sys
from pendo_emulator.worker_processes import Workers

def work(worker):
    {work}

sys.exit(Workers(2, work, lambda worker: {is_ready}).run(print))
"""


def run_workers(work, *, is_ready):
    """Run two workers that execute these expressions until they end."""
    code = PROGRAM.format(work=work, is_ready=is_ready)
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=30)


def test_supervisor_gives_up_after_repeated_failed_starts():
    done = run_workers("1 / 0", is_ready=False)
    assert (done.returncode, done.stderr.count("giving up")) == (1, 1)
    assert "ZeroDivisionError" in done.stderr


def test_worker_that_was_ready_is_always_replaced_when_it_dies(tmp_path):
    file = tmp_path / "lives"
    work = f"open('{file}', 'a').write('x'); os.path.getsize('{file}') < 20 or os.kill(os.getppid(), 15)"
    assert run_workers(work, is_ready=True).returncode == 0
    assert file.stat().st_size >= 20
