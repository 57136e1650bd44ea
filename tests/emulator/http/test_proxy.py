import socket

import pytest
import requests

from pendo_emulator.storage.query import Query

PATH = "/agent/static/k/config.json"


@pytest.fixture
def ask(tls_emulator, child_variables):
    """Return a function that sends a request through the emulator as the proxy."""

    def get(url):
        with requests.Session() as session:
            session.trust_env = False
            proxies = {"http": tls_emulator.url, "https": tls_emulator.url}
            return session.get(url, proxies=proxies, verify=child_variables["REQUESTS_CA_BUNDLE"], timeout=5)

    return get


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    ("host", "data_host"),
    [("cdn.eu.pendo.io", "data.eu.pendo.io"), ("content.customer.example", "data.customer.example")],
)
def test_proxy_reaches_the_emulators_hosts(ask, scheme, host, data_host):
    assert ask(f"{scheme}://{host}{PATH}").json()["dataHost"] == f"https://{data_host}"


def test_proxied_request_is_recorded_with_its_url(ask, tls_emulator):
    ask("https://data.eu.pendo.io/data/ptm.gif/proxied?v=1&jzb=%20")
    (exchange,) = tls_emulator.recorder.read(Query(api_key="proxied"), 9)
    assert exchange.envelope.url == "https://data.eu.pendo.io/data/ptm.gif/proxied?v=1&jzb=%20"


def test_proxy_refuses_other_hosts_with_a_reason(ask, caplog):
    reason = "api.segment.io is neither Pendo's nor a --cname: the proxy goes no further"
    with pytest.raises(requests.exceptions.ProxyError, match=reason):
        ask("https://api.segment.io/v1/t")
    assert (ask("http://api.segment.io/v1/t").status_code, ask("http://api.segment.io/").text) == (403, f"{reason}\n")
    assert reason in caplog.text


def test_proxy_reaches_only_the_emulators_port_on_this_machine(ask, tls_emulator):
    assert ask(f"{tls_emulator.control_url}/health").json()["status"] == "ok"
    with socket.create_server(("127.0.0.1", 0)) as other:
        assert ask(f"http://127.0.0.1:{other.getsockname()[1]}/").status_code == 403
