"""Kit: programs to compare with that are installed together, below build/bench, from a file that pins them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PEERS: Final = Path(__file__).parent / "peers"
BUILD: Final = Path("build/bench").absolute()

_PIP: Final = f"{sys.executable} -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation"


@dataclass(frozen=True)
class Kit:
    """A folder below build/bench and the command that fills it from the files named first in `peers/`."""

    name: str
    files: tuple[str, ...]
    command: str

    @property
    def folder(self) -> Path:
        """Where it is installed."""
        return BUILD / self.name

    def install(self) -> bool:
        """Install it unless this is done already; tell whether it is there."""
        pins, done = PEERS / self.files[0], self.folder / "installed"
        if done.exists() and done.read_bytes() == pins.read_bytes():
            return True
        sys.stdout.write(f"installing {self.name} for the comparison (once)\n")
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        for file in self.files:
            shutil.copy(PEERS / file, self.folder)
        if subprocess.run(self.command.split(), cwd=self.folder, check=False).returncode:
            return False
        shutil.copy(pins, done)
        return True


NPM: Final = Kit("npm", ("package-lock.json", "package.json"), "npm ci --silent --no-audit --no-fund --ignore-scripts")
PYTHON: Final = Kit("python", ("requirements.txt",), f"{_PIP} --require-hashes --target . -r requirements.txt")
BJOERN: Final = Kit("bjoern", ("bjoern.txt",), f"{_PIP} --require-hashes --target . -r bjoern.txt")
