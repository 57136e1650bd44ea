"""Runs a pipeline on the rows of a running emulator, and prints the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import click

from pendo_contracts.common.safe_text import visible
from pendo_emulator.commands._live.emulator_client import EmulatorClient
from pendo_emulator.commands._query.answers import PRINTERS, ExplainedStep, Explanation
from pendo_emulator.commands._query.row_files import read_pipeline_document
from pendo_emulator.commands.profile_commands.sources import only_key
from pendo_emulator.engage.pipeline import Result

if TYPE_CHECKING:
    from pendo_emulator.commands._shared.emulator_options import RunningEmulator


def print_emulator_rows(emulator: RunningEmulator, pipeline: str, format_name: str, *, explain: bool) -> None:
    """Print the rows of one API key; without a key, those of the only one. Raises a click error for a failure."""
    document = read_pipeline_document(pipeline)
    client = EmulatorClient(emulator)
    api_key = emulator.api_key or only_key([key or "-" for key in client.get("keys")])
    parameters = {"explain": "true" if explain else "false", "exchanges": "false"}
    answer = client.send("POST", f"keys/{quote(api_key, safe='')}/engage/query", document, **parameters)
    for note in answer["notes"]:
        click.echo(f"note: {visible(note)}", err=True)
    steps = [ExplainedStep(one["step"], one["pointer"], one["count"], one["rows"]) for one in answer.get("steps", ())]
    result = Result(answer["results"], answer.get("startTime"))
    PRINTERS[format_name](result, Explanation(steps) if explain else None)
