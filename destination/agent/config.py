"""Config: what steers the agent, from the configuration it was downloaded with and from the page's snippet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from destination.javascript import UNDEFINED, is_nullish, text, truthy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.region import Region

PACKAGE_VERSION: Final = "2.291.4"
DAY: Final = 24 * 60 * 60 * 1000

_HOSTED_ONLY: Final = frozenset(
    {
        "adoptAnalyticsForwarding", "blockAgentMetadata", "disablePendo", "dropAnonymous", "enableSignedMetadata",
        "env", "freeNPSData", "promotedAgentMetadataConfigurations", "requireSignedMetadata", "selfHosted", "server",
        "trainingPartner",
    }
)  # fmt: skip
_HOSTED_FIRST: Final = frozenset({"apiKey", "additionalApiKeys"})
_SNIPPET_ONLY: Final = frozenset({"allowPartnerAnalyticsForwarding", "disableGuides", "guides.disabled"})


@dataclass(frozen=True, slots=True)
class Promotion:
    """One metadata field that every event repeats: `kind` is visitor, account or parentAccount."""

    kind: str
    field: str


@dataclass(frozen=True, slots=True)
class Config:
    """The agent's options, read once when it is initialized (observed in the published agent)."""

    api_key: str
    additional_api_keys: tuple[str, ...]
    version: str
    data_host: str
    self_hosted: bool
    persistent: bool
    force_anonymous: bool
    storage_suffix: str
    identity_lifetime: int
    inactivity: float
    drop_anonymous: bool
    block_metadata: bool
    promotions: tuple[Promotion, ...]
    signed: bool
    guides_only: bool
    nps_only: bool
    guides_disabled: bool
    excluded_types: tuple[str, ...]
    post_only: bool
    store_on_unload: bool
    adopt_partner: bool
    full_referrer: bool

    @property
    def api_keys(self) -> tuple[str, ...]:
        """All keys that analytics go to, the primary one first."""
        return (self.api_key, *self.additional_api_keys)


def hosted_config(api_key: str, region: Region) -> dict[str, Any]:
    """Write the configuration an agent downloaded in a region carries; add what the subscription sets.

    That it names the data host is documented for Pendo's regions, its other keys are observed in the published agent.
    """
    return {
        "apiKey": api_key,
        "env": region.version_suffix,
        "server": f"https://{region.app_host}",
        "dataHost": region.data_host,
    }


def read_config(hosted: Mapping[str, Any], snippet: Mapping[str, Any]) -> Config | None:
    """Settle every option; None where no API key can be found, for then the agent never starts."""
    options = _Options(hosted, snippet)
    additional = tuple(text(key) for key in options.items("additionalApiKeys"))
    api_key = text(options.get("apiKey") or "") or next(iter(additional), "")
    if not api_key or options.on("disablePendo"):
        return None
    return Config(
        api_key=api_key,
        additional_api_keys=tuple(key for key in additional if key),
        version=f"{PACKAGE_VERSION}_{options.get('env', '')}",
        data_host=_data_host(options),
        self_hosted=options.on("selfHosted"),
        persistent=not options.on("disablePersistence"),
        force_anonymous=options.on("forceAnonymous"),
        storage_suffix=text(options.get("identityStorageSuffix") or ""),
        identity_lifetime=int(options.get("identityStorageLifetime") or 100 * DAY),
        inactivity=options.get("inactivityDuration") or 30 * 60 * 1000,
        drop_anonymous=options.on("dropAnonymous"),
        block_metadata=options.on("blockAgentMetadata"),
        promotions=tuple(_promotions(options)),
        signed=options.on("enableSignedMetadata"),
        guides_only=options.on("excludeNonGuideAnalytics"),
        nps_only=options.on("freeNPSData"),
        guides_disabled=options.on("guides.disabled") or options.on("disableGuides"),
        excluded_types=tuple(options.items("analytics.excludeEvents")),
        post_only=options.on("sendEventsWithPostOnly"),
        store_on_unload=options.on("analytics.localStorageUnload"),
        adopt_partner=_adopt_partner(options),
        full_referrer=options.on("enableFullUtmReferrer"),
    )


class _Options:
    """One lookup over both sources; which of them counts depends on the option."""

    def __init__(self, hosted: Mapping[str, Any], snippet: Mapping[str, Any]) -> None:
        self._hosted, self._snippet = hosted, snippet

    def get(self, name: str, default: Any = None) -> Any:
        """Find the first value that is neither null nor undefined."""
        values = (_member(source, name) for source in self._sources(name))
        return next((value for value in values if not is_nullish(value)), default)

    def on(self, name: str) -> bool:
        """Tell whether an option is set to anything JavaScript takes for true."""
        return truthy(self.get(name))

    def items(self, name: str) -> list[Any]:
        """Read an option that should be an array; anything else is taken as its only item."""
        value = self.get(name, [])
        return value if isinstance(value, list) else [value]

    def _sources(self, name: str) -> tuple[Mapping[str, Any], ...]:
        if name in _HOSTED_ONLY:
            return (self._hosted,)
        if name in _SNIPPET_ONLY:
            return (self._snippet,)
        return (self._hosted, self._snippet) if name in _HOSTED_FIRST else (self._snippet, self._hosted)

    def data_hosts(self) -> tuple[Any, Any]:
        """Name the data host of the snippet and that of the hosted configuration."""
        return self._snippet.get("dataHost"), self._hosted.get("dataHost")


def _member(source: Mapping[str, Any], path: str) -> Any:
    value: Any = source
    for piece in path.split("."):
        value = value.get(piece, UNDEFINED) if isinstance(value, Mapping) else UNDEFINED
    return value


def _data_host(options: _Options) -> str:
    """Settle the data host: the snippet's as it stands, even without a scheme, the hosted one with `https://`."""
    snippet, hosted = options.data_hosts()
    if snippet:
        return text(snippet)
    if hosted:
        return hosted if "://" in hosted else f"https://{hosted}"
    return text(options.get("server", ""))


def _promotions(options: _Options) -> Iterator[Promotion]:
    for entry in options.items("promotedAgentMetadataConfigurations"):
        yield Promotion(entry.get("kind", ""), entry.get("fieldName", ""))


def _adopt_partner(options: _Options) -> bool:
    forwarding = options.on("allowPartnerAnalyticsForwarding") and options.on("adoptAnalyticsForwarding")
    return options.on("trainingPartner") or forwarding
