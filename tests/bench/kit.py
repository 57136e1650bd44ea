"""Kit: programs to compare with that are installed together, below build/bench, from a file that pins them."""

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
class Kit:
    """A folder below build/bench, and the command that fills it from files in `peers/`, of which the first pins it."""

    name: str
    files: tuple[str, ...]
    command: str
    needs: str

    @property
    def folder(self) -> Path:
        """Where it is installed."""
        return BUILD / self.name

    def install(self) -> bool:
        """Install it unless that is done; tell whether it is there."""
        pins, done = PEERS / self.files[0], self.folder / "installed"
        if done.exists() and done.read_bytes() == pins.read_bytes():
            return True
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        for file in self.files:
            shutil.copy(PEERS / file, self.folder)
        sys.stderr.write(f"installing {self.name} to compare with (once)\n")
        program, *arguments = self.command.split()
        if not shutil.which(program) or subprocess.run([program, *arguments], cwd=self.folder, check=False).returncode:
            return False
        shutil.copy(pins, done)
        return True


NPM: Final = Kit(
    "npm",
    ("package-lock.json", "package.json"),
    "npm ci --silent --no-audit --no-fund --ignore-scripts",
    "npm and the registry",
)
PYTHON: Final = Kit("python", ("requirements.txt",), f"{_PIP} -r requirements.txt", "the registry")
BJOERN: Final = Kit("bjoern", ("bjoern.txt",), f"{_PIP} -r bjoern.txt", "the registry, a C compiler and libev-dev")
