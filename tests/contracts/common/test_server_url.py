import pytest

from pendo_contracts.common.server_url import client_host, http_url


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("localhost", "http://localhost:80"), ("::", "http://localhost:80"), ("0.0.0.0", "http://127.0.0.1:80"),
        ("::1", "http://[::1]:80"), ("10.0.0.7", "http://10.0.0.7:80"), ("[::1]", "http://[::1]:80"),
    ],
)  # fmt: skip
def test_url_works_for_the_address_families_of_the_host(host, url):
    assert http_url(host, 80) == url
    assert client_host(client_host(host)) == client_host(host)
