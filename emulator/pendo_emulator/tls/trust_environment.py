"""Environment variables that make programs trust the authority in addition to the system's root certificates."""

from __future__ import annotations

import re
import ssl
from base64 import b64decode
from pathlib import Path
from typing import TYPE_CHECKING, Final

import certifi

from pendo_contracts.common.crash_safe_files import write_atomically
from pendo_emulator.tls.certificate import ROOT_NAME

if TYPE_CHECKING:
    from pendo_emulator.tls.authority import Authority

ROOT_FILES: Final = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora
    "/etc/ssl/cert.pem",  # Alpine, macOS
)

_CERTIFICATE: Final = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


def trust_variables(authority: Authority, folder: Path) -> dict[str, str]:
    """Write certificate files into `folder` and return the variables that make programs read them.

    Node adds the certificate to its own roots. The other variables replace a program's roots, so their file contains
    the system's roots as well. Raises OSError if the files cannot be written.
    """
    folder = folder.absolute()  # programs read the variables in other folders
    own, all_roots = folder / "certificate.pem", folder / "roots.pem"
    roots = [*system_roots(), authority.pem]
    write_atomically(own, authority.pem, 0o644)
    write_atomically(all_roots, b"\n".join(roots), 0o644)
    replacing = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
    return dict.fromkeys(replacing, str(all_roots)) | {"NODE_EXTRA_CA_CERTS": str(own)}


def system_roots() -> list[bytes]:
    """Return the root certificates that this system trusts, or those in SSL_CERT_FILE if it is set, as PEM.

    Roots of the emulator are left out: SSL_CERT_FILE may name a file that `trust_variables` wrote.
    """
    files = (ssl.get_default_verify_paths().cafile, *ROOT_FILES, certifi.where())
    existing = (Path(file) for file in files if file and Path(file).exists())
    return next(filter(None, map(_foreign_roots, existing)), [])


def _foreign_roots(file: Path) -> list[bytes]:
    return [pem for pem in _CERTIFICATE.findall(file.read_bytes()) if not _is_own(pem)]


def _is_own(pem: bytes) -> bool:
    try:
        return ROOT_NAME.encode() in b64decode(b"".join(pem.splitlines()[1:-1]))
    except ValueError:
        return False
