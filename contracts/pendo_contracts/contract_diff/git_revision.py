"""Reads files of a git revision with the program git."""

from __future__ import annotations

import subprocess
from pathlib import Path
from shutil import which
from typing import Final

_TIMEOUT: Final = 60


class RevisionError(ValueError):
    """A revision that cannot be read; the text says what to do."""


def read_revision(revision: str, path: Path, folder: Path) -> Path:
    """Write the file or folder of a revision below `folder` and return its path there.

    `revision` is a revision, whose path is `path`, or REVISION:PATH. Raises RevisionError without git, outside a
    repository, and for an unknown revision or path.
    """
    name, _, inner = revision.partition(":")
    if not name or name.startswith("-"):
        raise RevisionError(f"{revision!r} is neither a path nor a git revision")
    if which("git") is None:
        raise RevisionError(f"{revision!r} is not a path, and git is not installed: install git, or give a path")
    start = path.resolve() if path.is_dir() else path.resolve().parent
    top = _git(
        start,
        "rev-parse",
        "--show-toplevel",
        problem=f"{revision!r} is not a path, and {path} is not in a git repository",
    )
    root = Path(top.decode().strip())
    _git(
        root,
        "rev-parse",
        "--verify",
        "--quiet",
        f"{name}^{{commit}}",
        problem=f"{name!r} is neither a path nor a revision of git",
    )
    wanted = inner or path.resolve().relative_to(root.resolve()).as_posix()
    listed = _git(root, "ls-tree", "-r", "-z", "--name-only", name, "--", wanted, problem=f"{name} cannot be listed")
    files = [file for file in listed.decode("utf-8", "surrogateescape").split("\0") if file]
    if not files:
        raise RevisionError(f"{wanted} is not in the revision {name}; give REVISION:PATH if the file had another path")
    for file in files:
        if file == wanted or file.endswith((".json", ".csv")):
            target = folder / file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(_git(root, "show", f"{name}:{file}", problem=f"{file} of {name} cannot be read"))
    return folder / wanted


def _git(folder: Path, *arguments: str, problem: str) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - no shell; a revision never begins with a dash
            ["git", "-C", str(folder), *arguments],  # noqa: S607 - the user's git
            capture_output=True,
            check=False,
            timeout=_TIMEOUT,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RevisionError(f"{problem}: {error}") from error
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().splitlines()
        raise RevisionError(problem + (f" ({reason[0]})" if reason else ""))
    return done.stdout
