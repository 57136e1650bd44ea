"""Fixtures: an instance of Pendo Web (Actions), and an agent that records its calls."""

import pytest

from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.runtime.destination_instance import DestinationInstance, compile_plugins
from pendo_destination.runtime.recording_pendo import RecordingPendo
from pendo_destination.runtime.stored_identity import StoredIdentity
from tests.destination.destinations.pendo_web.subscription_documents import SETTINGS


@pytest.fixture
def recorder():
    return RecordingPendo()


@pytest.fixture
def start(recorder):
    def start_instance(*subscriptions, validation="documented", settings=SETTINGS, analytics=None):
        plugins = compile_plugins(PENDO_WEB, subscriptions or PENDO_WEB.presets)
        instance = DestinationInstance(PENDO_WEB, settings, plugins, recorder.connect, validation)
        instance.load(analytics or StoredIdentity())
        recorder.take()
        return instance

    return start_instance
