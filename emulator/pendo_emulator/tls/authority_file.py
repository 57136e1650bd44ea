"""Reads the file of a certificate authority, and refuses one that somebody else may have made."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import load_pem_x509_certificate

from pendo_emulator.addresses import PENDO_DOMAIN, domains
from pendo_emulator.errors import EmulatorError
from pendo_emulator.tls.certificate import permitted_domains

if TYPE_CHECKING:
    from pathlib import Path

_OTHERS_CAN_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH
_ROOT_USER: Final = 0


def read_authority(file: Path) -> tuple[EllipticCurvePrivateKey, x509.Certificate]:
    """Read a key and its certificate; raise EmulatorError, with advice, if they are not the emulator's authority."""
    try:
        pem = file.read_bytes()
        key, certificate = load_pem_private_key(pem, password=None), load_pem_x509_certificate(pem)
        problem = _problem(key, certificate)
    except (ValueError, TypeError, UnsupportedAlgorithm, x509.DuplicateExtension):
        problem = "it does not contain a key and a certificate"
    if problem:
        raise EmulatorError(
            f"{file} is not a certificate authority of this emulator: {problem}; delete it to get a new one, or choose"
            " another folder (--ca-dir, PENDO_EMULATOR_CA_DIR)"
        )
    assert isinstance(key, EllipticCurvePrivateKey)  # noqa: S101 - for the type checker
    return key, certificate


def check_owner(path: Path) -> None:
    """Raise EmulatorError, with advice, if other users can change a folder or file: they could put their key there."""
    if os.name != "posix":
        return
    state = path.stat()
    if state.st_mode & _OTHERS_CAN_WRITE:
        raise EmulatorError(
            f"other users can write to {path}, which holds the certificate authority: delete authority.pem in it unless"
            f" you know who made it, then run `chmod go-w {path}`, or choose another folder with --ca-dir"
        )
    if os.geteuid() not in {state.st_uid, _ROOT_USER}:
        raise EmulatorError(f"{path} belongs to another user: choose another folder with --ca-dir")


def _problem(key: object, certificate: x509.Certificate) -> str:
    """Return the problem of an authority, or ""."""
    if not isinstance(key, EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        return "its key is not the one of its certificate"
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.NameConstraints)
        limits = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return "its certificate is valid for any name"
    names = permitted_domains(certificate)
    if not constraints.critical or not limits.ca or not names or not _are_hosts(names):
        return f"its certificate is valid for more than host names: {', '.join(names) or 'any name'}"
    if PENDO_DOMAIN not in names:
        return f"its certificate is not valid for {PENDO_DOMAIN}, but for {', '.join(names)}"
    return ""


def _are_hosts(names: tuple[str, ...]) -> bool:
    try:
        domains(names)
    except EmulatorError:
        return False
    return True
