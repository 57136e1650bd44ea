"""The words and rows that the text and the page of an inspection share."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.common.safe_text import counted, cut, plural
from pendo_contracts.wire.region import REGIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pendo_emulator.inspection.inspection import Cause, Certainty, Facts, Inspection, Profile

CERTAINTIES: Final[Mapping[Certainty, str]] = {
    "proved": "The recording proves this.",
    "likely": "The recording makes this likely.",
    "possible": "This is possible, but the recording does not prove it.",
}
SNIPPETS: Final = {"pendo": "Pendo's own snippet", "segment": "Segment", "npm": "the package @pendo/agent"}
MAX_VALUES: Final = 8
MAX_VALUE: Final = 120

_KINDS: Final = {"visitor": "visitor", "account": "account", "parentAccount": "parent account"}
_MILLISECONDS: Final = 1000
_MINUTE: Final = 60
_EARLIEST_DATE: Final = 100_000_000_000
_LATEST_DATE: Final = 10**14


def since(moment: int, started: int) -> str:
    """Return a time as the time since the start of the recording: `+1:02.5`; "" if it is unknown."""
    if not moment or not started:
        return ""
    seconds = max(0, moment - started) / _MILLISECONDS
    return f"+{int(seconds // _MINUTE)}:{seconds % _MINUTE:04.1f}"


def clock(moment: int) -> str:
    """Return a time in milliseconds since 1970 as date and time in UTC; "" if it is unknown."""
    if not _EARLIEST_DATE <= moment <= _LATEST_DATE:
        return ""
    return datetime.fromtimestamp(moment / _MILLISECONDS, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def duration(facts: Facts) -> str:
    """Return how long a recording lasts, "" if it has no times."""
    if not facts.started or facts.ended <= facts.started:
        return ""
    seconds = (facts.ended - facts.started) / _MILLISECONDS
    if seconds < _MINUTE:
        return f"{seconds:.1f} seconds"
    minutes = round(seconds / _MINUTE)
    return counted(minutes, "minute")


def summary(inspection: Inspection) -> str:
    """Return one line about a recording: its recorder, its number of entries, its time."""
    facts = inspection.facts
    parts = [counted(facts.entries, "entry") if facts.entries == 1 else f"{facts.entries:,} entries"]
    parts += [f"recorded by {facts.recorder}"] if facts.recorder else []
    parts += [f"on {shown}"] if (shown := clock(facts.started)) else []
    parts += [f"over {shown}"] if (shown := duration(facts)) else []
    return ", ".join(parts)


def fact_rows(facts: Facts) -> Iterator[tuple[str, str]]:
    """Yield the facts that are known, each with its label."""
    region = REGIONS.get(facts.region)
    keys = facts.api_keys or ((facts.api_key,) if facts.api_key else ())
    rows = (
        (plural(len(keys), "API key"), _values(keys, facts, "api_keys")),
        ("region", f"{region.title} ({region.name})" if region else facts.region),
        (plural(len(facts.script_hosts), "script host"), _values(facts.script_hosts, facts, "script_hosts")),
        (plural(len(facts.data_hosts), "data host"), _values(facts.data_hosts, facts, "data_hosts")),
        ("agent version", _values(facts.agent_versions, facts, "agent_versions")),
        ("loaded by", _values([SNIPPETS.get(name, name) for name in facts.snippets], facts, "snippets")),
        (plural(len(facts.pages), "page"), _values(facts.pages, facts, "pages")),
        (plural(len(facts.visitors), "visitor"), _values(facts.visitors, facts, "visitors")),
        (plural(len(facts.accounts), "account"), _values(facts.accounts, facts, "accounts")),
        ("requests to Pendo", requests(facts)),
        ("events", ", ".join(f"{count:,} {name}" for name, count in facts.events.items())),
    )
    return ((label, text) for label, text in rows if text)


def requests(facts: Facts) -> str:
    """Return the numbers of requests as text."""
    numbers = facts.requests
    words = {
        "answered": numbers.answered,
        "refused": numbers.refused,
        "blocked": numbers.blocked,
        "without an answer": numbers.failed,
        "with unknown answer": numbers.unknown,
    }
    parts = [f"{number:,} {word}" for word, number in words.items() if number]
    again = f"; {numbers.retried:,} of them sent again" if numbers.retried else ""
    total = f"{numbers.sent:,}: " if len(parts) > 1 else ""
    return f"{total}{', '.join(parts) or numbers.sent}{again}"


def profile_title(profile: Profile) -> str:
    """Return the heading of a profile."""
    source = " (from the webhook)" if profile.source == "webhook" else ""
    # Without quotes, white space at the ends of an id is invisible.
    shown = profile.id if profile.id == profile.id.strip() else json.dumps(profile.id, ensure_ascii=False)
    return f"{_KINDS[profile.kind]} {shown}{source}"


def profile_fields(profile: Profile) -> list[tuple[str, str]]:
    """Return the fields of a profile with their values as text."""
    return [(name, value_text(value)) for name, value in profile.fields.items()]


def value_text(value: Any) -> str:
    """Return a JSON value as text: a text without quotes, everything else as JSON."""
    return cut(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False), MAX_VALUE)


def words_of(inspection: Inspection) -> dict[str, Any]:
    """Return the texts of an inspection that the text and the page write, as JSON, for other pages."""
    facts = inspection.facts
    return {
        "summary": summary(inspection),
        "begins": clock(facts.started),
        "certainties": dict(CERTAINTIES),
        "facts": [list(row) for row in fact_rows(facts)],
        "profiles": [
            {
                "title": profile_title(profile),
                "fields": [list(field) for field in profile_fields(profile)],
                "furtherFields": profile.further_fields,
            }
            for profile in facts.profiles
        ],
    }


def evidence_count(cause: Cause) -> int:
    """Return the number of all pieces of evidence, also of those that are left out."""
    return len(cause.evidence) + cause.further_evidence


def _values(values: Sequence[str], facts: Facts, field: str) -> str:
    further = facts.further.get(field, 0) + max(0, len(values) - MAX_VALUES)
    shown = ", ".join(cut(value, MAX_VALUE) for value in values[:MAX_VALUES])
    return f"{shown} and {further:,} more" if further else shown
