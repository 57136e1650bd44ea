"""Writes the pages of the aggregation language into a folder."""

from __future__ import annotations

import sys
from pathlib import Path

from pendo_emulator.engage.pipeline.documentation.expression_pages import expression_pages
from pendo_emulator.engage.pipeline.documentation.fidelity_page import fidelity_pages
from pendo_emulator.engage.pipeline.documentation.operator_pages import operator_pages


def main(folder: Path) -> None:
    """Write each page whose text has changed."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (expression_pages() | operator_pages() | fidelity_pages()).items():
        page = folder / name
        if not page.exists() or page.read_text("utf-8") != text:
            page.write_text(text, "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
