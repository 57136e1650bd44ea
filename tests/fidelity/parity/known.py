"""Where agents of ours are known to part from the real one; each reason is in the README's table."""

# By option: sequences that use one are not put to the agent.
LEFT_OUT: dict[str, dict[str, str]] = {
    "agent": {},
    "stand-in": {
        "jwt": "signed metadata",
        "promotedAgentMetadataConfigurations": "promoted metadata",
        "requestSegmentFlags": "segment flags",
        "disableCookies": "storage in memory only",
        "identityStorageSuffix": "storage under another suffix",
        "forceAnonymous": "anonymity by force",
        "localStorageUnload": "unsent events kept in storage",
        "ignoreHashRouting": "URLs without their hash",
        "enableFullUtmReferrer": "the referrer's whole URL",
        "allowPartnerAnalyticsForwarding": "Adopt partners",
        "trainingPartner": "Adopt partners",
    },
}

# By field: a sequence that differs in nothing else counts as agreeing.
KNOWN: dict[str, dict[str, str]] = {
    "agent": {
        "/segmentflag.json/types": "segment flags (`requestSegmentFlags`) are never asked for",
        "/errorlog/types": "an oversize event also goes to `errorlog`; a browser refuses so large a report",
        "/log.gif/params/msg": "an oversize event's size is our compressor's, within 1 % of the agent's",
        "/contracts/event/properties/props/type": "a date given as properties arrives as text, which contracts refuse",
    },
    "stand-in": {
        "/trace/utm/channel": "`utm.channel` is Direct, Referral, Other or none",
        "/trace/bytes": "events are as long as their `utm.channel` is",
        "/ptm.gif/events/frustrationTypes": "a visitor who turns back at once (`uTurn`) is not told",
        "/ptm.gif@second/events/frustrationTypes": "likewise, for an additional API key",
        "/log.gif/params/msg": "an oversize event's size is our compressor's, within 1 % of the agent's",
        "/contracts/event/properties/props/type": "a date given as properties arrives as text, which contracts refuse",
    },
}
