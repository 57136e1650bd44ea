"""Errors of output that cannot be written: to stdout, or to a file."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

# The exit code for a bug or for output that cannot be written.
FAILURE: Final = 5

# A full disk or device, a pipe whose reader has ended, a closed or broken stdout.
_OUTPUT_ERRORS: Final = frozenset({errno.ENOSPC, errno.EPIPE, errno.EBADF, errno.EIO})


class OutputError(Exception):
    """Output that cannot be written; the text is the system's reason."""


class OutputFileError(click.ClickException):
    """A file that cannot be written; the text names it and the reason."""

    exit_code = FAILURE


@contextmanager
def recognize_output_errors() -> Iterator[None]:
    """Raise OutputError if the output cannot be written; for some of these errors click would exit with 1."""
    try:
        yield
    except OSError as error:
        if error.errno in _OUTPUT_ERRORS and error.filename is None:
            reason = "stdout is closed" if error.errno == errno.EBADF else error.strerror
            raise OutputError(reason) from error
        raise


def discard_stdout() -> None:
    """Redirect stdout to the null device after a failed write, so that Python's last flush does not fail again."""
    with suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)
