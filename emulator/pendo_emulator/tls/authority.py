"""The local certificate authority: a key on this machine that signs certificates for Pendo's hosts and CNAMEs."""

from __future__ import annotations

import logging
import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from pendo_contracts.common.crash_safe_files import write_atomically
from pendo_emulator.addresses import covers, domains
from pendo_emulator.errors import EmulatorError
from pendo_emulator.tls.authority_file import check_owner, read_authority
from pendo_emulator.tls.certificate import (
    DAY,
    LEAF_LIFETIME,
    is_constrained,
    make_key,
    make_leaf,
    make_root,
    permitted_domains,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import timedelta
    from typing import Self

    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.x509 import Certificate

FOLDER_VARIABLE: Final = "PENDO_EMULATOR_CA_DIR"
AUTHORITY_FILE: Final = "authority.pem"
RENEWAL: Final = 30 * DAY

log = logging.getLogger("pendo-emulator")


def default_folder(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    """Return the folder of the authority: PENDO_EMULATOR_CA_DIR, by default a folder in this user's data folder.

    The data folder is XDG_DATA_HOME, if it is an absolute path (also on macOS). Otherwise it is the default of the XDG
    Base Directory Specification, or on macOS that of Apple's File System Programming Guide. Raises EmulatorError if
    that default is needed and the user has no home folder.
    """
    if folder := environ.get(FOLDER_VARIABLE):
        return Path(folder)
    data = Path(environ.get("XDG_DATA_HOME", ""))
    if not data.is_absolute():
        data = _home() / ("Library/Application Support" if platform == "darwin" else ".local/share")
    return data / "pendo-emulator"


def _home() -> Path:
    try:
        return Path.home()
    except RuntimeError:
        raise EmulatorError(
            "no folder for the certificate authority: HOME is not set, and this user has no home folder; set"
            f" {FOLDER_VARIABLE} to a folder"
        ) from None


@dataclass(frozen=True, slots=True)
class Authority:
    """A key and its self-signed certificate; its name constraints limit the hosts for which clients trust it."""

    key: EllipticCurvePrivateKey
    certificate: Certificate

    @classmethod
    def make(cls, names: Iterable[str]) -> Self:
        """Create an authority for these domains."""
        key = make_key()
        return cls(key, make_root(key, names))

    @classmethod
    def open(cls, folder: Path | None = None, cnames: Iterable[str] = (), renewal: timedelta = RENEWAL) -> Self:
        """Load the authority from `folder`, by default default_folder(), or create it there.

        Replaces an authority that expires within `renewal`, is not valid for all of `cnames`, because the domains of
        a certificate cannot be extended, or is of an older version that permitted URIs and e-mail addresses. Raises
        OSError if the folder cannot be written, and EmulatorError if there is no default folder, if other users can
        write to the folder or if the file is not an authority of the emulator.
        """
        folder, names = folder or default_folder(), domains(cnames)
        with _locked(folder):
            check_owner(folder)
            old = cls._read(folder / AUTHORITY_FILE)
            if old and old.is_valid_for(names, renewal):
                return old
            new = cls.make(dict.fromkeys((*old.domains, *names) if old else names))
            write_atomically(folder / AUTHORITY_FILE, _pem(new.key) + new.pem, 0o600)
        message = (
            "replaced the certificate authority in %s by one for %s: install the new one"
            if old
            else "created a certificate authority in %s for %s: see `pendo-emulator ca` to trust it"
        )
        log.info(message, folder, ", ".join(new.domains))
        return new

    @property
    def domains(self) -> tuple[str, ...]:
        """The domains for which clients trust its certificates."""
        return permitted_domains(self.certificate)

    @property
    def pem(self) -> bytes:
        """The certificate as PEM, without the key."""
        return self.certificate.public_bytes(Encoding.PEM)

    def issue(self, host: str, lifetime: timedelta = LEAF_LIFETIME) -> bytes:
        """Return a new key and certificate for a host, as PEM; a negative lifetime makes an expired certificate.

        A host outside the domains gets a certificate too, but clients reject it because of the name constraints.
        """
        key = make_key()
        leaf = make_leaf(host, key.public_key(), self.certificate, self.key, lifetime)
        return _pem(key) + leaf.public_bytes(Encoding.PEM)

    def is_valid_for(self, names: Iterable[str], period: timedelta) -> bool:
        """Return whether the authority covers these domains, excludes other names and lasts for `period`."""
        lasts = self.certificate.not_valid_after_utc > datetime.now(UTC) + period
        return lasts and is_constrained(self.certificate) and all(covers(self.domains, name) for name in names)

    @classmethod
    def _read(cls, file: Path) -> Self | None:
        if not file.exists():
            return None
        check_owner(file)
        return cls(*read_authority(file))


def _pem(key: EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Lock the folder against other processes while the authority is read and replaced."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        import fcntl  # noqa: PLC0415 - only POSIX has it

        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
