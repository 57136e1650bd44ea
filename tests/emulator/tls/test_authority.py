import pwd
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from pendo_emulator.errors import EmulatorError
from pendo_emulator.tls.authority import AUTHORITY_FILE, Authority, default_folder
from pendo_emulator.tls.certificate import ROOT_LIFETIME, is_constrained, make_key, make_root

PERMITTED = ["DNS:pendo.io", "DNS:cdn.eu.pendo.io", "DNS:data.customer.example"]
FORBIDDEN = ["DNS:example.com", "DNS:evilpendo.io", "DNS:customer.example", "DNS:localhost", "IP:127.0.0.1", "IP:::1"]
OTHER_KINDS = ["URI:https://data.pendo.io/x", "URI:https://example.com/x", "email:someone@pendo.io"]


@pytest.mark.parametrize(
    ("environ", "platform", "folder"),
    [
        ({"PENDO_EMULATOR_CA_DIR": "/c", "XDG_DATA_HOME": "/d"}, "linux", "/c"),
        ({"XDG_DATA_HOME": "/d"}, "linux", "/d/pendo-emulator"),
        ({"XDG_DATA_HOME": "relative"}, "linux", "~/.local/share/pendo-emulator"),
        ({}, "linux", "~/.local/share/pendo-emulator"),
        ({}, "darwin", "~/Library/Application Support/pendo-emulator"),
    ],
)
def test_authority_is_in_the_data_folder_of_the_user(environ, platform, folder):
    assert default_folder(environ, platform) == Path(folder).expanduser()


def test_missing_home_folder_is_explained(monkeypatch):
    def no_entry(user):
        raise KeyError(user)

    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr(pwd, "getpwuid", no_entry)
    with pytest.raises(EmulatorError, match=r"HOME is not set.*set PENDO_EMULATOR_CA_DIR to a folder"):
        default_folder({})
    assert default_folder({"XDG_DATA_HOME": "/d"}) == Path("/d/pendo-emulator")


def openssl(command, **options):
    return subprocess.run(["openssl", *command.split()], capture_output=True, text=True, check=False, **options)


@pytest.fixture
def verify_forged(ca_folder, tls_emulator, tmp_path):
    """Sign a certificate with the authority's key, as somebody who stole it could, and verify it with OpenSSL."""
    (tmp_path / "root.pem").write_bytes(tls_emulator.authority.pem)

    def verify(name, extension="basicConstraints=critical,CA:FALSE"):
        key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null"
        authority = ca_folder / AUTHORITY_FILE
        signed = f"req -x509 {key} -subj /CN=x -CA {authority} -CAkey {authority} -out leaf.pem"
        names = f"-addext subjectAltName={name} -addext {extension}"
        assert openssl(f"{signed} {names}", cwd=tmp_path).returncode == 0
        return openssl("verify -CAfile root.pem leaf.pem", cwd=tmp_path)

    return verify


@pytest.mark.parametrize("name", PERMITTED)
def test_openssl_accepts_permitted_names(verify_forged, name):
    assert verify_forged(name).returncode == 0


@pytest.mark.parametrize("name", [*FORBIDDEN, *OTHER_KINDS])
def test_openssl_rejects_names_outside_the_constraints(verify_forged, name):
    done = verify_forged(name)
    assert (done.returncode, "subtree violation" in done.stderr) == (2, True)


def test_issued_certificates_pass_strict_checks(tls_emulator, tmp_path):
    (tmp_path / "root.pem").write_bytes(tls_emulator.authority.pem)
    (tmp_path / "leaf.pem").write_bytes(tls_emulator.authority.issue("us1.cdn.pendo.io"))
    checks = "-x509_strict -purpose sslserver -verify_hostname us1.cdn.pendo.io"
    assert openssl(f"verify {checks} -CAfile root.pem leaf.pem", cwd=tmp_path).returncode == 0


def test_only_the_owner_can_read_the_key(tmp_path):
    authority = Authority.open(tmp_path / "new")
    assert ((tmp_path / "new").stat().st_mode & 0o777, (tmp_path / "new" / AUTHORITY_FILE).stat().st_mode & 0o777) == (
        0o700,
        0o600,
    )
    assert b"PRIVATE" not in authority.pem


