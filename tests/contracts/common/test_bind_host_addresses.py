import errno
import os

import pytest

from pendo_contracts.common.bind_host_addresses import ATTEMPTS, bind_host_addresses


class FakeSocket:
    def __init__(self, address, port):
        self.address, self.port, self.closed = address, port, False

    def getsockname(self):
        return self.address, self.port

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.closed = True


class FakeMachine:
    """Binds sockets; port 0 gets the next of `free_ports`, `problems` maps an address and port to an error number."""

    def __init__(self, free_ports=(7001,), problems=None):
        self.free_ports, self.problems, self.opened = list(free_ports), problems or {}, []

    def bind(self, address, port):
        number = self.problems.get((address, None))
        port = port or number or self.free_ports.pop(0)
        number = self.problems.get((address, port), number)
        if number:
            raise OSError(number, os.strerror(number))
        self.opened.append(FakeSocket(address, port))
        return self.opened[-1]

    @property
    def open(self):
        return [(socket.address, socket.port) for socket in self.opened if not socket.closed]


@pytest.mark.parametrize(
    ("host", "addresses"),
    [
        ("localhost", ["127.0.0.1", "::1"]), ("LOCALHOST.", ["127.0.0.1", "::1"]), ("::", ["0.0.0.0", "::"]),
        ("[::]", ["0.0.0.0", "::"]), ("", ["0.0.0.0", "::"]), ("0.0.0.0", ["0.0.0.0"]), ("127.0.0.1", ["127.0.0.1"]),
        ("::1", ["::1"]), ("[::1]", ["::1"]), ("pendo.test", ["pendo.test"]),
    ],
)  # fmt: skip
def test_host_is_bound_on_one_port_of_each_family(host, addresses):
    machine = FakeMachine()
    assert bind_host_addresses(host, 0, machine.bind).missing == ()
    assert machine.open == [(address, 7001) for address in addresses]


def test_port_must_be_free_in_both_families():
    machine = FakeMachine(range(7001, 7099), {("::1", port): errno.EADDRINUSE for port in (7001, 7002)})
    bind_host_addresses("localhost", 0, machine.bind)
    assert machine.open == [("127.0.0.1", 7003), ("::1", 7003)]


@pytest.mark.parametrize("port", [0, 8080])
def test_port_in_use_is_an_error_and_nothing_stays_open(port):
    machine = FakeMachine(range(7001, 7099), {("::1", None): errno.EADDRINUSE})
    with pytest.raises(OSError, match="in use"):
        bind_host_addresses("localhost", port, machine.bind)
    assert (len(machine.opened), machine.open) == (1 if port else ATTEMPTS, [])


@pytest.mark.parametrize("number", [errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT])
@pytest.mark.parametrize(("lacks", "has"), [("::1", "127.0.0.1"), ("127.0.0.1", "::1")])
def test_missing_address_family_is_reported(number, lacks, has):
    machine = FakeMachine(problems={(lacks, None): number})
    assert bind_host_addresses("localhost", 0, machine.bind).missing == (f"{lacks} ({os.strerror(number)})",)
    assert machine.open == [(has, 7001)]


def test_machine_without_any_of_the_addresses_is_an_error():
    machine = FakeMachine(problems={("::1", None): errno.EAFNOSUPPORT, ("127.0.0.1", None): errno.EAFNOSUPPORT})
    for host in ("localhost", "::1"):
        with pytest.raises(OSError, match="not supported"):
            bind_host_addresses(host, 8080, machine.bind)
