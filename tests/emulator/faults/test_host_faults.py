"""Faults that apply before a request: certificates with a mistake, over real TLS, and names that do not resolve."""

import socket
import ssl
import time
from contextlib import suppress

import pytest
import requests

from pendo_emulator.api_key_space import Space
from pendo_emulator.server import Emulator

# By the kind of the mistake: the number and the beginning of the text of OpenSSL's error.
MISTAKES = {
    "expired": (10, "certificate has expired"),
    "foreign": (20, "unable to get local issuer certificate"),
    "wrong-name": (62, "Hostname mismatch"),
}


@pytest.fixture
def space(tls_emulator):
    """Return a space whose faults are removed at the end, because they apply to all clients of the emulator."""
    space = Space.fresh(tls_emulator)
    yield space
    space.clear_faults()


@pytest.fixture
def dial(tls_emulator):
    """Return a function that makes a TLS connection to a host of the emulator and returns its certificate's names."""
    context = ssl.create_default_context(cadata=tls_emulator.authority.pem.decode())

    def connect(name="data.eu.pendo.io", address=(tls_emulator.host, tls_emulator.port)):
        connection = socket.create_connection(address, timeout=30)
        with context.wrap_socket(connection, server_hostname=name) as encrypted:
            return encrypted.getpeercert()["subjectAltName"]

    return connect


@pytest.fixture
def proxied(tls_emulator, tmp_path):
    """Return a session that uses the emulator as a proxy and trusts its authority."""
    (tmp_path / "ca.pem").write_bytes(tls_emulator.authority.pem)
    with requests.Session() as session:
        session.trust_env = False
        session.proxies = {"http": tls_emulator.url, "https": tls_emulator.url}
        session.verify = str(tmp_path / "ca.pem")
        yield session


@pytest.mark.parametrize("mistake", MISTAKES)
def test_client_rejects_a_certificate_with_a_mistake(space, dial, mistake):
    space.fault(certificate=mistake)
    with pytest.raises(ssl.SSLCertVerificationError) as error:
        dial()
    number, text = MISTAKES[mistake]
    assert (error.value.verify_code, error.value.verify_message[: len(text)]) == (number, text)
    assert [(active.matched, active.applied) for active in space.faults()] == [(1, 1)]
    assert space.exchanges() == []


def test_certificate_is_right_again_without_the_fault(space, dial):
    space.fault(certificate="expired", times=1)
    with pytest.raises(ssl.SSLCertVerificationError):
        dial()
    assert dial() == (("DNS", "data.eu.pendo.io"),)
    space.fault(certificate="expired")
    space.clear_faults()
    assert dial() == (("DNS", "data.eu.pendo.io"),)


@pytest.mark.parametrize("selector", [{"host": "data.customer.example"}, {"region": "cname"}], ids=str)
def test_fault_of_a_certificate_applies_to_the_selected_hosts(space, dial, selector):
    space.fault(certificate="wrong-name", **selector)
    assert dial("data.pendo.io") == (("DNS", "data.pendo.io"),)
    with pytest.raises(ssl.SSLCertVerificationError):
        dial("data.customer.example")


def test_first_fault_of_several_keys_that_applies_is_used(space, tls_emulator, dial):
    other = Space.fresh(tls_emulator)
    try:
        space.fault(certificate="expired", probability=0)
        other.fault(certificate="foreign", times=1)
        with pytest.raises(ssl.SSLCertVerificationError, match="local issuer"):
            dial()
    finally:
        other.clear_faults()
    assert [(active.matched, active.applied) for active in space.faults()] in ([(1, 0)], [(0, 0)])


def test_name_that_does_not_resolve_is_answered_like_by_a_proxy(space, proxied):
    space.fault(unresolved=True, host="data.eu.pendo.io", times=2)
    with pytest.raises(requests.exceptions.ProxyError, match=r"502 the name data\.eu\.pendo\.io does not resolve"):
        proxied.get(f"https://data.eu.pendo.io/data/guide.gif/{space.api_key}", timeout=30)
    answer = proxied.get(f"http://data.eu.pendo.io/data/guide.gif/{space.api_key}", timeout=30)
    assert (answer.status_code, answer.headers["Proxy-Status"]) == (
        502,
        'pendo-emulator; error=dns_error; rcode="NXDOMAIN"',
    )
    assert proxied.get(f"https://data.pendo.io/data/guide.gif/{space.api_key}", timeout=30).status_code == 200
    assert proxied.get(f"https://data.eu.pendo.io/data/guide.gif/{space.api_key}", timeout=30).status_code == 200
    assert [exchange.beacon.place.host for exchange in space.exchanges()] == ["data.pendo.io", "data.eu.pendo.io"]


def test_control_api_is_reachable_through_the_proxy_under_the_fault(space, proxied, tls_emulator):
    space.fault(unresolved=True)
    assert proxied.get(f"{tls_emulator.control_url}/health", timeout=30).status_code == 200


@pytest.mark.parametrize("fault", [{"certificate": "expired"}, {"unresolved": True}], ids=str)
def test_fault_of_a_host_causes_no_finding_about_the_sender(space, proxied, beacon_path, fault):
    def findings(one):
        for attempt in range(3):
            with suppress(requests.ConnectionError):
                proxied.get(f"https://data.pendo.io{beacon_path(one.api_key)}&rt={attempt}", timeout=30)
        return [(group.rule, group.severity, group.count) for group in one.findings() if group.severity != "note"]

    space.fault(**fault, times=2)
    assert findings(space) == []
    assert [exchange.fault for exchange in space.exchanges()] == [""]


def dial_until_rejected(dial, address, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        dial(address=address)


def test_other_process_of_the_store_applies_the_fault(store_address, tls_emulator, dial):
    settings = {"cnames": tls_emulator.domains[1:], "authority": tls_emulator.authority}
    with Emulator(store_address, **settings) as one, Emulator(store_address, **settings) as other:
        Space.fresh(one).fault(certificate="expired")
        with pytest.raises(ssl.SSLCertVerificationError):
            dial_until_rejected(dial, (other.host, other.port))
