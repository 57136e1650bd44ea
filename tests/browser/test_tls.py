"""Chromium reaches Pendo's hosts and CNAMEs over trusted TLS, and trusts no other host."""

import base64
import re
import shutil

import pytest
from playwright.sync_api import Error

from pendo_emulator.api_key_space import Space
from pendo_emulator.clients.child_environment import child_environment
from pendo_emulator.clients.host_mapping_formats import FORMATS
from pendo_emulator.server import Emulator
from pendo_emulator.tls.authority import Authority
from pendo_emulator.tls.trust_store import NssStore

pytestmark = pytest.mark.browser

CNAME = "data.customer.example"
DATA_HOSTS = {"cdn.eu.pendo.io": "data.eu.pendo.io", CNAME: CNAME}
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="module")
def authority():
    return Authority.make(["pendo.io", CNAME])


@pytest.fixture(scope="module")
def home(authority, tmp_path_factory):
    """Create a home folder whose browser trusts the authority."""
    home = tmp_path_factory.mktemp("home")
    store = NssStore(home / ".pki/nssdb")
    if obstacle := store.obstacle():
        pytest.skip(obstacle)
    store.install(authority.pem)
    return home


@pytest.fixture
def browse(chromium, home):
    """Open URLs in a new browser, started with more arguments and environment variables; return their JSON."""

    def fetch(urls, *arguments, **variables):
        browser = chromium.browser_type.launch(
            executable_path=shutil.which("chromium"), args=[*QUIET, *arguments], env={"HOME": str(home), **variables}
        )
        page = browser.new_page()
        try:
            return [page.goto(url).json() for url in urls]
        finally:
            browser.close()

    return fetch


def by_resolver_rules(emulator, _):
    return [FORMATS["chromium"].write([CNAME], emulator.host, emulator.port)], {}


def by_proxy_option(emulator, _):
    return [f"--proxy-server={emulator.url}"], {}


def by_proxy_script(emulator, _):
    script = base64.b64encode(FORMATS["pac"].write([CNAME], emulator.host, emulator.port).encode()).decode()
    return [f"--proxy-pac-url=data:application/x-ns-proxy-autoconfig;base64,{script}"], {}


def by_environment(emulator, folder):
    return [], child_environment(emulator, folder)


@pytest.mark.parametrize("way", [by_resolver_rules, by_proxy_option, by_proxy_script, by_environment])
def test_chromium_reaches_and_trusts_pendo_hosts(browse, authority, tmp_path, way):
    with Emulator(cnames=[CNAME], authority=authority) as emulator:
        arguments, variables = way(emulator, tmp_path)
        answers = browse([f"https://{host}/agent/static/k/config.json" for host in DATA_HOSTS], *arguments, **variables)
    assert [answer["dataHost"] for answer in answers] == [f"https://{host}" for host in DATA_HOSTS.values()]


def test_chromium_rejects_a_host_outside_the_constraints(browse, authority):
    with Emulator(cnames=["outside.example"], authority=authority) as emulator:
        rules = FORMATS["chromium"].write(["outside.example"], emulator.host, emulator.port)
        with pytest.raises(Error, match="ERR_CERT_INVALID"):
            browse(["https://outside.example/agent/static/k/config.json"], rules)


FAULTS_OF_HOSTS = {
    "cdn.pendo.io": ({"certificate": "expired"}, "ERR_CERT_DATE_INVALID"),
    "cdn.eu.pendo.io": ({"certificate": "foreign"}, "ERR_CERT_AUTHORITY_INVALID"),
    "us1.cdn.pendo.io": ({"certificate": "wrong-name"}, "ERR_CERT_COMMON_NAME_INVALID"),
    "cdn.jpn.pendo.io": ({"unresolved": True}, "ERR_TUNNEL_CONNECTION_FAILED"),
}


def test_chromium_names_the_fault_of_a_host(chromium, home, authority):
    with Emulator(authority=authority) as emulator:
        space, answers = Space.fresh(emulator), {}
        for host, (fault, _) in FAULTS_OF_HOSTS.items():
            space.fault(host=host, **fault)
        browser = chromium.browser_type.launch(
            executable_path=shutil.which("chromium"),
            args=[*QUIET, f"--proxy-server={emulator.url}"],
            env={"HOME": str(home)},
        )
        for host in FAULTS_OF_HOSTS:
            with pytest.raises(Error) as error:
                browser.new_page().goto(f"https://{host}/agent/static/{space.api_key}/config.json")
            answers[host] = re.search(r"ERR_\w+", str(error.value))[0]
        browser.close()
        assert answers == {host: code for host, (_, code) in FAULTS_OF_HOSTS.items()}
        assert space.exchanges() == []
