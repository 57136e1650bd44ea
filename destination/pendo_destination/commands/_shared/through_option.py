"""The --through option."""

from __future__ import annotations

import click

through_option = click.option(
    "--through",
    "names",
    multiple=True,
    type=click.Choice(["actions", "classic", "webhook"]),
    default=("actions",),
    show_default=True,
    help="The destination to send through: Pendo Web (Actions), classic, or the webhook. May be repeated.",
)
