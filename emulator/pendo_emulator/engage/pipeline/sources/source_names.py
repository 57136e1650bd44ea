"""The sources that Pendo has, and those that are not imitated."""

from __future__ import annotations

from typing import Final

# Rows of these sources are counted per period (documented).
GROUPED: Final = frozenset({"events", "pageEvents", "featureEvents", "trackEvents"})
# Rows of these sources belong to a time range (documented; singleEvents and rawEvents observed).
TIMED: Final = GROUPED | {
    "guideEvents",
    "pollEvents",
    "emailEvents",
    "guidesSeen",
    "pollsSeen",
    "singleEvents",
    "rawEvents",
}
UNTIMED: Final = frozenset(
    {
        "visitors",
        "accounts",
        "doNotProcessVisitors",
        "doNotProcessAccounts",
        "pages",
        "features",
        "trackTypes",
        "guides",
        "groups",
        "apps",
        "guidesSeenEver",
        "pollsSeenEver",
        "vocItems",
        "votes",
    }
)
# Its parameter is the list of its rows.
CONSTANT: Final = "const"
SOURCES: Final = TIMED | UNTIMED | {CONSTANT}
# Third parties name these; their rows are not known.
NOT_IMITATED: Final = frozenset({"timespan", "recordingMetadata", "agenticEvents", "productEngagementScore"})
FIXED_FIELDS: Final = frozenset({"day", "hour"})
