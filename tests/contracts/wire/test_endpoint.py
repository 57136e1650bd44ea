import pytest

from pendo_contracts.contract import names
from pendo_contracts.wire.endpoint import ENDPOINTS, find_endpoint


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
def test_each_listed_path_finds_its_endpoint(endpoint):
    found, api_key = find_endpoint(endpoint.path.format(api_key="key-1"))
    assert found is endpoint
    assert api_key in {"key-1", ""}


@pytest.mark.parametrize("path", ["/", "/data/ptm.gif", "/data/ptm.gif/", "/x/data/ptm.gif/k", "/data/pendo.js/k",
                                  "/agent/static/k/other.js", "/data/errorlog/k", "/data/none.gif/k"])  # fmt: skip
def test_other_paths_find_no_endpoint(path):
    assert find_endpoint(path) is None


def test_content_path_may_have_a_prefix():
    assert find_endpoint("//cdn/agent/static/k/pendo.js")[1] == "k"


def test_each_contract_in_the_endpoint_table_is_packaged():
    named = {name for e in ENDPOINTS for name in (e.request, *e.contracts.values())}
    assert named <= set(names())
