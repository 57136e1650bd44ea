import pytest
from click.testing import CliRunner

from pendo_emulator.cli import main


def hosts(*options):
    return CliRunner().invoke(main, ["hosts", *options])


def test_default_format_is_a_hosts_file():
    assert hosts().stdout.splitlines()[1] == "127.0.0.1 cdn.pendo.io"
    assert hosts("--as", "compose").stdout.splitlines()[2] == '  - "cdn.pendo.io:host-gateway"'


def test_chromium_rules_are_one_option():
    assert hosts("--as", "chromium", "--cname", "a.example", "--port", "9").stdout == (
        "--host-resolver-rules=MAP pendo.io 127.0.0.1:9,MAP *.pendo.io 127.0.0.1:9,"
        "MAP a.example 127.0.0.1:9,MAP *.a.example 127.0.0.1:9\n"
    )


@pytest.mark.parametrize("form", ["hosts-file", "chromium", "pac", "node", "compose"])
def test_every_format_includes_the_cname(form):
    assert "content.customer.example" in hosts("--as", form, "--cname", "content.customer.example").stdout


def test_invalid_cname_is_wrong_usage():
    done = hosts("--cname", "https://a.example")
    assert (done.exit_code, "a CNAME is a host name like" in done.stderr) == (2, True)
