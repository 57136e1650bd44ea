"""Stores of trusted certificates outside our own files: the system's, and the one Chromium reads."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

NICKNAME: Final = "pendo-emulator"


@dataclass(frozen=True, slots=True)
class SystemStore:
    """The roots of a Debian system: curl, Python, Go, git and others trust them."""

    folder: Path = Path("/usr/local/share/ca-certificates")
    update: tuple[str, ...] = ("update-ca-certificates",)

    def __str__(self) -> str:
        return f"the system's roots ({self.folder})"

    def obstacle(self) -> str | None:
        """Say what is missing."""
        if not shutil.which(self.update[0]):
            return f"there is no {self.update[0]}; what `pendo-emulator ca export` prints is for your system's own tool"
        if not os.access(self.folder, os.W_OK):
            return "that takes root: sudo --preserve-env=HOME,PENDO_EMULATOR_CA_DIR, with --into system"
        return None

    def install(self, certificate: bytes) -> None:
        """Put the certificate among the roots."""
        self._file.write_bytes(certificate)
        _call(*self.update)

    def uninstall(self) -> None:
        """Take it away again."""
        self._file.unlink(missing_ok=True)
        _call(*self.update, "--fresh")

    @property
    def _file(self) -> Path:
        return self.folder / f"{NICKNAME}.crt"


@dataclass(frozen=True, slots=True)
class NssStore:
    """The user's NSS database: Chromium and its kin trust it on Linux."""

    folder: Path = field(default_factory=lambda: Path.home() / ".pki/nssdb")

    def __str__(self) -> str:
        return f"Chromium's roots ({self.folder})"

    def obstacle(self) -> str | None:
        """Say what is missing."""
        return None if shutil.which("certutil") else "there is no certutil: apt-get install libnss3-tools"

    def install(self, certificate: bytes) -> None:
        """Put the certificate into the database, which is made if there is none."""
        if not self._exists:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._certutil("-N", "--empty-password")
        self.uninstall()
        with NamedTemporaryFile() as file:
            file.write(certificate)
            file.flush()
            self._certutil("-A", "-n", NICKNAME, "-t", "C,,", "-i", file.name)

    def uninstall(self) -> None:
        """Take it away again, and earlier ones of ours with it."""
        while self._exists and NICKNAME in self._certutil("-L"):
            self._certutil("-D", "-n", NICKNAME)

    @property
    def _exists(self) -> bool:
        return (self.folder / "cert9.db").exists()

    def _certutil(self, *words: str) -> str:
        return _call("certutil", "-d", f"sql:{self.folder}", *words)


Store = SystemStore | NssStore
STORES: Final[Mapping[str, type[Store]]] = {"system": SystemStore, "chromium": NssStore}


def _call(*words: str) -> str:
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own words
