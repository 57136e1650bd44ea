"""`pendo-emulator fault profile`."""

from __future__ import annotations

import json
from typing import Any

import click

from pendo_contracts.contract import BrokenDocumentError, load_contract
from pendo_emulator.commands.fault_commands.faults_request import key_option, print_faults, send, url_option
from pendo_emulator.commands.fault_commands.member_options import member_options
from pendo_emulator.faults.profiles import LIMITS, FaultProfile, UnknownProfileError, faults_of, profile_named, profiles

_MEMBERS = load_contract("fault").schema["properties"]


class _ProfileGroup(click.Group):
    """A group in which `profile NAME` is short for `profile apply NAME`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        is_name = args and args[0] not in self.commands and not args[0].startswith("-")
        return super().parse_args(ctx, ["apply", *args] if is_name else args)


@click.group("profile", cls=_ProfileGroup)
def command() -> None:
    """List, show and apply fault profiles.

    A profile is a list of faults that together look like a known failure. `profile NAME` applies a profile.
    """


@command.command("list")
def list_all() -> None:
    """List the fault profiles."""
    width = max(len(one.name) for one in profiles())
    for one in profiles():
        click.echo(f"{one.name:{width}}  {one.summary}")


@command.command("show")
@click.argument("name")
def show(name: str) -> None:
    """Show what fails, what a browser sees, how this is known, and the faults."""
    one = _find(name)
    click.echo(f"{one.name}: {one.summary}\n\nIn a browser: {one.browser}\nKnown how:    {one.source}\n")
    for fault in one.faults:
        click.echo(json.dumps(dict(fault)))


@command.command("apply")
@click.argument("name")
@url_option
@key_option
@member_options({limit: _MEMBERS[limit] for limit in LIMITS})
def apply(name: str, url: str, api_key: str, **members: Any) -> None:
    """Add the faults of a profile to an API key.

    The other options limit every fault of the profile.
    """
    one = _find(name)
    limits = {limit: value for limit, value in members.items() if value is not None}
    try:
        faults_of(one.name, limits)
    except BrokenDocumentError as error:
        raise click.UsageError(str(error)) from error
    print_faults(send(url, api_key, "POST", f"fault-profiles/{one.name}", limits))


def _find(name: str) -> FaultProfile:
    try:
        return profile_named(name)
    except UnknownProfileError as error:
        raise click.UsageError(str(error)) from error
