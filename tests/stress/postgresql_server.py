"""Runs a temporary PostgreSQL server that listens on a Unix socket only."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAMS: Final = ("initdb", "pg_ctl")
USER: Final = "postgres"


def is_installed() -> bool:
    """Return whether the programs that start a PostgreSQL server are installed."""
    return all(shutil.which(program, path=_search_path()) for program in PROGRAMS)


@contextmanager
def run_postgresql(folder: Path) -> Iterator[str]:
    """Run a PostgreSQL server in a new folder and give its URL.

    The server never syncs to disk: no test simulates a crash of the machine.
    """
    folder.mkdir(mode=0o755)
    if os.geteuid() == 0:
        shutil.chown(folder, USER)
    _run("initdb", "-D", f"{folder}/data", "-U", USER, "-A", "trust", "--no-sync")
    options = f"-F -k {folder} -c listen_addresses= -c max_connections=200"
    _run("pg_ctl", "start", "-w", "-D", f"{folder}/data", "-l", f"{folder}/log", "-o", options)
    try:
        yield f"postgresql://{USER}@/{USER}?host={folder}"
    finally:
        _run("pg_ctl", "stop", "-m", "immediate", "-D", f"{folder}/data")


def _search_path() -> str:
    """Return PATH with Debian's folders for each PostgreSQL version in front, the newest version first."""
    versions = sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True)
    return os.pathsep.join((*versions, os.environ["PATH"]))


def _run(*command: str) -> None:
    """Run a PostgreSQL program as an ordinary user, because it refuses to run as root."""
    as_user = ("runuser", "-u", USER, "--") if os.geteuid() == 0 else ()
    environment = os.environ | {"PATH": _search_path()}
    subprocess.run((*as_user, *command), check=True, stdout=subprocess.DEVNULL, env=environment)
