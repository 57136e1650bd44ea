"""Both command lines have separate exit codes for output that cannot be written, for bugs and for Ctrl-C."""

import os
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from pendo_contracts.commands.lazy_command_group import LazyCommandGroup

PROGRAM = """
import click, sys
from pendo_contracts.commands.lazy_command_group import LazyCommandGroup

@click.group("example", cls=LazyCommandGroup, package="nowhere", summaries={})
def main():
    pass

@main.command("show")
@click.argument("text")
def show(text):
    for _ in range(1000):
        click.echo(text)

main.get_command = lambda _context, name: show if name == "show" else None
main()
"""


def run(*words, redirect="", **environment):
    command = f'"{sys.executable}" -c "$PROGRAM" {" ".join(words)} {redirect}'
    variables = os.environ | {"PROGRAM": PROGRAM} | environment
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=False, env=variables)
    return done.returncode, done.stdout, done.stderr.decode()


@pytest.mark.parametrize(
    ("redirect", "reason"),
    [
        (">/dev/full", "No space left on device"),
        (">&-", "stdout is closed"),
        ("| true; exit ${PIPESTATUS[0]}", "Broken pipe"),
    ],
)
@pytest.mark.parametrize("words", [("show", "text"), ("--help",)])
def test_output_that_cannot_be_written_is_exit_code_5(redirect, reason, words):
    if "--help" in words and "true" in redirect:
        pytest.skip("a short help fits into the pipe before its reader ends")
    code, _, error = run(*words, redirect=redirect)
    assert (code, error) == (5, f"Error: cannot write the output: {reason}\n")


@pytest.mark.parametrize("encoding", ["ascii", "cp437", "cp1252", "latin-1", "utf-8"])
def test_output_works_in_any_encoding(encoding):
    code, output, error = run("show", "'│ é 😀'", PYTHONIOENCODING=f"{encoding}:strict", PYTHONUTF8="1")
    # click treats a terminal in ASCII as misconfigured and writes UTF-8
    shown = (
        output.decode("utf-8" if encoding == "ascii" else encoding)
        .splitlines()[0]
        .replace("\\u00e9", "é")
        .replace("\\u2502", "│")
        .replace("\\ud83d\\ude00", "😀")
    )
    assert (code, shown, error) == (0, "│ é 😀", "")


COMMANDS = {}


class Failing(LazyCommandGroup):
    def get_command(self, ctx, cmd_name):
        del ctx
        return COMMANDS.get(cmd_name)


@click.group("example", cls=Failing, package="nowhere", summaries={})
def failing():
    """Commands that fail in several ways."""


def command_that(error):
    @click.command("fail")
    def fail():
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (ZeroDivisionError("by zero"), 5, "Error: this is a bug of example, please report it\n"),
        (RecursionError("too deep"), 5, "Error: this is a bug of example, please report it\n"),
        (FileNotFoundError(2, "No such file"), 5, "this is a bug of example"),
        (click.UsageError("wrong"), 2, "Error: wrong\n"),
        (click.ClickException("failed"), 1, "Error: failed\n"),
        (KeyboardInterrupt(), 130, "Aborted!\n"),
        (SystemExit(4), 4, ""),
        (SystemExit("reason"), 1, "Error: reason\n"),
    ],
)
def test_bugs_have_a_different_exit_code_than_other_failures(error, code, message):
    COMMANDS["fail"] = command_that(error)
    done = CliRunner().invoke(failing, ["fail"])
    assert (done.exit_code, message in done.stderr) == (code, True), done.stderr
