import socket

import pytest
import requests

from pendo_emulator.storage.query import Query

PATH = "/agent/static/k/config.json"


@pytest.fixture
def ask(secure, wired):
    """Send a request to the emulator as to a proxy."""

    def get(url):
        with requests.Session() as session:
            session.trust_env = False
            proxies = {"http": secure.url, "https": secure.url}
            return session.get(url, proxies=proxies, verify=wired["REQUESTS_CA_BUNDLE"], timeout=5)

    return get


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    ("host", "data_host"),
    [("cdn.eu.pendo.io", "data.eu.pendo.io"), ("content.customer.example", "data.customer.example")],
)
def test_the_emulators_names_are_reached(ask, scheme, host, data_host):
    assert ask(f"{scheme}://{host}{PATH}").json()["dataHost"] == f"https://{data_host}"


def test_what_is_recorded_is_the_address_that_was_asked_for(ask, secure):
    ask("https://data.eu.pendo.io/data/ptm.gif/proxied?v=1&jzb=%20")
    (exchange,) = secure.recorder.read(Query(api_key="proxied"), 9)
    assert exchange.envelope.url == "https://data.eu.pendo.io/data/ptm.gif/proxied?v=1&jzb=%20"


def test_every_other_host_is_refused_with_a_reason(ask, caplog):
    reason = "api.segment.io is neither Pendo's nor a --cname: the proxy goes no further"
    with pytest.raises(requests.exceptions.ProxyError, match=reason):
        ask("https://api.segment.io/v1/t")
    assert (ask("http://api.segment.io/v1/t").status_code, ask("http://api.segment.io/").text) == (403, f"{reason}\n")
    assert reason in caplog.text


def test_the_emulator_itself_is_reached_and_no_other_port_of_this_machine(ask, secure):
    assert ask(f"{secure.control_url}/health").json()["status"] == "ok"
    with socket.create_server(("127.0.0.1", 0)) as other:
        assert ask(f"http://127.0.0.1:{other.getsockname()[1]}/").status_code == 403
