"""Installs the programs that the emulator is compared with, in build/bench, at pinned versions."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PEERS: Final = Path(__file__).parent / "peers"
BUILD: Final = Path(__file__).parents[2] / "build/bench"

_PIP: Final = (
    f"{sys.executable} -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps "
    "--no-build-isolation --target ."
)


@dataclass(frozen=True)
class PeerInstallation:
    """A folder in build/bench and the command that installs programs there.

    `files` are files in `peers/` that the command reads; the first one pins the versions.
    """

    name: str
    files: tuple[str, ...]
    command: str
    needs: str

    @property
    def folder(self) -> Path:
        """The folder with the installed programs."""
        return BUILD / self.name

    @property
    def log(self) -> Path:
        """The output of the command."""
        return self.folder / "log"

    def install(self) -> bool:
        """Install the programs if they are missing or outdated; return whether they are installed."""
        pins, installed = PEERS / self.files[0], self.folder / "installed"
        if installed.exists() and installed.read_bytes() == pins.read_bytes():
            return True
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        for file in self.files:
            shutil.copy(PEERS / file, self.folder)
        sys.stderr.write(f"installing the {self.name} programs for the comparison (once)\n")
        program, *arguments = self.command.split()
        if not shutil.which(program):
            return False
        with self.log.open("wb") as log:
            done = subprocess.run([program, *arguments], cwd=self.folder, stdout=log, stderr=log, check=False)
        if done.returncode:
            return False
        shutil.copy(pins, installed)
        return True


NPM: Final = PeerInstallation(
    "npm",
    ("package-lock.json", "package.json"),
    "npm ci --silent --no-audit --no-fund --ignore-scripts",
    "npm and the registry",
)
PYTHON: Final = PeerInstallation("python", ("requirements.txt",), f"{_PIP} -r requirements.txt", "the registry")
BJOERN: Final = PeerInstallation(
    "bjoern", ("bjoern.txt",), f"{_PIP} -r bjoern.txt", "the registry, a C compiler and libev-dev"
)
