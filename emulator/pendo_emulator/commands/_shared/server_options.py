"""The options of serve and exec for the emulator that they start."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

# The names in access_log.FORMATS, whose import takes 4 ms that --help does not need.
LOG_FORMATS: Final = ("text", "json")

agent_option = click.option(
    "--agent",
    type=click.Path(exists=True, path_type=Path),
    help="Serve your own copy of @pendo/agent (node_modules/@pendo/agent) instead of the stand-in agent.",
)
store_option = click.option(
    "--store",
    metavar="FILE|URL",
    help="Record to this SQLite file or PostgreSQL database (postgresql://user@host/database).  [default: a temporary"
    " file, deleted when the emulator stops]",
)
durability_option = click.option(
    "--durability",
    type=click.Choice(["full", "normal", "memory"]),
    default="normal",
    show_default=True,
    help="What recorded requests survive: a power cut (full), a crash (normal) or nothing (memory).",
)
log_option = click.option(
    "--log",
    type=click.Choice([*LOG_FORMATS, "none"]),
    default="text",
    show_default=True,
    help="Format of the access log on stderr, one line per request; API keys are masked.",
)
