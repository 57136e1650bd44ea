"""The real agent: a user's own copy of Pendo's npm package, made into the script that a snippet loads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

PACKAGE: Final = "@pendo/agent"
MODULES: Final = ("dist/pendo.module.min.js", "dist/pendo.module.js")
START: Final = "loadAgent"

_EXPORTS: Final = re.compile(r"\bexport\s*\{(?P<names>[^{}]*)\}[;\s]*\Z")
_NAME: Final = re.compile(rf"\b(?:(?P<local>[\w$]+)\s+as\s+)?{START}\b")


class NoAgentError(ValueError):
    """There is no real agent at a path; the text says what was looked for."""


def read_agent(path: Path) -> str:
    """Read the package's folder, or its module, as a JavaScript expression: the function that starts the agent.

    That function takes the agent's configuration; unless told to load as a module the agent is then `window.pendo`
    and catches up with the snippet's calls (observed in the published agent). Raises NoAgentError.
    """
    file = _module(path)
    text = file.read_text("utf-8")
    exports = _EXPORTS.search(text)
    name = _NAME.search(exports["names"]) if exports else None
    if exports is None or name is None:
        raise NoAgentError(f"{file} is no module of {PACKAGE}: it does not end with an export of {START}")
    return enclose(text[: exports.start()], name["local"] or START)


def enclose(text: str, name: str) -> str:
    """Write an expression for what JavaScript text calls `name`; all else in the text stays out of the page's sight."""
    return f'(function () {{\n"use strict";\n{text}\nreturn {name};\n}})()'


def _module(path: Path) -> Path:
    if path.is_file():
        return path
    for module in MODULES:
        if (path / module).is_file():
            return path / module
    raise NoAgentError(
        f"there is no {PACKAGE} at {path}: looked for {' and '.join(MODULES)} in it; "
        f"`npm install {PACKAGE}` makes node_modules/{PACKAGE}"
    )
