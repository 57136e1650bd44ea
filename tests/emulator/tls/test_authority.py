import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from pendo_emulator.tls.authority import AUTHORITY_FILE, Authority
from pendo_emulator.tls.certificate import ROOT_LIFETIME

PERMITTED = ["DNS:pendo.io", "DNS:cdn.eu.pendo.io", "DNS:data.customer.example"]
FORBIDDEN = ["DNS:example.com", "DNS:evilpendo.io", "DNS:customer.example", "DNS:localhost", "IP:127.0.0.1", "IP:::1"]


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


@pytest.mark.parametrize("name", FORBIDDEN)
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


def test_the_authority_is_kept(tmp_path):
    assert Authority.open(tmp_path).pem == Authority.open(tmp_path).pem


def test_concurrent_opens_get_the_same_authority(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        assert len({authority.pem for authority in pool.map(Authority.open, [tmp_path] * 8)}) == 1


def test_a_new_cname_replaces_the_authority_and_is_logged(tmp_path, caplog):
    caplog.set_level("INFO")
    before = Authority.open(tmp_path, ["a.example.com"])
    after = Authority.open(tmp_path, ["b.example.com"])
    assert (before.pem != after.pem, after.domains) == (True, ("pendo.io", "a.example.com", "b.example.com"))
    names = "pendo.io, a.example.com, b.example.com"
    assert f"replaced the certificate authority in {tmp_path} by one for {names}: install the new one" in caplog.text
    assert Authority.open(tmp_path, ["a.example.com"]).pem == after.pem


def test_the_authority_is_renewed_before_it_expires(tmp_path):
    before = Authority.open(tmp_path)
    assert Authority.open(tmp_path, renewal=ROOT_LIFETIME).pem != before.pem
