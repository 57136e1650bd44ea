"""`pendo-emulator causes`."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.group("causes")
def command() -> None:
    """Explain the causes that `inspect` finds."""


@command.command("list")
def list_causes() -> None:
    """List all causes: name and sentence."""
    from pendo_emulator.report.cause_pages import slugs, title  # noqa: PLC0415 - --help does not need it

    width = max(map(len, slugs()))
    for slug in slugs():
        click.echo(f"{slug.ljust(width)}  {title(slug)}")


@command.command("show")
@click.argument("name")
def show(name: str) -> None:
    """Print the page of the cause NAME: what you see in Pendo, what proves it, what to do."""
    from pendo_contracts.commands.console import page_width  # noqa: PLC0415 - the same
    from pendo_emulator.report.cause_pages import WIDTH, UnknownCauseError, as_plain_text  # noqa: PLC0415 - the same

    try:
        click.echo(as_plain_text(name, page_width(sys.stdout, WIDTH)))
    except UnknownCauseError as error:
        raise click.UsageError(str(error)) from error


@command.command("docs")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def docs(folder: Path) -> None:
    """Write the documentation of all causes as Markdown pages into FOLDER."""
    from pendo_contracts.commands.output_errors import OutputFileError  # noqa: PLC0415 - the same
    from pendo_emulator.report.cause_pages import as_markdown_pages  # noqa: PLC0415 - the same

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in as_markdown_pages().items():
            (folder / name).write_text(text, "utf-8")
    except OSError as error:
        raise OutputFileError(f"cannot write to {folder}: {error.strerror}; give another folder") from error
