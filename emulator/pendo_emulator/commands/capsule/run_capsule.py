"""Runs an emulator with the requests of a capsule."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from pendo_contracts.common.safe_text import counted, visible
from pendo_emulator.commands._shared.emulator_start import banner, serve_until_signal, start, tune_process
from pendo_emulator.commands._shared.end_signals import collect_signals
from pendo_emulator.commands.open import console_address
from pendo_emulator.events.recording_import import import_recording
from pendo_emulator.faults.fault import read_faults
from pendo_emulator.report.inspection_page import inspections_as_html
from pendo_emulator.report.inspection_text import verdict_lines

if TYPE_CHECKING:
    from pendo_emulator.capsule.capsule import Capsule

# For a capsule without a request to Pendo.
_NO_KEY = "capsule"


def run_capsule(capsule: Capsule, port: int, *, opens_browser: bool) -> None:
    """Import the recording of a capsule into a new emulator, print the verdict and the address, and serve."""
    _, inspection = capsule.judge()
    key = inspection.facts.api_key or _NO_KEY
    with (
        TemporaryDirectory(prefix="pendo-capsule-") as folder,
        collect_signals() as signals,
        start(port=port, rules=capsule.settings) as emulator,
    ):
        tune_process()
        page = Path(folder) / "inspection.html"
        page.write_text(inspections_as_html([inspection]), "utf-8")
        result = import_recording(emulator.recorder, capsule.recording, key)
        emulator.recorder.settings.add_faults(key, read_faults(list(capsule.faults)))
        for line in verdict_lines(inspection):
            click.echo(line)
        others = f", {result.skipped:,} skipped" if result.skipped else ""
        click.echo(f"Imported {counted(result.imported, 'request')}{others}; the verdict as a page: {page}")
        address = console_address(emulator.url, key, "")
        click.echo(f"Console: {visible(address, 2000)}")
        click.echo(banner(emulator))
        if opens_browser:
            import webbrowser  # noqa: PLC0415 - start-up time

            webbrowser.open(address)
        serve_until_signal(emulator, signals)
