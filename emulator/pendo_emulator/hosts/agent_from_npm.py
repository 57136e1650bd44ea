"""Builds `pendo.js`, the script that the snippet loads, from the user's own copy of Pendo's npm package."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pendo_emulator.errors import EmulatorError

if TYPE_CHECKING:
    from pathlib import Path

PACKAGE: Final = "@pendo/agent"
MODULES: Final = ("dist/pendo.module.min.js", "dist/pendo.module.js")
START: Final = "loadAgent"

_EXPORTS: Final = re.compile(r"\bexport\s*\{(?P<names>[^{}]*)\}[;\s]*\Z")
_NAME: Final = re.compile(rf"\b(?:(?P<local>[\w$]+)\s+as\s+)?{START}\b")


def read_agent(path: Path) -> str:
    """Return a JavaScript expression for the function that starts the agent, from the package's folder or its module.

    The function takes the agent's configuration. The agent becomes `window.pendo` and handles the calls that the
    snippet queued, except if the configuration tells it to load as a module (observed in the published agent).
    Raises EmulatorError if the path has no copy of the package; the text says which files were searched.
    """
    file = _module(path)
    text = file.read_text("utf-8")
    exports = _EXPORTS.search(text)
    name = _NAME.search(exports["names"]) if exports else None
    if exports is None or name is None:
        raise EmulatorError(f"{file} is not a module of {PACKAGE}: it does not end with an export of {START}")
    return wrap_in_function(text[: exports.start()], name["local"] or START)


def wrap_in_function(text: str, name: str) -> str:
    """Return an expression for the value of `name` in a JavaScript text; the page cannot see the other names."""
    return f'(function () {{\n"use strict";\n{text}\nreturn {name};\n}})()'


def _module(path: Path) -> Path:
    if path.is_file():
        return path
    for module in MODULES:
        if (path / module).is_file():
            return path / module
    raise EmulatorError(
        f"{path} has no {PACKAGE}: expected {' or '.join(MODULES)} in it; "
        f"`npm install {PACKAGE}` creates node_modules/{PACKAGE}"
    )
