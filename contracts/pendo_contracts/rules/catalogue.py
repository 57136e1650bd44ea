"""The catalogue of all rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pendo_contracts.rules.accounts.account_lost import AccountLost
from pendo_contracts.rules.accounts.account_missing import AccountMissing
from pendo_contracts.rules.accounts.parent_account_nested import ParentAccountNested
from pendo_contracts.rules.accounts.webhook_without_account import WebhookWithoutAccount
from pendo_contracts.rules.delivery.double_delivery import DoubleDelivery
from pendo_contracts.rules.delivery.dropped_by_agent import DroppedByAgent
from pendo_contracts.rules.delivery.events_missing import EventsMissing
from pendo_contracts.rules.delivery.not_received import NotReceived
from pendo_contracts.rules.delivery.resent import Resent
from pendo_contracts.rules.delivery.sent_twice import SentTwice
from pendo_contracts.rules.delivery.size_mismatch import SizeMismatch
from pendo_contracts.rules.hosts.half_cname import HalfCname
from pendo_contracts.rules.hosts.key_in_two_regions import KeyInTwoRegions
from pendo_contracts.rules.hosts.region_mismatch import RegionMismatch
from pendo_contracts.rules.hosts.unlisted_host import UnlistedHost
from pendo_contracts.rules.identity.id_too_long import IdTooLong
from pendo_contracts.rules.identity.id_twins import IdTwins
from pendo_contracts.rules.identity.id_whitespace import IdWhitespace
from pendo_contracts.rules.identity.junk_id import JunkId
from pendo_contracts.rules.identity.placeholder_id import PlaceholderId
from pendo_contracts.rules.identity.visitor_switched import VisitorSwitched
from pendo_contracts.rules.metadata.metadata_key import MetadataKey
from pendo_contracts.rules.metadata.metadata_key_clash import MetadataKeyClash
from pendo_contracts.rules.metadata.metadata_type_change import MetadataTypeChange
from pendo_contracts.rules.metadata.metadata_value import MetadataValue
from pendo_contracts.rules.time.time_ahead import TimeAhead
from pendo_contracts.rules.time.time_late import TimeLate
from pendo_contracts.rules.time.time_unit import TimeUnit
from pendo_contracts.rules.track.track_event_types import TrackEventTypes
from pendo_contracts.rules.track.track_properties_size import TrackPropertiesSize
from pendo_contracts.rules.track.track_property_name import TrackPropertyName

if TYPE_CHECKING:
    from pendo_contracts.rules.rule_base import AnyRule

RULES: Final[tuple[type[AnyRule], ...]] = (
    UnlistedHost, RegionMismatch, KeyInTwoRegions, HalfCname,
    PlaceholderId, JunkId, IdTooLong, IdWhitespace, IdTwins, VisitorSwitched,
    AccountMissing, AccountLost, WebhookWithoutAccount, ParentAccountNested,
    MetadataKey, MetadataKeyClash, MetadataValue, MetadataTypeChange,
    TrackPropertyName, TrackPropertiesSize, TrackEventTypes,
    TimeUnit, TimeAhead, TimeLate,
    SizeMismatch, SentTwice, DoubleDelivery, EventsMissing, Resent, NotReceived, DroppedByAgent,
)  # fmt: skip
