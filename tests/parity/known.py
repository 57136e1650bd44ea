"""Where an agent of ours is known to part from the real one, by field: each reason is a line of the README's table."""

KNOWN: dict[str, dict[str, str]] = {
    "agent": {
        "/segmentflag.json/types": "segment flags (`requestSegmentFlags`) are never asked for",
        "/errorlog/types": "an oversize event also goes to `errorlog`; a browser refuses so large a report",
        "/log.gif/params/msg": "an oversize event's size is our compressor's, within 1 % of the agent's",
        "/contracts/event/properties/props/type": "a date given as properties arrives as text, which contracts refuse",
    },
    "stand-in": {},
}