def test_authority_is_kept(tmp_path):
    assert Authority.open(tmp_path).pem == Authority.open(tmp_path).pem


def make_pem(key, certificate):
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private + certificate.public_bytes(Encoding.PEM)


def make_unconstrained():
    key = make_key()
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "pendo-emulator local authority")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + ROOT_LIFETIME)
    basic = x509.BasicConstraints(ca=True, path_length=0)
    return make_pem(key, builder.add_extension(basic, critical=True).sign(key, SHA256()))


def make_wide(*names):
    key = make_key()
    return make_pem(key, make_root(key, names))


def make_foreign():
    return make_pem(make_key(), make_root(make_key(), ["pendo.io"]))


REFUSED = {
    "empty": lambda: b"",
    "junk": lambda: bytes(range(256)),
    "key only": lambda: make_wide("pendo.io").partition(b"-----BEGIN CERT")[0],
    "certificate only": lambda: b"-----BEGIN CERT" + make_wide("pendo.io").partition(b"-----BEGIN CERT")[2],
    "key of another certificate": make_foreign,
    "without constraints": make_unconstrained,
    "top-level domain": lambda: make_wide("pendo.io", "com"),
    "every domain": lambda: make_wide("pendo.io", ""),
    "no domain": make_wide,
    "another domain": lambda: make_wide("google.com"),
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED)
def test_file_that_is_not_our_authority_is_refused(tmp_path, content):
    file = tmp_path / AUTHORITY_FILE
    file.write_bytes(content())
    file.chmod(0o600)
    before = file.read_bytes()
    with pytest.raises(EmulatorError, match="delete it to get a new one"):
        Authority.open(tmp_path)
    assert file.read_bytes() == before


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o1777])
def test_folder_that_others_can_write_is_refused(tmp_path, mode):
    tmp_path.chmod(mode)
    with pytest.raises(EmulatorError, match="chmod go-w"):
        Authority.open(tmp_path)
    assert not list(tmp_path.iterdir())


def test_file_that_others_can_write_is_refused(tmp_path):
    Authority.open(tmp_path)
    (tmp_path / AUTHORITY_FILE).chmod(0o666)
    with pytest.raises(EmulatorError, match="chmod go-w"):
        Authority.open(tmp_path)


def test_authority_with_fewer_constraints_is_replaced(tmp_path):
    key = make_key()
    root = make_root(key, ["pendo.io"])
    builder = x509.CertificateBuilder(root.issuer, root.subject, root.public_key(), root.serial_number)
    builder = builder.not_valid_before(root.not_valid_before_utc).not_valid_after(root.not_valid_after_utc)
    for extension in root.extensions:
        value = extension.value
        if isinstance(value, x509.NameConstraints):
            value = x509.NameConstraints([x509.DNSName("pendo.io")], value.excluded_subtrees)
        builder = builder.add_extension(value, extension.critical)
    (tmp_path / AUTHORITY_FILE).write_bytes(make_pem(key, builder.sign(key, SHA256())))
    (tmp_path / AUTHORITY_FILE).chmod(0o600)
    assert is_constrained(Authority.open(tmp_path).certificate)


def test_concurrent_opens_get_the_same_authority(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        assert len({authority.pem for authority in pool.map(Authority.open, [tmp_path] * 8)}) == 1


def test_new_cname_replaces_the_authority_and_is_logged(tmp_path, caplog):
    caplog.set_level("INFO")
    before = Authority.open(tmp_path, ["a.example.com"])
    after = Authority.open(tmp_path, ["b.example.com"])
    assert (before.pem != after.pem, after.domains) == (True, ("pendo.io", "a.example.com", "b.example.com"))
    names = "pendo.io, a.example.com, b.example.com"
    assert f"replaced the certificate authority in {tmp_path} by one for {names}: install the new one" in caplog.text
    assert Authority.open(tmp_path, ["a.example.com"]).pem == after.pem


def test_authority_is_renewed_before_it_expires(tmp_path):
    before = Authority.open(tmp_path)
    assert Authority.open(tmp_path, renewal=ROOT_LIFETIME).pem != before.pem
