"""`localhost` and `::` listen on IPv4 and IPv6, on the same port."""

import errno
import shutil
import socket
import subprocess
import sys

import pytest
import requests

from pendo_emulator.http.listening_sockets import listen, reserve_port
from pendo_emulator.server import Emulator

LOOPBACK = {"127.0.0.1": True, "[::1]": True}
pytestmark = pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")


def answers(address, port):
    """Return whether an emulator at an address is healthy; False if nothing listens there."""
    try:
        return requests.get(f"http://{address}:{port}/healthz", timeout=30).ok
    except requests.ConnectionError:
        return False


@pytest.mark.parametrize(
    ("host", "reached"),
    [
        ("127.0.0.1", LOOPBACK | {"[::1]": False}),
        ("localhost", LOOPBACK),
        ("::1", LOOPBACK | {"127.0.0.1": False}),
        ("::", LOOPBACK),
        ("0.0.0.0", LOOPBACK | {"[::1]": False}),
    ],
)
def test_emulator_listens_on_the_families_of_its_host(host, reached):
    with Emulator(host=host) as emulator:
        assert {address: answers(address, emulator.port) for address in LOOPBACK} == reached
        assert requests.get(f"{emulator.url}/healthz", timeout=30).ok
        assert requests.get(emulator.host_url("cdn.pendo.io") + "/agent/static/k/config.json", timeout=30).ok


def test_url_for_both_families_contains_localhost():
    with Emulator(host="localhost") as named, Emulator(host="::") as any_address:
        assert [named.url, any_address.url] == [f"http://localhost:{x.port}" for x in (named, any_address)]


def test_port_in_use_in_one_family_is_an_error():
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as other:
        port = other.getsockname()[1]
        for bind in (listen, reserve_port):
            with pytest.raises(OSError, match="in use") as raised:
                bind("localhost", port)
            assert raised.value.errno == errno.EADDRINUSE


@pytest.mark.parametrize("host", ["localhost", "::"])
def test_workers_can_share_a_reserved_port_on_ipv4_and_ipv6(host):
    with reserve_port(host, 0) as reserved, listen(host, reserved.port, shared=True) as first:
        with listen(host, reserved.port, shared=True) as second:
            assert [len(x.sockets) for x in (reserved, first, second)] == [2, 2, 2]
        with pytest.raises(OSError, match="in use"):
            reserve_port(host, reserved.port)


WITHOUT_IPV6 = "ip link set lo up && echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6"
IN_NAMESPACE = ["unshare", "--map-root-user", "--net", "sh", "-c", f'{WITHOUT_IPV6} && exec "$0" "$@"']
LISTEN = "from pendo_emulator.server import Emulator\nwith Emulator(host='localhost'): pass"


def test_missing_family_is_reported():
    tried = shutil.which("unshare") and subprocess.run([*IN_NAMESPACE, "true"], capture_output=True, check=False)
    if not tried or tried.returncode:
        pytest.skip("needs a network namespace without IPv6")
    program = [*IN_NAMESPACE, sys.executable, "-c", LISTEN]
    done = subprocess.run(program, capture_output=True, text=True, check=True, timeout=30)
    assert "localhost: not listening on ::1 (" in done.stderr
