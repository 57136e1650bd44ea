"""Migration: Pendo Web (Actions) in place of the classic destination, and what behaves otherwise afterwards."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from pendo_contracts.region import REGIONS
from pendo_destination.destinations import webhook
from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.runtime.settings import with_defaults

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pendo_destination.runtime.definition import Subscription

OBSERVED: Final = "observed in published code"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that behaves otherwise, and where that is known from."""

    subject: str
    before: str
    after: str
    known: Literal["documented", "observed in published code", "assumed"]


CHANGES: Final = (
    Change("track", "not sent; a webhook has to do it", "sent from the page as pendo.track", "documented"),
    Change("region", "US only", "a setting: US, EU, US restricted, Japan", "documented"),
    Change("CNAME", "not possible", "a setting: cnameContentHost", "documented"),
    Change("mappings", "fixed", "up to 50 subscriptions, each with a trigger and a mapping of its own", "documented"),
    Change(
        "start",
        "the agent starts by itself with a visitor it makes up, who gets the first events",
        "the agent starts with the user and the group that Segment knows",
        OBSERVED,
    ),
    Change(
        "identify",
        "sends the visitor and the account, each with all its traits",
        "sends the visitor with traits, of the account the id alone: the agent forgets the account's traits",
        OBSERVED,
    ),
    Change(
        "group",
        "sends the account and the visitor, each with all its traits",
        "sends the account with traits, of the visitor the id alone: the agent forgets the visitor's traits",
        OBSERVED,
    ),
    Change("no group known", "identify sends an account whose id is null", "identify sends no account", OBSERVED),
    Change(
        "accumulation",
        "window.pendo_options keeps a parent account and whatever the page put there from call to call",
        "each call stands alone: without parentAccount in it the parent is gone",
        OBSERVED,
    ),
    Change(
        "a trait named id",
        "replaces a made-up visitor id, and a missing account id",
        "never counts: userId and groupId win",
        OBSERVED,
    ),
    Change(
        "anonymous identify",
        "names the visitor _PENDO_T_ and the anonymous id",
        "lacks the required visitorId; where nothing checks that, the agent keeps the visitor it has",
        OBSERVED,
    ),
    Change(
        "anonymous group",
        "names the visitor _PENDO_T_undefined, one for all anonymous visitors",
        "lacks the required visitorId; where nothing checks that, the agent keeps the visitor it has",
        OBSERVED,
    ),
    Change(
        "parentAccount",
        "found in any spelling (parent_account, Parent Account), but the published code then fails and sends nothing",
        "works, spelled parentAccount; another spelling needs another mapping",
        OBSERVED,
    ),
    Change(
        "dates",
        "a text that is a full ISO date becomes a date, even as an id: 2024-01-02 arrives as 2024-01-02T00:00:00.000Z",
        "texts stay as they are",
        OBSERVED,
    ),
    Change(
        "integrations object",
        "the key is `Pendo`",
        f"the key is `{PENDO_WEB.name}`, or for one action such as `{PENDO_WEB.name} track`; `Pendo` has no effect",
        OBSERVED,
    ),
)


TURN_OFF: Final = (
    "turn the classic destination off as you turn this one on: with both, every page loads the agent's script twice "
    "and gives it every identify and group twice, with other metadata each time (observed in published code)"
)


@dataclass(frozen=True, slots=True)
class Migration:
    """Settings of Pendo Web (Actions) with subscriptions among them, and what whoever migrates has to see to."""

    settings: Mapping[str, Any]
    warnings: tuple[str, ...]


def migrate(classic: Mapping[str, Any], cloud: Mapping[str, Any] | None = None) -> Migration:
    """Set Pendo Web (Actions) up as a successor of the classic destination.

    `cloud` are the settings of the webhook beside it, if there is one: its region is taken over, and the track events
    stay with it. Both are taken to be free of problems.
    """
    beside = with_defaults(webhook.SETTINGS, {"sendTrack": False} if cloud is None else cloud)
    subscriptions = [
        _as_json(replace(preset, enabled=not (beside["sendTrack"] and preset.partner_action == "track")))
        for preset in PENDO_WEB.presets
    ]
    settings = {"apiKey": classic["apiKey"], **_way(beside["region"]), "subscriptions": subscriptions}
    warnings = [] if cloud is None else _warnings(classic["apiKey"], beside)
    return Migration(settings, (TURN_OFF, *warnings))


def _way(region: str) -> dict[str, str]:
    """Lead to a region; one that the region setting does not offer is reached as a CNAME is (assumed)."""
    host = REGIONS[region].content_host
    offered = "actions" in REGIONS[region].offered_by
    return {"region": f"https://{host}"} if offered else {"cnameContentHost": host}


def _as_json(subscription: Subscription) -> dict[str, Any]:
    members = asdict(subscription)
    return {"partnerAction": members.pop("partner_action")} | members


def _warnings(api_key: str, cloud: Mapping[str, Any]) -> Iterator[str]:
    if cloud["region"] != "io":
        yield (
            f"the region is the webhook's, {cloud['region']}; the classic destination loaded the agent of the US: make "
            "sure that the API key belongs there (documented)"
        )
    if cloud["apiKey"] != api_key:
        yield f"the webhook sends to another app, {cloud['apiKey']}; these settings keep the classic one's API key"
    yield (
        "the webhook goes on sending identify and group; Pendo keeps that metadata in a group of its own, beside the "
        "agent's (documented)"
    )
    if cloud["sendTrack"]:
        yield from _track_warnings(cloud)


def _track_warnings(cloud: Mapping[str, Any]) -> Iterator[str]:
    yield (
        "the webhook sends track events, so Send Track Event is disabled here: with both on, Pendo gets every track "
        "event twice (documented); enable it if you turn the webhook's off, or if Pendo never turned them on for you"
    )
    if not cloud["groupIdInProperties"]:
        yield "track events by webhook need a groupId among their properties to have an account (documented)"
