"""The agent's options, read from its downloaded configuration and from the page's snippet."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from pendo_destination.javascript.values import is_nullish, is_number, text, truthy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.wire.region import Region

# The published agent that this one imitates.
PACKAGE_VERSION: Final = "2.291.4"
DAY: Final = 24 * 60 * 60 * 1000
HALF_AN_HOUR: Final = 30 * 60 * 1000

# If both sources set an option, the snippet wins, except for these options (observed in the published agent).
_HOSTED_ONLY: Final = frozenset(
    {
        "adoptAnalyticsForwarding", "blockAgentMetadata", "disablePendo", "dropAnonymous", "enableSignedMetadata",
        "env", "freeNPSData", "promotedAgentMetadataConfigurations", "selfHosted", "server", "trainingPartner",
    }
)  # fmt: skip
_HOSTED_FIRST: Final = frozenset({"apiKey", "additionalApiKeys"})
_SNIPPET_ONLY: Final = frozenset({"allowPartnerAnalyticsForwarding", "disableGuides", "guides.disabled"})
_NESTED: Final = frozenset({"analytics", "guides"})

Options = dict[str, Any]


class PromotedField(Struct, frozen=True):
    """A metadata field that every event repeats; `kind` is visitor, account or parentAccount."""

    kind: str
    name: str


class Config(Struct, frozen=True):
    """The agent's options, read once at initialization (observed in the published agent)."""

    api_key: str
    additional_api_keys: tuple[str, ...]
    version: str
    data_host: str
    self_hosted: bool
    persistent: bool
    in_memory: bool
    force_anonymous: bool
    storage_suffix: str
    identity_lifetime: int
    inactivity: float
    drop_anonymous: bool
    block_metadata: bool
    promoted_fields: tuple[PromotedField, ...]
    guides_only: bool
    nps_only: bool
    guides_disabled: bool
    excluded_types: tuple[str, ...]
    post_only: bool
    store_on_unload: bool
    adopt_partner: bool
    full_referrer: bool
    hash_ignored: bool

    @property
    def api_keys(self) -> tuple[str, ...]:
        """All API keys that receive events, the primary one first."""
        return (self.api_key, *self.additional_api_keys)


def hosted_config(api_key: str, region: Region) -> dict[str, Any]:
    """Return the configuration inside an agent that is downloaded in a region, with the settings of the subscription.

    The data host is documented for Pendo's regions; the other keys are observed in the published agent.
    """
    return {
        "apiKey": api_key,
        "env": region.version_suffix,
        "server": f"https://{region.app_host}",
        "dataHost": region.data_host,
    }


def read_config(hosted: Mapping[str, Any], snippet: Mapping[str, Any]) -> Config | None:
    """Return all options, or None if Pendo is disabled or there is no API key: then the agent never starts."""
    options = _merge(dict(_flatten(hosted)), dict(_flatten(snippet)))
    additional = [text(key) for key in _list(options.get("additionalApiKeys", [])) if truthy(key)]
    api_key = text(options.get("apiKey") or next(iter(additional), ""))
    if not api_key or truthy(options.get("disablePendo")):
        return None
    excluded = options.get("analytics.excludeEvents")
    return Config(
        api_key=api_key,
        additional_api_keys=tuple(additional),
        version=f"{PACKAGE_VERSION}_{options.get('env', '')}",
        data_host=_data_host(hosted, snippet),
        self_hosted=truthy(options.get("selfHosted")),
        persistent=not truthy(options.get("disablePersistence")),
        in_memory=truthy(options.get("disableCookies")),
        force_anonymous=truthy(options.get("forceAnonymous")),
        storage_suffix=text(options.get("identityStorageSuffix", "")),
        identity_lifetime=int(_number(options.get("identityStorageLifetime") or 100 * DAY, 100 * DAY)),
        inactivity=_number(options.get("inactivityDuration"), HALF_AN_HOUR),
        drop_anonymous=truthy(options.get("dropAnonymous")),
        block_metadata=truthy(options.get("blockAgentMetadata")),
        promoted_fields=tuple(map(_promoted_field, _list(options.get("promotedAgentMetadataConfigurations", [])))),
        guides_only=truthy(options.get("excludeNonGuideAnalytics")),
        nps_only=truthy(options.get("freeNPSData")),
        guides_disabled=truthy(options.get("guides.disabled")) or truthy(options.get("disableGuides")),
        excluded_types=tuple(excluded) if isinstance(excluded, list) else (),
        post_only=truthy(options.get("sendEventsWithPostOnly")),
        store_on_unload=truthy(options.get("analytics.localStorageUnload")),
        adopt_partner=_adopt_partner(options),
        full_referrer=truthy(options.get("enableFullUtmReferrer")),
        hash_ignored=options.get("ignoreHashRouting") is True,
    )


def _merge(hosted: Options, snippet: Options) -> Options:
    return {
        **{name: value for name, value in hosted.items() if name not in _SNIPPET_ONLY},
        **{name: value for name, value in snippet.items() if name not in _HOSTED_ONLY},
        **{name: hosted[name] for name in _HOSTED_FIRST if name in hosted},
    }


def _flatten(source: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield a source's options, grouped ones as `<group>.<option>`; null and undefined set nothing."""
    for name, value in source.items():
        if name in _NESTED and isinstance(value, Mapping):
            yield from ((f"{name}.{inner}", item) for inner, item in value.items() if not is_nullish(item))
        elif not is_nullish(value):
            yield name, value


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _data_host(hosted: Mapping[str, Any], snippet: Mapping[str, Any]) -> str:
    """Return the snippet's data host unchanged, even without a scheme, or else the hosted data host with `https://`."""
    if snippet.get("dataHost"):
        return text(snippet["dataHost"])
    if not hosted.get("dataHost"):
        return text(hosted.get("server", ""))
    host = text(hosted["dataHost"])
    return host if "://" in host else f"https://{host}"


def _number(value: Any, default: float) -> float:
    """Return a finite number, or the default for any other value that a server sends."""
    return value if is_number(value) and math.isfinite(value) else default


def _promoted_field(entry: Any) -> PromotedField:
    members = entry if isinstance(entry, dict) else {}
    return PromotedField(text(members.get("kind", "")), text(members.get("fieldName", "")))


def _adopt_partner(options: Options) -> bool:
    forwarding = truthy(options.get("allowPartnerAnalyticsForwarding"))
    return truthy(options.get("trainingPartner")) or (forwarding and truthy(options.get("adoptAnalyticsForwarding")))
