import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from pendo_emulator.tls import authority as module
from pendo_emulator.tls.authority import FILE, Authority

INSIDE = ["DNS:pendo.io", "DNS:cdn.eu.pendo.io", "DNS:data.customer.example"]
OUTSIDE = ["DNS:example.com", "DNS:evilpendo.io", "DNS:customer.example", "DNS:localhost", "IP:127.0.0.1", "IP:::1"]


def openssl(command, **options):
    return subprocess.run(["openssl", *command.split()], capture_output=True, text=True, check=False, **options)


@pytest.fixture
def stolen(ca_folder, secure, tmp_path):
    """Sign a certificate with the authority's key, as a thief would, and ask OpenSSL what it thinks of it."""
    (tmp_path / "root.pem").write_bytes(secure.authority.pem)

    def judge(name, extension="basicConstraints=critical,CA:FALSE"):
        key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null"
        signed = f"req -x509 {key} -subj /CN=x -CA {ca_folder / FILE} -CAkey {ca_folder / FILE} -out leaf.pem"
        names = f"-addext subjectAltName={name} -addext {extension}"
        assert openssl(f"{signed} {names}", cwd=tmp_path).returncode == 0
        return openssl("verify -CAfile root.pem leaf.pem", cwd=tmp_path)

    return judge


@pytest.mark.parametrize("name", INSIDE)
def test_openssl_accepts_a_name_within_the_constraint(stolen, name):
    assert stolen(name).returncode == 0


@pytest.mark.parametrize("name", OUTSIDE)
def test_openssl_refuses_a_name_or_address_outside_it_whoever_has_the_key(stolen, name):
    verdict = stolen(name)
    assert (verdict.returncode, "subtree violation" in verdict.stderr) == (2, True)


def test_what_it_issues_is_right_by_the_strictest_reading(secure, tmp_path):
    (tmp_path / "root.pem").write_bytes(secure.authority.pem)
    (tmp_path / "leaf.pem").write_bytes(secure.authority.issue("us1.cdn.pendo.io"))
    checks = "-x509_strict -purpose sslserver -verify_hostname us1.cdn.pendo.io"
    assert openssl(f"verify {checks} -CAfile root.pem leaf.pem", cwd=tmp_path).returncode == 0


def test_only_its_owner_reads_the_key(tmp_path):
    made = Authority.open(tmp_path / "new")
    assert ((tmp_path / "new").stat().st_mode & 0o777, (tmp_path / "new" / FILE).stat().st_mode & 0o777) == (
        0o700,
        0o600,
    )
    assert b"PRIVATE" not in made.pem


def test_it_is_kept(tmp_path):
    assert Authority.open(tmp_path).pem == Authority.open(tmp_path).pem


def test_many_who_open_it_at_once_get_the_same(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        assert len({opened.pem for opened in pool.map(Authority.open, [tmp_path] * 8)}) == 1


def test_a_further_cname_takes_a_new_root_which_keeps_the_names_and_says_so(tmp_path, caplog):
    caplog.set_level("INFO")
    before = Authority.open(tmp_path, ["a.example.com"])
    after = Authority.open(tmp_path, ["b.example.com"])
    assert (before.pem != after.pem, after.domains) == (True, ("pendo.io", "a.example.com", "b.example.com"))
    assert (
        f"pendo.io, a.example.com, b.example.com, in {tmp_path}, is replaced, so it must be installed anew"
        in caplog.text
    )
    assert Authority.open(tmp_path, ["a.example.com"]).pem == after.pem


def test_it_is_renewed_before_it_expires(tmp_path, monkeypatch):
    before = Authority.open(tmp_path)
    monkeypatch.setattr(module, "RENEWAL", 900 * module.DAY)
    assert Authority.open(tmp_path).pem != before.pem
