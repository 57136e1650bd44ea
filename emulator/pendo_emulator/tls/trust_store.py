"""Trust stores in which the authority can be installed: the system's and Chromium's."""

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
    """The trust store of a Debian system, used by curl, Python, Go, git and others."""

    folder: Path = Path("/usr/local/share/ca-certificates")
    update: tuple[str, ...] = ("update-ca-certificates",)

    def __str__(self) -> str:
        return f"the system's trust store ({self.folder})"

    def obstacle(self) -> str | None:
        """Return why the store cannot be changed and what to do, or None."""
        if not shutil.which(self.update[0]):
            return (
                f"{self.update[0]} is not installed; give your system's tool the output of `pendo-emulator ca export`"
            )
        if not os.access(self.folder, os.W_OK):
            return "it needs root: use `sudo --preserve-env=HOME,PENDO_EMULATOR_CA_DIR` and --into system"
        return None

    def install(self, certificate: bytes) -> None:
        """Add the certificate to the store."""
        self._file.write_bytes(certificate)
        _call(*self.update)

    def may_hold_certificate(self) -> bool:
        """Return whether the certificate is installed."""
        return self._file.exists()

    def uninstall(self) -> None:
        """Remove the certificate."""
        self._file.unlink(missing_ok=True)
        _call(*self.update, "--fresh")

    @property
    def _file(self) -> Path:
        return self.folder / f"{NICKNAME}.crt"


@dataclass(frozen=True, slots=True)
class NssStore:
    """The user's NSS database, used by Chromium and browsers derived from it on Linux."""

    folder: Path = field(default_factory=lambda: Path.home() / ".pki/nssdb")

    def __str__(self) -> str:
        return f"Chromium's trust store ({self.folder})"

    def obstacle(self) -> str | None:
        """Return why the store cannot be changed and what to do, or None."""
        return None if shutil.which("certutil") else "certutil is not installed: apt-get install libnss3-tools"

    def install(self, certificate: bytes) -> None:
        """Add the certificate to the database; create the database if it does not exist."""
        if not self._exists:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._certutil("-N", "--empty-password")
        self.uninstall()
        with NamedTemporaryFile() as file:
            file.write(certificate)
            file.flush()
            self._certutil("-A", "-n", NICKNAME, "-t", "C,,", "-i", file.name)

    def may_hold_certificate(self) -> bool:
        """Return False only if the certificate is certainly not installed."""
        return self._exists and (self.obstacle() is not None or NICKNAME in self._nicknames())

    def uninstall(self) -> None:
        """Remove all certificates of the emulator."""
        while self._exists and NICKNAME in self._nicknames():
            self._certutil("-D", "-n", NICKNAME)

    @property
    def _exists(self) -> bool:
        return (self.folder / "cert9.db").exists()

    def _nicknames(self) -> set[str]:
        """List the nicknames of the certificates; each line ends with the trust attributes."""
        return {line.rstrip().rpartition(" ")[0].rstrip() for line in self._certutil("-L").splitlines()}

    def _certutil(self, *arguments: str) -> str:
        return _call("certutil", "-d", f"sql:{self.folder}", *arguments)


TrustStore = SystemStore | NssStore
TRUST_STORES: Final[Mapping[str, type[TrustStore]]] = {"system": SystemStore, "chromium": NssStore}


def _call(*arguments: str) -> str:
    return subprocess.run(arguments, check=True, capture_output=True, text=True).stdout  # noqa: S603 - fixed arguments
