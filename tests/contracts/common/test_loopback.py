from types import SimpleNamespace

import pytest

from pendo_contracts.common.loopback import bypass_proxies, is_loopback

LOCAL = ["http://127.0.0.1:8080", "http://localhost", "https://LOCALHOST:1/x", "http://app.localhost", "http://localhost.",
         "http://[::1]:80", "http://127.1.2.3", "http://0.0.0.0:8080", "http://[::ffff:127.0.0.1]"]  # fmt: skip
REMOTE = ["http://data.pendo.io", "http://10.0.0.1:8080", "http://localhost.example", "http://[2001:db8::1]", "nothing"]


@pytest.mark.parametrize("url", LOCAL)
def test_urls_of_this_machine_are_loopback(url):
    assert is_loopback(url)


@pytest.mark.parametrize("url", REMOTE)
def test_other_urls_are_not_loopback(url):
    assert not is_loopback(url)


@pytest.mark.parametrize(
    ("environ", "verify"),
    [
        ({}, True),
        ({"SSL_CERT_FILE": "/openssl"}, "/openssl"),
        ({"SSL_CERT_FILE": "/openssl", "REQUESTS_CA_BUNDLE": "/requests"}, "/requests"),
    ],
)
def test_loopback_sessions_ignore_proxies_but_trust_the_same_certificates(environ, verify):
    session = SimpleNamespace(trust_env=True, verify=None)
    bypass_proxies(session, "https://localhost:8443", environ)
    assert (session.trust_env, session.verify) == (False, verify)


def test_other_sessions_are_unchanged():
    session = SimpleNamespace(trust_env=True, verify=None)
    bypass_proxies(session, "https://emulator.example", {"SSL_CERT_FILE": "/openssl"})
    assert (session.trust_env, session.verify) == (True, None)
