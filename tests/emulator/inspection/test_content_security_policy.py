"""Policies are read as a browser reads them (examples of W3C Content Security Policy Level 3)."""

import pytest

from pendo_emulator.inspection.reading.content_security_policy import read_policies

PAGE = "https://app.shop.test/home"
DATA = "https://data.pendo.io/data/ptm.gif/key?v=1"

ALLOWED = [
    ("img-src *", "image", DATA),
    ("img-src https:", "image", DATA),
    ("img-src *.pendo.io", "image", DATA),
    ("img-src http://data.pendo.io", "image", DATA),
    ("img-src data.pendo.io:443", "image", DATA),
    ("img-src data.pendo.io:*", "image", DATA),
    ("img-src DATA.PENDO.IO", "image", DATA),
    ("img-src data.pendo.io/data/", "image", DATA),
    ("img-src data.pendo.io/data/ptm.gif/key", "image", DATA),
    ("default-src 'none'; img-src data.pendo.io", "image", DATA),
    ("default-src data.pendo.io", "connect", DATA),
    ("connect-src 'none'", "image", DATA),
    ("script-src 'nonce-abc' 'strict-dynamic'", "script", "https://cdn.pendo.io/agent.js"),
    ("script-src 'none'; script-src-elem cdn.pendo.io", "script", "https://cdn.pendo.io/agent.js"),
    ("img-src 'self'", "image", "https://app.shop.test/a.gif"),
    ("img-src 'self'; img-src 'none'", "image", "https://app.shop.test/a.gif"),
    ("upgrade-insecure-requests", "image", DATA),
]
BLOCKED = [
    ("img-src 'none'", "image", DATA),
    ("img-src", "image", DATA),
    ("img-src 'self'", "image", DATA),
    ("img-src *.data.pendo.io", "image", DATA),
    ("img-src pendo.io", "image", DATA),
    ("img-src data.pendo.io:8443", "image", DATA),
    ("img-src data.pendo.io/data", "image", DATA),
    ("img-src ftp://data.pendo.io", "image", DATA),
    ("img-src data:", "image", DATA),
    ("default-src 'self'", "connect", DATA),
    ("script-src 'unsafe-inline' 'self'", "script", "https://cdn.pendo.io/agent.js"),
    ("script-src-elem 'self'; script-src *", "script", "https://cdn.pendo.io/agent.js"),
    ("img-src data.pendo.io", "image", "http://data.pendo.io/data/ptm.gif/key"),
    ("img-src *, img-src 'none'", "image", DATA),
]


def blocking(text, load, url):
    return [found for policy in read_policies([text]) if (found := policy.blocking_directive(load, url, PAGE))]


@pytest.mark.parametrize(("text", "load", "url"), ALLOWED)
def test_listed_source_is_allowed(text, load, url):
    assert blocking(text, load, url) == []


@pytest.mark.parametrize(("text", "load", "url"), BLOCKED)
def test_other_source_is_blocked(text, load, url):
    assert len(blocking(text, load, url)) == 1
