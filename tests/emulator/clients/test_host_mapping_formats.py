import json
import subprocess

import pytest
import yaml

from pendo_contracts.wire.region import HOSTS
from pendo_emulator.clients.host_mapping_formats import FORMATS


@pytest.mark.parametrize("form", ["hosts-file", "compose"])
def test_every_host_is_listed_once(form):
    text = FORMATS[form].write(["data.customer.example"], "10.0.0.7", 443)
    lines = yaml.safe_load(text)["extra_hosts"] if form == "compose" else text.splitlines()[1:]
    order = slice(None, None, -1) if form == "hosts-file" else slice(None)
    pairs = [tuple(line.replace(":", " ").split()[order]) for line in lines]
    assert pairs == [(host, "10.0.0.7") for host in (*HOSTS, "data.customer.example")]


FIND_PROXIES = """
const dnsDomainIs = (host, end) => host.endsWith(end);
console.log(JSON.stringify(process.argv.slice(1).map((host) => FindProxyForURL("", host))));
"""


def test_pac_file_sends_only_the_emulators_domains_to_it():
    script = FORMATS["pac"].write(["data.customer.example"], "127.0.0.1", 8080)
    hosts = ["cdn.eu.pendo.io", "pendo.io", "data.customer.example", "evilpendo.io", "customer.example"]
    proxies = subprocess.run(["node", "-e", script + FIND_PROXIES, *hosts], capture_output=True, check=True).stdout
    assert json.loads(proxies) == ["PROXY 127.0.0.1:8080"] * 3 + ["DIRECT"] * 2


@pytest.mark.parametrize("form", FORMATS)
def test_data_host_of_a_content_host_is_in_every_format(form):
    text = FORMATS[form].write(["content.product.example"], "10.0.0.7", 443)
    assert "content.product.example" in text
    assert "data.product.example" in text


@pytest.mark.parametrize("form", ["chromium", "pac"])
def test_ipv6_address_has_brackets_before_a_port(form):
    assert "[::1]:8080" in FORMATS[form].write([], "::1", 8080)
