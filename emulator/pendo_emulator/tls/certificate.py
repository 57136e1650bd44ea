"""X.509 certificates: a root restricted to some domains, and leaf certificates for one host each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT_NAME: Final = "pendo-emulator local authority"
DAY: Final = timedelta(days=1)
ROOT_LIFETIME: Final = 825 * DAY
LEAF_LIFETIME: Final = 7 * DAY

_EVERY_ADDRESS: Final = tuple(x509.IPAddress(ip_network(network)) for network in ("0.0.0.0/0", "::/0"))
# No host and no mailbox can have this name: permitting only it excludes every other URI and e-mail address.
_NOWHERE: Final = "pendo-emulator.invalid"
_NO_OTHER_NAMES: Final = (x509.UniformResourceIdentifier(_NOWHERE), x509.RFC822Name(_NOWHERE))
_USAGES: Final = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
    "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip


def make_key() -> ec.EllipticCurvePrivateKey:
    """Generate a P-256 key."""
    return ec.generate_private_key(ec.SECP256R1())


def make_root(key: ec.EllipticCurvePrivateKey, domains: Iterable[str]) -> x509.Certificate:
    """Create a root certificate for these domains and their subdomains.

    It can issue only certificates of TLS servers, not for IP addresses, URIs and e-mail addresses.
    """
    name = _name(ROOT_NAME)
    permitted = [*(x509.DNSName(domain) for domain in domains), *_NO_OTHER_NAMES]
    return (
        _builder(name, key.public_key(), ROOT_LIFETIME)
        .issuer_name(name)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage("key_cert_sign"), critical=True)
        .add_extension(x509.NameConstraints(permitted, _EVERY_ADDRESS), critical=True)
        .sign(key, SHA256())
    )


def make_leaf(
    host: str,
    key: ec.EllipticCurvePublicKey,
    root: x509.Certificate,
    root_key: ec.EllipticCurvePrivateKey,
    lifetime: timedelta = LEAF_LIFETIME,
) -> x509.Certificate:
    """Create a certificate for one host; a negative lifetime makes one that expired that long ago."""
    return (
        _builder(_name("pendo-emulator"), key, lifetime)
        .issuer_name(root.subject)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage("digital_signature"), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
        .sign(root_key, SHA256())
    )


def permitted_domains(root: x509.Certificate) -> tuple[str, ...]:
    """Return the domains that a root's name constraints permit."""
    return tuple(name.value for name in _constraints(root).permitted_subtrees or () if isinstance(name, x509.DNSName))


def is_constrained(root: x509.Certificate) -> bool:
    """Return whether a root excludes IP addresses, URIs and e-mail addresses, like the roots of `make_root`."""
    constraints = _constraints(root)
    others = tuple(name for name in constraints.permitted_subtrees or () if not isinstance(name, x509.DNSName))
    return others == _NO_OTHER_NAMES and tuple(constraints.excluded_subtrees or ()) == _EVERY_ADDRESS


def _constraints(root: x509.Certificate) -> x509.NameConstraints:
    return root.extensions.get_extension_for_class(x509.NameConstraints).value


def _builder(subject: x509.Name, key: ec.EllipticCurvePublicKey, lifetime: timedelta) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(min(now, now + lifetime) - DAY)
        .not_valid_after(now + lifetime)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _usage(use: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{usage: usage == use for usage in _USAGES})
