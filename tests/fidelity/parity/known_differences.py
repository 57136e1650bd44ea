"""Known differences between our agents and the real agent; docs/fidelity.md gives the reasons."""

# Sequences that use one of these options are not played with the agent.
UNSUPPORTED_OPTIONS: dict[str, dict[str, str]] = {
    "agent": {},
    "stand-in": {
        "jwt": "signed metadata",
        "promotedAgentMetadataConfigurations": "promoted metadata",
        "requestSegmentFlags": "segment flags",
        "disableCookies": "storage in memory only",
        "identityStorageSuffix": "storage under another suffix",
        "forceAnonymous": "forced anonymity",
        "localStorageUnload": "unsent events kept in storage",
        "ignoreHashRouting": "URLs without their hash",
        "enableFullUtmReferrer": "the referrer's whole URL",
        "allowPartnerAnalyticsForwarding": "Adopt partners",
        "trainingPartner": "Adopt partners",
    },
}

# A sequence that differs only in these fields counts as agreeing.
KNOWN_FIELDS: dict[str, dict[str, str]] = {
    "agent": {
        "/segmentflag.json/types": "our agent never requests segment flags (`requestSegmentFlags`)",
        "/errorlog/types": "our agent also reports an oversize event to `errorlog`; a browser rejects such a report",
        "/log.gif/params/msg": "our compressor's size of an oversize event differs from the agent's by up to 1 %",
        "/contracts/event/properties/props/type": "properties given as a date become text, which the contracts reject",
    },
    "stand-in": {
        "/trace/utm/channel": "`utm.channel` is only ever Direct, Referral, Other or absent",
        "/trace/bytes": "the length of an event depends on its `utm.channel`",
        "/ptm.gif/events/frustrationTypes": "a visitor who turns back at once (`uTurn`) is not reported",
        "/ptm.gif@second/events/frustrationTypes": "the same for an additional API key",
        "/log.gif/params/msg": "our compressor's size of an oversize event differs from the agent's by up to 1 %",
        "/contracts/event/properties/props/type": "properties given as a date become text, which the contracts reject",
    },
}
