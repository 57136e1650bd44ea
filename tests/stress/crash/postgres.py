"""A PostgreSQL of one's own, on a socket in a folder, for as long as a test takes."""

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


def installed() -> bool:
    """Tell whether there is a PostgreSQL to be started."""
    return all(shutil.which(program, path=_path()) for program in PROGRAMS)


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """Run one, and give its URL; that of a crash of the machine is not what it is here for, so it never syncs."""
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


def _path() -> str:
    """Look where Debian keeps the programs of each version too, the newest first."""
    versions = sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True)
    return os.pathsep.join((*versions, os.environ["PATH"]))


def _run(*command: str) -> None:
    """Run a program of PostgreSQL's, which does not let itself be run by root."""
    as_user = ("runuser", "-u", USER, "--") if os.geteuid() == 0 else ()
    environment = os.environ | {"PATH": _path()}
    subprocess.run((*as_user, *command), check=True, stdout=subprocess.DEVNULL, env=environment)
