"""`pendo-emulator rules`."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from pendo_contracts.rules.rule_base import Description

SEVERITY_STYLES: Final = {"error": "red", "warning": "yellow", "note": "cyan"}

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group("rules")
def command() -> None:
    """Explain the rules that `check` and `exec` use."""


@command.command("list")
@json_option
def list_rules(*, as_json: bool) -> None:
    """List all rules: name, severity, section, summary."""
    # These imports take 60 ms, which --help does not need.
    from pendo_contracts.rules.pages import as_document, descriptions  # noqa: PLC0415

    abouts = descriptions()
    if as_json:
        _print_json([as_document(about) for about in abouts])
    elif sys.stdout.isatty():
        _print_table(abouts)
    else:
        columns = [max(len(getattr(about, field)) for about in abouts) for field in ("name", "severity", "section")]
        for about in abouts:
            fields = zip((about.name, about.severity, about.section), columns, strict=True)
            click.echo("  ".join([*(text.ljust(width) for text, width in fields), about.summary]))


@command.command("show")
@click.argument("name")
@json_option
def show(name: str, *, as_json: bool) -> None:
    """Print the page of the rule NAME: what you see in Pendo, why, what to do, thresholds."""
    # These imports take 60 ms, which --help does not need.
    from pendo_contracts.commands.console import page_width  # noqa: PLC0415
    from pendo_contracts.rules.pages import WIDTH, as_document, as_plain_text  # noqa: PLC0415
    from pendo_contracts.rules.rule_settings import RuleSettingsError, find_rule  # noqa: PLC0415

    try:
        about = find_rule(name).description
    except RuleSettingsError as error:
        raise click.UsageError(str(error)) from error
    if as_json:
        _print_json(as_document(about))
    else:
        click.echo(as_plain_text(about, page_width(sys.stdout, WIDTH)))


@command.command("docs")
def docs() -> None:
    """Print the documentation of all rules as Markdown."""
    from pendo_contracts.rules.pages import as_markdown  # noqa: PLC0415 - 60 ms that --help does not need

    click.echo(as_markdown(), nl=False)


def _print_table(abouts: list[Description]) -> None:
    from pendo_contracts.commands.console import terminal_width, use_color  # noqa: PLC0415 - start-up time
    from pendo_contracts.terminal.text_table import Cell, Column, TextTable  # noqa: PLC0415 - start-up time

    table = TextTable(color=use_color(sys.stdout), width=terminal_width(sys.stdout))
    columns = [Column(title) for title in ("name", "severity", "section", "summary")]
    rows = [
        [
            Cell(about.name),
            Cell(about.severity, SEVERITY_STYLES[about.severity]),
            Cell(about.section),
            Cell(about.summary),
        ]
        for about in abouts
    ]
    sys.stdout.writelines(f"{line}\n" for line in table.lines(columns, rows))


def _print_json(document: object) -> None:
    from pendo_contracts.commands.console import echo_json  # noqa: PLC0415 - start-up time

    echo_json(json.dumps(document, indent=2, ensure_ascii=False))
