"""Environment variables that make programs trust the authority in addition to the system's root certificates."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import TYPE_CHECKING, Final

import certifi

from pendo_emulator.tls.authority import write_atomically

if TYPE_CHECKING:
    from pendo_emulator.tls.authority import Authority

ROOT_FILES: Final = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora
    "/etc/ssl/cert.pem",  # Alpine, macOS
)


def trust_variables(authority: Authority, folder: Path) -> dict[str, str]:
    """Write certificate files into `folder` and return the variables that make programs read them.

    Node adds the certificate to its own roots. The other variables replace a program's roots, so their file contains
    the system's roots as well.
    """
    own, all_roots = folder / "certificate.pem", folder / "roots.pem"
    write_atomically(own, authority.pem, 0o644)
    write_atomically(all_roots, system_roots() + b"\n" + authority.pem, 0o644)
    replacing = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
    return dict.fromkeys(replacing, str(all_roots)) | {"NODE_EXTRA_CA_CERTS": str(own)}


def system_roots() -> bytes:
    """Return the root certificates that this system trusts, or those in SSL_CERT_FILE if it is set, as PEM."""
    files = (ssl.get_default_verify_paths().cafile, *ROOT_FILES, certifi.where())
    return next(Path(file).read_bytes() for file in files if file and Path(file).exists())
