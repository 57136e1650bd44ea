"""The pages of the OpenAPI documents have their style and fit narrow windows."""

import pytest

from pendo_contracts.common.openapi.page import openapi_page
from pendo_destination.source.operations import tracking_api_document

pytestmark = pytest.mark.browser

OPEN_ALL = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"


@pytest.fixture(params=[320, 500])
def page(chromium, request):
    page = chromium.new_page(viewport={"width": request.param, "height": 900})
    yield page
    page.evaluate(OPEN_ALL)
    assert page.evaluate("document.documentElement.scrollWidth") == request.param
    assert page.evaluate("getComputedStyle(document.querySelector('table')).borderCollapse") == "collapse"
    page.close()


def test_page_of_the_control_api_fits_narrow_windows(page, pendo_server):
    page.goto(f"{pendo_server.control_url}/openapi")


def test_page_of_the_tracking_api_fits_narrow_windows(page):
    page.set_content(openapi_page(tracking_api_document(), "/openapi.json"))
