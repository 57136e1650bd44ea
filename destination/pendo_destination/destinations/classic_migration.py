"""Migration from the classic destination to Pendo Web (Actions), and the changes in behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from msgspec.structs import asdict, replace

from pendo_contracts.wire.region import REGIONS
from pendo_destination.destinations import webhook
from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.runtime.settings_check import with_defaults

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pendo_destination.runtime.definition import Subscription

OBSERVED: Final = "observed in published code"


@dataclass(frozen=True, slots=True)
class Change:
    """One change in behaviour, and the source of the fact."""

    subject: str
    before: str
    after: str
    source: Literal["documented", "observed in published code", "assumed"]


CHANGES: Final = (
    Change("track", "not sent; only the webhook sends it", "sent from the page as pendo.track", "documented"),
    Change("region", "US only", "a setting: US, EU, US restricted, Japan", "documented"),
    Change("CNAME", "not possible", "a setting: cnameContentHost", "documented"),
    Change("mappings", "fixed", "up to 50 subscriptions, each with its own trigger and mapping", "documented"),
    Change(
        "start",
        "the agent starts by itself with a generated visitor, who gets the first events",
        "the agent starts with the user and the group that Segment has stored",
        OBSERVED,
    ),
    Change(
        "identify",
        "sends the visitor and the account, both with all traits",
        "sends the visitor with traits and the account with its id only: the agent drops the account's traits",
        OBSERVED,
    ),
    Change(
        "group",
        "sends the account and the visitor, both with all traits",
        "sends the account with traits and the visitor with its id only: the agent drops the visitor's traits",
        OBSERVED,
    ),
    Change("no group known", "identify sends an account whose id is null", "identify sends no account", OBSERVED),
    Change(
        "accumulation",
        "window.pendo_options keeps a parent account, and all members that the page has set, between calls",
        "calls are independent: a call without parentAccount removes the parent account",
        OBSERVED,
    ),
    Change(
        "a trait named id",
        "replaces a generated visitor id, and a missing account id",
        "is ignored: userId and groupId are used",
        OBSERVED,
    ),
    Change(
        "anonymous identify",
        "uses the visitor id _PENDO_T_ followed by the anonymous id",
        "lacks the required visitorId; without validation, the agent keeps its current visitor",
        OBSERVED,
    ),
    Change(
        "anonymous group",
        "uses the visitor id _PENDO_T_undefined, the same for all anonymous visitors",
        "lacks the required visitorId; without validation, the agent keeps its current visitor",
        OBSERVED,
    ),
    Change(
        "parentAccount",
        "found in any spelling (parent_account, Parent Account), but the published code then fails and sends nothing",
        "works if spelled parentAccount; another spelling needs another mapping",
        OBSERVED,
    ),
    Change(
        "dates",
        "a text that is a full ISO date becomes a date, even as an id: 2024-01-02 arrives as 2024-01-02T00:00:00.000Z",
        "texts are not changed",
        OBSERVED,
    ),
    Change(
        "integrations object",
        "the key is `Pendo`",
        f"the key is `{PENDO_WEB.name}`, or `{PENDO_WEB.name} track` for one action; `Pendo` has no effect",
        OBSERVED,
    ),
)


TURN_OFF: Final = (
    "turn the classic destination off when you turn this one on: with both, every page loads the agent's script twice "
    "and sends every identify and group twice, with different metadata (observed in published code)"
)


@dataclass(frozen=True, slots=True)
class Migration:
    """Settings of Pendo Web (Actions), including subscriptions, and warnings for the person who migrates."""

    settings: Mapping[str, Any]
    warnings: tuple[str, ...]


def migrate(classic: Mapping[str, Any], cloud: Mapping[str, Any] | None = None) -> Migration:
    """Return the settings of Pendo Web (Actions) that replace the classic destination.

    `cloud` are the settings of the webhook of the same source, if any: its region is used, and it keeps sending the
    track events. Both settings must be valid.
    """
    webhook_settings = with_defaults(webhook.SETTINGS, {"sendTrack": False} if cloud is None else cloud)
    subscriptions = [
        _as_json(replace(preset, enabled=not (webhook_settings["sendTrack"] and preset.partner_action == "track")))
        for preset in PENDO_WEB.presets
    ]
    region = _region_settings(webhook_settings["region"])
    settings = {"apiKey": classic["apiKey"], **region, "subscriptions": subscriptions}
    warnings = [] if cloud is None else _warnings(classic["apiKey"], webhook_settings)
    return Migration(settings, (TURN_OFF, *warnings))


def _region_settings(region: str) -> dict[str, str]:
    """Return the settings for a region; a region that the setting does not offer is set as a CNAME (assumed)."""
    host = REGIONS[region].content_host
    offered = "actions" in REGIONS[region].offered_by
    return {"region": f"https://{host}"} if offered else {"cnameContentHost": host}


def _as_json(subscription: Subscription) -> dict[str, Any]:
    members = asdict(subscription)
    return {"partnerAction": members.pop("partner_action")} | members


def _warnings(api_key: str, cloud: Mapping[str, Any]) -> Iterator[str]:
    if cloud["region"] != "io":
        yield (
            f"the region is {cloud['region']}, as for the webhook; the classic destination used the US region: check "
            "that the API key belongs to the new region (documented)"
        )
    if cloud["apiKey"] != api_key:
        yield f"the webhook uses another API key, {cloud['apiKey']}; these settings keep the classic destination's"
    yield (
        "the webhook keeps sending identify and group; Pendo stores that metadata separately from the agent's "
        "(documented)"
    )
    if cloud["sendTrack"]:
        yield from _track_warnings(cloud)


def _track_warnings(cloud: Mapping[str, Any]) -> Iterator[str]:
    yield (
        "the webhook sends track events, so Send Track Event is disabled here: with both on, Pendo gets every track "
        "event twice (documented); enable it if you turn track off in the webhook, or if Pendo never enabled it for you"
    )
    if not cloud["groupIdInProperties"]:
        yield (
            "a track event that the webhook sends has an account only if its properties contain a groupId (documented)"
        )
