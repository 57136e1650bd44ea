"""Fixture: the API key of a test as bytes."""

import pytest


@pytest.fixture
def key(pendo):
    return pendo.api_key.encode()
