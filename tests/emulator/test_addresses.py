import pytest

from pendo_emulator.addresses import covers, domains, intended_url, is_own_path


@pytest.mark.parametrize(
    "name", ["https://content.customer.example", "a.example:443", "example", "*.a.example", "10.0.0.1", ""]
)
def test_cname_must_be_a_full_host_name(name):
    with pytest.raises(ValueError, match="a host name like"):
        domains([name])


def test_domains_are_normalized_and_unique():
    assert domains(["Data.Customer.Example.", "data.customer.example"]) == ("pendo.io", "data.customer.example")


@pytest.mark.parametrize("host", ["pendo.io", "cdn.eu.pendo.io", "data.customer.example"])
def test_domain_covers_itself_and_its_subdomains(host):
    assert covers(domains(["data.customer.example"]), host)


@pytest.mark.parametrize("host", ["", "evilpendo.io", "pendo.io.example", "customer.example", "127.0.0.1"])
def test_domain_covers_nothing_else(host):
    assert not covers(domains(["data.customer.example"]), host)


@pytest.mark.parametrize(
    ("target", "url"),
    [
        ("/data/ptm.gif/k?v=1", "https://localhost/data/ptm.gif/k?v=1"),
        ("/_host/data.pendo.io/data/ptm.gif/k?v=1", "https://data.pendo.io/data/ptm.gif/k?v=1"),
        ("/_host/data.pendo.io", "https://data.pendo.io/"),
    ],
)
def test_host_in_the_path_replaces_the_host_header(target, url):
    assert intended_url("https", {"host": "localhost"}, target) == url


@pytest.mark.parametrize("target", ["/_emulator", "/_emulator/keys", "/_emulator?x=1", "/healthz", "/metrics?x=1"])
def test_control_api_and_health_checks_are_own_paths(target):
    assert is_own_path(target, "localhost:1234")


@pytest.mark.parametrize("target", ["/", "/_emulatorish", "/healthzy", "/data/ptm.gif/k", "/_host/h/_emulator/keys"])
def test_other_paths_belong_to_the_hosts(target):
    assert not is_own_path(target, "localhost:1234")


def test_health_paths_on_a_pendo_host_belong_to_that_host():
    assert not is_own_path("/healthz", "data.pendo.io")
