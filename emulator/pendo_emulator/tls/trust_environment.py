"""Trust: the environment variables by which programs trust the authority, beside the roots they trust anyway."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import TYPE_CHECKING, Final

import certifi

from pendo_emulator.tls.authority import write_whole

if TYPE_CHECKING:
    from pendo_emulator.tls.authority import Authority

ROOTS: Final = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora
    "/etc/ssl/cert.pem",  # Alpine, macOS
)


def variables(authority: Authority, folder: Path) -> dict[str, str]:
    """Write the files that programs read into `folder`, and name the variables that lead there.

    Node adds what it is given to roots of its own; the others replace theirs, so they get the system's roots and ours.
    """
    ours, all_roots = folder / "certificate.pem", folder / "roots.pem"
    write_whole(ours, authority.pem, 0o644)
    write_whole(all_roots, system_roots() + b"\n" + authority.pem, 0o644)
    replacing = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
    return dict.fromkeys(replacing, str(all_roots)) | {"NODE_EXTRA_CA_CERTS": str(ours)}


def system_roots() -> bytes:
    """Read the roots that this system trusts, or those that SSL_CERT_FILE names instead."""
    files = (ssl.get_default_verify_paths().cafile, *ROOTS, certifi.where())
    return next(Path(file).read_bytes() for file in files if file and Path(file).exists())
