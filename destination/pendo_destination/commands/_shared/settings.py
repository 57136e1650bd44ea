"""The settings a command is given: read, checked, and every problem told at once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.runtime.configuration import find_configuration_problems, find_misreadings, read_configuration

if TYPE_CHECKING:
    from pathlib import Path

    from pendo_destination.runtime.configuration import Configuration
    from pendo_destination.transport.target import Target


def read_settings(file: Path | None, api_key: str | None) -> dict[str, Any]:
    """Read a settings file; an API key given beside it wins. Raises click.UsageError."""
    document: Any = {}
    if file:
        try:
            document = json.loads(file.read_bytes())
        except ValueError as error:
            raise click.UsageError(f"{file} is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise click.UsageError(f"{file} holds no JSON object of settings")
    return document | ({"apiKey": api_key} if api_key is not None else {})


def configure(document: dict[str, Any], target: Target) -> Configuration:
    """Check settings for a target; raises click.UsageError with every problem.

    A target's region may be one that the setting does not offer: the runtime takes any.
    """
    offered = PENDO_WEB.settings["region"].choices
    checked = document if document.get("region", offered[0]) in offered else document | {"region": offered[0]}
    problems = find_configuration_problems(PENDO_WEB, checked if target.settings else document)
    if problems:
        raise click.UsageError("the settings are wrong\n" + "\n".join(map(str, problems)))
    configuration = read_configuration(PENDO_WEB, document)
    for misreading in find_misreadings(configuration):
        click.echo(f"note: {misreading}", err=True)
    return configuration
