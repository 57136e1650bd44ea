"""Settings, an event and subscriptions of Pendo Web (Actions) for the tests."""

from pendo_destination.runtime.definition import Subscription

SETTINGS = {"apiKey": "k", "region": "https://cdn.pendo.io"}
TRACK = {"type": "track", "event": "E", "properties": {"a": 1}, "anonymousId": "a"}


def subscription(action="track", subscribe='type = "track"', mapping=None, *, enabled=True):
    return Subscription(action, "", subscribe, mapping or {"event": {"@path": "$.event"}}, enabled)
