"""The rules by which profiles are derived, each with how it is known."""

from __future__ import annotations

from typing import Any, Final, Literal, NamedTuple, TypeAlias

Knowledge: TypeAlias = Literal["documented", "observed", "assumed"]


class DerivationRule(NamedTuple):
    """A rule of derivation; `known` says how it is known, `source` from where."""

    name: str
    known: Knowledge
    text: str
    source: str

    def to_json(self) -> dict[str, Any]:
        """Return the rule as JSON."""
        return self._asdict()


IDENTIFY_LINK: Final = "identify-link"
WEBHOOK_LINK: Final = "webhook-link"

DERIVATION_RULES: Final = (
    DerivationRule(
        "received", "assumed", "Only requests that the emulator answered with a status of 200 to 299 change profiles.",
        "documented for /data/track (status 400: the event is not read)",
    ),
    DerivationRule(
        "right-region", "documented",
        "Requests to another region than that of the key's subscription change nothing.",
        "Pendo: a subscription belongs to one region",
    ),
    DerivationRule(
        "webhook-track", "documented",
        "Track events of the webhook change nothing unless the subscription allows them.",
        "Pendo's page about its Segment integration",
    ),
    DerivationRule(
        "visitor-events", "assumed",
        "The events of ptm.gif, agentic.gif, guide.gif, poll.gif, agenticsdk, /data/agentic, /data/track and"
        " /data/segmentio belong to profiles; requests for guides and segments, replays and logs change nothing.",
        "none",
    ),
    DerivationRule(
        "no-visitor-id", "documented",
        "An empty visitor id, one of white space, and VISITOR-UNIQUE-ID count as no id: they create no visitor.",
        "Pendo's page about anonymous visitors",
    ),
    DerivationRule(
        "id-length", "documented", "A visitor id is cut after 128 bytes of UTF-8, without cutting a character.",
        "Pendo's developer documentation; the place of the cut inside a character is assumed",
    ),
    DerivationRule(
        "account-id-length", "assumed", "An account id is cut after 512 bytes.", "none: Pendo names no limit"
    ),
    DerivationRule(
        "anonymous", "observed", "A visitor whose id begins with _PENDO_T_ is anonymous.", "the published agent"
    ),
    DerivationRule(
        "webhook-visitor", "documented",
        "A webhook call belongs to the visitor `userId`; without one, to _PENDO_T_ followed by `anonymousId`.",
        "Pendo's page about its Segment integration; the anonymous part is assumed for the webhook",
    ),
    DerivationRule(
        IDENTIFY_LINK, "documented",
        "An identify event whose previous visitor is anonymous makes that visitor the same person as the new one.",
        "Pendo's page about identity mapping; the member old_visitor_id is observed in the published agent;"
        " that both profiles remain readable is assumed",
    ),
    DerivationRule(
        WEBHOOK_LINK, "assumed",
        "A webhook identify call with `userId` and `anonymousId` makes the anonymous visitor the same person.", "none",
    ),
    DerivationRule(
        "agent-metadata", "documented",
        "A meta event sets the group `agent` of the visitor, the account and the parent account.",
        "Pendo's page about metadata; that the event carries it is observed in the published agent",
    ),
    DerivationRule(
        "webhook-metadata", "documented",
        "The traits of webhook identify calls set the group `segmentio` of the visitor, those of group calls that of"
        " the account.", "Pendo's API reference (name of the group); the mapping of traits is assumed",
    ),
    DerivationRule(
        "custom-metadata", "documented", "Values written through Pendo's API set the group `custom`.",
        "Pendo's API reference",
    ),
    DerivationRule(
        "do-not-process", "documented",
        "Events of a visitor or an account with `donotprocess` in the group `pendo` change nothing.",
        "Pendo's API reference; that this includes metadata that the agent and the webhook send is assumed",
    ),
    DerivationRule(
        "lower-case", "observed", "Field names are lower-case; the sent name stays as display name.",
        "recorded answers of Pendo's API",
    ),
    DerivationRule(
        "fields-stay", "assumed", "A field that a later event does not carry keeps its value; null is a value.", "none"
    ),
    DerivationRule(
        "event-order", "assumed",
        "The event with the latest time sets a field; of events with the same time, the one that arrives last.", "none",
    ),
    DerivationRule(
        "account", "assumed", "An event with an account id creates the account; an event without one creates none.",
        "none",
    ),
    DerivationRule(
        "parent-account", "documented", "An account id `parent::child` has the part before the first :: as parent.",
        "Pendo's page about parent accounts",
    ),
    DerivationRule(
        "parent-events", "assumed", "The events of an account also count for its parent.", "none",
    ),
    DerivationRule(
        "first-visit", "documented", "firstvisit is the time of the earliest event; metadata alone gives none.",
        "Pendo's API reference; by the event's own time is assumed",
    ),
    DerivationRule(
        "last-visit", "assumed",
        "lastvisit is the time of the latest load, click or identify event, or track event of a server.", "none",
    ),
    DerivationRule(
        "last-account", "documented", "accountid is the account of the latest event with an account.",
        "Pendo's API reference (last associated); by the event's own time is assumed",
    ),
    DerivationRule(
        "last-updated", "assumed", "lastupdated is the time of receipt of the last event or metadata.", "none"
    ),
    DerivationRule(
        "id-hash", "assumed", "idhash is the 32-bit FNV-1a hash of the id; that it has 32 bits is documented.", "none"
    ),
    DerivationRule(
        "browser", "assumed",
        "The browser fields come from the User-Agent of the last agent event, or a track event's context.userAgent.",
        "none",
    ),
)  # fmt: skip
