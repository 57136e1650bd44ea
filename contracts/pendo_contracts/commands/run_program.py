"""Runs a command line and gives its exit code, also if its output cannot be written or a bug stops it."""

from __future__ import annotations

import os
import sys
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import click

from pendo_contracts.commands.console import show_every_character
from pendo_contracts.commands.output_errors import FAILURE, OutputError, discard_stdout, recognize_output_errors

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

INTERRUPTED: Final = 130


def run(program: Callable[[], Any], name: str) -> int:
    """Run a click program outside its standalone mode, print its errors, and return the exit code.

    The exit code is FAILURE for a bug or for output that cannot be written, INTERRUPTED for Ctrl-C, otherwise the
    program's own exit code.
    """
    if sys.stdout is None:
        sys.stdout = _open_closed_stdout()
    show_every_character(sys.stdout, sys.stderr)
    try:
        code = _run(program, name)
        with recognize_output_errors():
            sys.stdout.flush()
    except OutputError as error:
        discard_stdout()
        return _fail(f"cannot write the output: {error}")
    return code


def _run(program: Callable[[], Any], name: str) -> int:
    try:
        result = program()
    except SystemExit as error:
        return _code_of(error)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        click.echo("Aborted!", err=True)
        return INTERRUPTED
    except OutputError:
        raise
    except Exception:  # noqa: BLE001 - a bug: exit code 1 would mean a broken contract
        traceback.print_exc()
        return _fail(f"this is a bug of {name}, please report it")
    return result if isinstance(result, int) else 0


def _code_of(error: SystemExit) -> int:
    if error.code is None or isinstance(error.code, int):
        return error.code or 0
    return _fail(str(error.code), 1)


def _fail(message: str, code: int = FAILURE) -> int:
    with suppress(OSError):
        click.echo(f"Error: {message}", err=True)
    return code


def _open_closed_stdout() -> TextIO:
    """Return a stdout that cannot be written, so that a process that was started without stdout still does its work."""
    return os.fdopen(os.open(os.devnull, os.O_RDONLY), "w")
