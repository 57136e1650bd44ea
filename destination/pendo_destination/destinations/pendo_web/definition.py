"""The definition of Pendo Web (Actions), with its presets."""

from __future__ import annotations

from typing import Final

from pendo_destination.destinations.pendo_web.group import GROUP
from pendo_destination.destinations.pendo_web.identify import IDENTIFY
from pendo_destination.destinations.pendo_web.initialize import initialize
from pendo_destination.destinations.pendo_web.settings import SETTINGS, script_url
from pendo_destination.destinations.pendo_web.track import TRACK
from pendo_destination.runtime.definition import Action, Definition, Subscription


def _preset(name: str, partner_action: str, action: Action) -> Subscription:
    mapping = {key: field.default for key, field in action.fields.items() if field.default is not None}
    return Subscription(partner_action, name, action.default_subscription, mapping)


PENDO_WEB: Final = Definition(
    name="Pendo Web (actions)",
    slug="pendo-web-actions",
    settings=SETTINGS,
    actions={"track": TRACK, "identify": IDENTIFY, "group": GROUP},
    presets=(
        _preset("Send Track Event", "track", TRACK),
        _preset("Send Identify", "identify", IDENTIFY),
        _preset("Send Group", "group", GROUP),
    ),
    script_url=script_url,
    initialize=initialize,
)
