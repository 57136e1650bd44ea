import pytest

from pendo_contracts.contract import names
from pendo_contracts.endpoint import ENDPOINTS, find_endpoint


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
def test_each_path_of_the_table_leads_to_its_endpoint(endpoint):
    found, api_key = find_endpoint(endpoint.path.format(api_key="key-1"))
    assert found is endpoint
    assert api_key in {"key-1", ""}


@pytest.mark.parametrize("path", ["/", "/data/ptm.gif", "/data/ptm.gif/", "/x/data/ptm.gif/k", "/data/pendo.js/k",
                                  "/agent/static/k/other.js", "/data/errorlog/k", "/data/none.gif/k"])  # fmt: skip
def test_other_paths_lead_nowhere(path):
    assert find_endpoint(path) is None


def test_a_content_path_may_have_something_before_it():
    assert find_endpoint("//cdn/agent/static/k/pendo.js")[1] == "k"


def test_every_contract_of_the_table_is_packaged():
    named = {name for e in ENDPOINTS for name in (e.request, *e.contracts.values())}
    assert named <= set(names())
