"""Runs axe-core in a page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from playwright.sync_api import Page

AXE: Final = Path(__file__).parents[2] / "node/node_modules/axe-core/axe.min.js"
_CHECK: Final = """async () => (await axe.run({ resultTypes: ['violations'] }))
  .violations.map(one => [one.id, one.nodes.map(node => node.html)])"""


def find_violations(page: Page) -> Any:
    """Return the accessibility errors of a page: the rule and the elements of each."""
    page.evaluate(AXE.read_text("utf-8"))
    return page.evaluate(_CHECK)
