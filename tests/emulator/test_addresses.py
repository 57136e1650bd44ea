import pytest

from pendo_emulator.addresses import covers, data_host_of, domains, hosts, intended_url, is_own_request, needs_flask
from pendo_emulator.errors import EmulatorError


@pytest.mark.parametrize(
    "name", ["https://content.customer.example", "a.example:443", "example", "*.a.example", "10.0.0.1", ""]
)
def test_cname_must_be_a_full_host_name(name):
    with pytest.raises(EmulatorError, match="a host name like"):
        domains([name])


def test_domains_are_normalized_and_unique():
    assert domains(["Data.Customer.Example.", "data.customer.example"]) == ("pendo.io", "data.customer.example")


@pytest.mark.parametrize(
    ("content_host", "data_host"),
    [
        ("content.product.example", "data.product.example"),
        ("content.pendo.example.co.uk", "data.pendo.example.co.uk"),
        ("acme-content.customer.pendo.io", "acme-data.customer.pendo.io"),
        ("my-content.product.example", "my-content.product.example"),
        ("pendo.product.example", "pendo.product.example"),
        ("data.product.example", "data.product.example"),
        ("contents.product.example", "contents.product.example"),
    ],
)
def test_data_host_is_derived_from_a_content_host(content_host, data_host):
    assert data_host_of(content_host) == data_host


def test_content_host_of_a_cname_adds_its_data_host():
    names = ("content.product.example", "data.product.example")
    assert domains(["Content.Product.Example"]) == ("pendo.io", *names)
    assert domains(names) == domains(domains(names)[1:]) == ("pendo.io", *names)
    assert hosts(["content.product.example"])[-2:] == names
    assert domains(["data.product.example"]) == ("pendo.io", "data.product.example")


@pytest.mark.parametrize("host", ["pendo.io", "cdn.eu.pendo.io", "data.customer.example"])
def test_domain_covers_itself_and_its_subdomains(host):
    assert covers(domains(["data.customer.example"]), host)


@pytest.mark.parametrize("host", ["", "evilpendo.io", "pendo.io.example", "customer.example", "127.0.0.1"])
def test_domain_does_not_cover_other_hosts(host):
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


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("target", ["/_emulator", "/_emulator/keys", "/_emulator?x=1", "/healthz", "/metrics?x=1"])
def test_control_api_and_health_paths_belong_to_the_emulator(method, target):
    assert is_own_request(method, target, "localhost:1234")


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "/?x=1",
        "/favicon.ico",
        "/robots.txt",
        "/.well-known/a/b",
        "/apple-touch-icon.png",
        "/console",
        "/console/faults?key=k",
    ],
)
def test_browser_requests_for_the_console_are_not_traffic(target):
    for host in ("localhost:1234", "127.0.0.1", "[::1]", "", "10.0.0.7", "emulator:8080"):
        assert is_own_request("GET", target, host)
        assert is_own_request("HEAD", target, host)
        assert not is_own_request("POST", target, host)
    for host in ("data.pendo.io", "pendo.io", "content.product.example", "shop.example:8080"):
        assert not is_own_request("GET", target, host)


@pytest.mark.parametrize(
    "target",
    ["/x", "//", "/_emulatorish", "/healthzy", "/data/ptm.gif/k", "/_host/h/_emulator/keys", "/_host/localhost/"],
)
def test_other_paths_belong_to_the_hosts(target):
    assert not is_own_request("GET", target, "localhost:1234")


def test_health_paths_on_a_pendo_host_belong_to_that_host():
    assert not is_own_request("GET", "/healthz", "data.pendo.io")


def test_allowed_names_have_the_console_too():
    own_names = frozenset({"emulator.lab.example"})
    assert is_own_request("GET", "/", "Emulator.lab.example:8080", own_names)
    assert not is_own_request("GET", "/", "shop.example", own_names)


def test_only_the_forms_of_the_console_are_posted():
    assert is_own_request("POST", "/console/login", "localhost")
    assert not is_own_request("POST", "/console/faults", "localhost")
    assert not is_own_request("POST", "/console/login", "data.pendo.io")


@pytest.mark.parametrize(
    ("target", "host", "expected"),
    [
        ("/api/v1/page", "app.pendo.io", True),
        ("/api/v1/page?id=a", "app.jpn.pendo.io:443", True),
        ("/api/v1/page", "localhost:8080", True),
        ("/api/v1/page", "pendo", True),
        ("/_host/app.eu.pendo.io/api/v1/aggregation", "localhost", True),
        ("/_host/data.pendo.io/api/v1/page", "localhost", False),
        ("/_host/app.pendo.io", "localhost", False),
        ("/_host/app.pendo.io/data/track", "localhost", False),
        ("/api/v1/page", "content.customer.example", False),
        ("/api/v2/page", "app.pendo.io", False),
        ("/data/api/v1/", "app.pendo.io", False),
    ],
)
def test_engage_api_is_on_app_hosts_and_at_the_own_address(target, host, expected):
    assert needs_flask("GET", target, host) is expected
