"""The local certificate authority: a key on this machine that can vouch for Pendo's names and the CNAMEs given."""

from __future__ import annotations

import fcntl
import logging
import os
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509 import load_pem_x509_certificate
from platformdirs import user_data_path

from pendo_emulator.clients.name_formats import covers, domains
from pendo_emulator.tls.certificate import DAY, make_key, make_leaf, make_root, permitted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Self

    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.x509 import Certificate

FOLDER_VARIABLE: Final = "PENDO_EMULATOR_CA_DIR"
FILE: Final = "authority.pem"
RENEWAL: Final = 30 * DAY

log = logging.getLogger("pendo-emulator")


def default_folder() -> Path:
    """Find where the authority is kept: PENDO_EMULATOR_CA_DIR, or a folder of this user's data."""
    return Path(os.environ.get(FOLDER_VARIABLE) or user_data_path("pendo-emulator"))


@dataclass(frozen=True, slots=True)
class Authority:
    """A key, and the self-signed certificate whose name constraints bind it."""

    key: EllipticCurvePrivateKey
    certificate: Certificate

    @classmethod
    def make(cls, names: Iterable[str]) -> Self:
        """Make an authority for these domains."""
        key = make_key()
        return cls(key, make_root(key, names))

    @classmethod
    def open(cls, folder: Path | None = None, cnames: Iterable[str] = ()) -> Self:
        """Open the authority kept in `folder`, by default the one of default_folder().

        Where there is none, or it is about to expire, or it may not vouch for one of `cnames`, a new one takes its
        place: what a certificate permits cannot be widened. Raises OSError where the folder cannot be written.
        """
        folder, names = folder or default_folder(), domains(cnames)
        with _locked(folder):
            kept = cls._read(folder / FILE)
            if kept and kept.vouches_for(names):
                return kept
            made = cls.make(dict.fromkeys((*kept.domains, *names) if kept else names))
            write_whole(folder / FILE, _pem(made.key) + made.pem, 0o600)
        made_or_replaced = "replaced, so it must be installed anew" if kept else "made: see `pendo-emulator ca`"
        log.info("a certificate authority for %s, in %s, is %s", ", ".join(made.domains), folder, made_or_replaced)
        return made

    @property
    def domains(self) -> tuple[str, ...]:
        """The domains it may vouch for."""
        return permitted(self.certificate)

    @property
    def pem(self) -> bytes:
        """The certificate, for whoever is to trust it."""
        return self.certificate.public_bytes(Encoding.PEM)

    def issue(self, host: str) -> bytes:
        """Mint a key and a certificate for a host, as PEM.

        Nothing is refused here: that clients refuse names outside the domains is what the constraints are for.
        """
        key = make_key()
        return _pem(key) + make_leaf(host, key.public_key(), self.certificate, self.key).public_bytes(Encoding.PEM)

    def vouches_for(self, names: Iterable[str]) -> bool:
        """Tell whether it may vouch for these domains, and for a while yet."""
        lasts = self.certificate.not_valid_after_utc > datetime.now(UTC) + RENEWAL
        return lasts and all(covers(self.domains, name) for name in names)

    @classmethod
    def _read(cls, file: Path) -> Self | None:
        if not file.exists():
            return None
        pem = file.read_bytes()
        return cls(load_pem_private_key(pem, password=None), load_pem_x509_certificate(pem))  # type: ignore[arg-type]


def write_whole(file: Path, content: bytes, mode: int) -> None:
    """Write a file that others see whole or not at all, and never with another mode."""
    with NamedTemporaryFile(dir=file.parent, delete=False) as draft:
        os.fchmod(draft.fileno(), mode)
        draft.write(content)
    Path(draft.name).replace(file)


def _pem(key: EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep other processes out of the folder while the authority is read and replaced."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
