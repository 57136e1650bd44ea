"""Requests to paths without a contract are not judged; mistakes in known paths break the contract."""

import pytest

from pendo_contracts.judge import judge_request
from pendo_contracts.wire.envelope import Envelope


def judged(url):
    return judge_request(Envelope("GET", url, {}, b"", 0))


@pytest.mark.parametrize(
    "url",
    [
        "https://cdn.pendo.io/guide-content/a/b/c.js",
        "https://cdn.eu.pendo.io/guide.css",
        "https://app.pendo.io/in-app-designer/latest/plugin.js",
        "https://app.pendo.io/api/v1/aggregation",
        "https://support.pendo.io/hc/en-us",
        "https://content.customer.example/guide-content/a",
        "https://acme-content.customer.pendo.io/guide.css",
        "https://data.pendo.io/",
    ],
)
def test_paths_without_a_contract_are_not_judged(url):
    assert judged(url).good
    assert judged(url).not_judged


@pytest.mark.parametrize(
    "url",
    [
        "https://data.pendo.io/data/ptm.gf/k",
        "https://app.eu.pendo.io/data/unknown/k",
        "https://data.pendo.io//data/ptm.gif/k",
        "https://data.pendo.io/DATA/ptm.gif/k",
        "https://data.pendo.io/data/ptm.gif/k/",
        "https://data.pendo.io/ptm.gif/k",
        "https://cdn.pendo.io/agent/static/k/pendo.min.js",
        "https://cdn.pendo.io/agent/k/pendo.js",
        "https://shop.example/app/data.eu.pendo.io/data/ptm.gif/k",
        "http://127.0.0.1/anything",
    ],
)
def test_mistakes_in_known_paths_break_the_contract(url):
    assert not judged(url).good
    assert not judged(url).not_judged


@pytest.mark.parametrize("host", ["acme-data.customer.pendo.io", "acme-content.customer.pendo.io"])
def test_customer_hosts_at_pendo_are_cnames(host):
    assert judged(f"https://{host}/data/guide.gif/k").beacon.place.kind == "cname"
