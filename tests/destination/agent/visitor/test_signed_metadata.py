"""The tokens that are accepted as metadata."""

import base64
import json

import pytest

from pendo_destination.agent.visitor.signed_metadata import SignedMetadata


def token(claims):
    return f"e30.{base64.b64encode(json.dumps(claims).encode()).decode().rstrip('=')}.c2ln"


CLAIMS = {"visitor": {"id": "v1"}}


def test_valid_token_gives_claims_and_credentials():
    signature = SignedMetadata(enabled=True)
    assert signature.read_claims({"jwt": token(CLAIMS), "signingKeyName": "k"}) == CLAIMS
    assert signature.credentials == {"jwt": token(CLAIMS), "signingKeyName": "k"}
    assert signature.size == len(token(CLAIMS)) + 1


@pytest.mark.parametrize(
    ("enabled", "options"),
    [
        (False, {"jwt": token(CLAIMS), "signingKeyName": "k"}),
        (True, {"jwt": token(CLAIMS)}),
        (True, {"signingKeyName": "k"}),
        (True, {"jwt": "no token", "signingKeyName": "k"}),
        (True, {"jwt": "e30.bm8.c2ln", "signingKeyName": "k"}),
        (True, {"jwt": "e30.NQ.c2ln", "signingKeyName": "k"}),
        (True, {"jwt": "e30.-_-_.c2ln", "signingKeyName": "k"}),
        (True, {"jwt": 5, "signingKeyName": "k"}),
    ],
)
def test_invalid_token_gives_no_claims(enabled, options):
    signature = SignedMetadata(enabled=enabled)
    assert signature.read_claims(options) is None
    assert signature.credentials == {}


def test_claims_that_are_a_list_count_as_empty():
    signature = SignedMetadata(enabled=True)
    assert signature.read_claims({"jwt": "e30.W10.c2ln", "signingKeyName": "k"}) == {}
    assert signature.credentials
