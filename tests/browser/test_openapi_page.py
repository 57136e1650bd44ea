"""The pages of the OpenAPI documents fit narrow windows."""

import pytest

from pendo_contracts.common.openapi.page import openapi_page
from pendo_destination.source.operations import tracking_api_document
from pendo_emulator.control.operations import control_api_document

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.mark.parametrize("width", [320, 500])
@pytest.mark.parametrize("document", [control_api_document, tracking_api_document])
def test_page_fits_narrow_windows_with_all_details_open(chromium, document, width):
    page = chromium.new_page(viewport={"width": width, "height": 900})
    page.set_content(openapi_page(document(), "/openapi.json"))
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.close()
