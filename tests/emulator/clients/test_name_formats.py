import json
import subprocess

import pytest
import yaml

from pendo_contracts.region import HOSTS
from pendo_emulator.clients.name_formats import FORMATS, covers, domains


@pytest.mark.parametrize(
    "name", ["https://content.customer.example", "a.example:443", "example", "*.a.example", "10.0.0.1", ""]
)
def test_a_cname_is_a_full_host_name_and_nothing_else(name):
    with pytest.raises(ValueError, match="a host name like"):
        domains([name])


def test_domains_are_spelt_one_way_and_named_once():
    assert domains(["Data.Customer.Example.", "data.customer.example"]) == ("pendo.io", "data.customer.example")


@pytest.mark.parametrize("host", ["pendo.io", "cdn.eu.pendo.io", "data.customer.example"])
def test_a_domain_covers_itself_and_what_is_below_it(host):
    assert covers(domains(["data.customer.example"]), host)


@pytest.mark.parametrize("host", ["", "evilpendo.io", "pendo.io.example", "customer.example", "127.0.0.1"])
def test_a_domain_covers_nothing_else(host):
    assert not covers(domains(["data.customer.example"]), host)


@pytest.mark.parametrize("form", ["hosts-file", "compose"])
def test_every_host_is_listed_once(form):
    text = FORMATS[form].write(["data.customer.example"], "10.0.0.7", 443)
    lines = yaml.safe_load(text)["extra_hosts"] if form == "compose" else text.splitlines()[1:]
    order = slice(None, None, -1) if form == "hosts-file" else slice(None)
    pairs = [tuple(line.replace(":", " ").split()[order]) for line in lines]
    assert pairs == [(host, "10.0.0.7") for host in (*HOSTS, "data.customer.example")]


ASK = """
const dnsDomainIs = (host, end) => host.endsWith(end);
console.log(JSON.stringify(process.argv.slice(1).map((host) => FindProxyForURL("", host))));
"""


def test_a_proxy_script_sends_only_the_emulators_names_to_it():
    script = FORMATS["pac"].write(["data.customer.example"], "127.0.0.1", 8080)
    hosts = ["cdn.eu.pendo.io", "pendo.io", "data.customer.example", "evilpendo.io", "customer.example"]
    answer = subprocess.run(["node", "-e", script + ASK, *hosts], capture_output=True, check=True).stdout
    assert json.loads(answer) == ["PROXY 127.0.0.1:8080"] * 3 + ["DIRECT"] * 2
