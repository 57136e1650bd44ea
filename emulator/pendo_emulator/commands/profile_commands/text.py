"""Shows visitors and accounts as text for a terminal; every value of a sender is escaped."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.common.safe_text import counted, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pendo_emulator.profiles.profile import Kind

_VALUE_SIZE: Final = 60
_ID_SIZE: Final = 40
_SUMMARY_SIZE: Final = 60


def list_lines(page: dict[str, Any], kind: Kind) -> Iterator[str]:
    """Yield the lines of a table of profiles."""
    profiles = page[f"{kind}s"]
    if not profiles:
        yield f"no {kind}s" if not page["count"] else f"none of {counted(page['count'], kind)} matches"
        return
    last = "ACCOUNT" if kind == "visitor" else "VISITORS"
    rows = [(kind.upper(), "LAST SEEN", "EVENTS", last, "METADATA")]
    rows += [
        (
            visible(one["id"], _ID_SIZE), time_text(one["last_seen"]), f"{one['event_count']:,}",
            visible(one["account"] or "-", _ID_SIZE) if kind == "visitor" else f"{one['visitor_count']:,}",
            _summary(one["values"]),
        )
        for one in profiles
    ]  # fmt: skip
    yield from _aligned(rows)
    if page["next"]:
        yield f"the first {len(profiles):,} of {page['count']:,}: --search selects, --limit shows more"


def visitor_lines(visitor: dict[str, Any]) -> Iterator[str]:
    """Yield the lines that describe one visitor."""
    yield f"visitor {visible(visitor['id'])} ({'anonymous' if visitor['is_anonymous'] else 'known'})"
    yield from _common_lines(visitor)
    links = (("  before", visitor["before"]), ("  became", visitor["became"]))
    rows = [
        (label, visible(link["id"]), _origin(link["linked_by"]), link["rule"])
        for label, found in links
        for link in found
    ]
    rows += [("  account", visible(use["id"]), counted(use["events"], "event"), "") for use in visitor["accounts"]]
    yield from _aligned(rows)
    yield from _metadata_lines(visitor)
    yield "" if visitor["story"] else "no events"
    if visitor["story"]:
        earlier = f", after {counted(visitor['earlier_events'], 'event')}" if visitor["earlier_events"] else ""
        yield f"story: {counted(len(visitor['story']), 'event')}{earlier}"
        yield from _aligned([_story_row(event) for event in visitor["story"]])


def account_lines(account: dict[str, Any]) -> Iterator[str]:
    """Yield the lines that describe one account."""
    yield f"account {visible(account['id'])}"
    yield from _common_lines(account)
    if account["parent"]:
        yield f"  parent    {visible(account['parent'])}"
    yield from _id_lines("children", account["children"], account["further_children"])
    yield from _id_lines("visitors", account["visitors"], account["visitor_count"] - len(account["visitors"]))
    yield from _metadata_lines(account)


def time_text(moment: int | None) -> str:
    """Return a time in milliseconds since 1970 as UTC, or the number if no calendar has it."""
    if moment is None:
        return "-"
    try:
        return datetime.fromtimestamp(moment / 1000, UTC).isoformat(" ", "milliseconds").removesuffix("+00:00") + "Z"
    except (ValueError, OverflowError, OSError):
        return str(moment)


def _common_lines(profile: dict[str, Any]) -> Iterator[str]:
    events = ", ".join(f"{visible(kind, _ID_SIZE)} {count:,}" for kind, count in profile["events"].items())
    yield f"  seen      {time_text(profile['first_seen'])} to {time_text(profile['last_seen'])}"
    yield f"  events    {events or 'none'}"


def _metadata_lines(profile: dict[str, Any]) -> Iterator[str]:
    for group, fields in profile["metadata"].items():
        yield ""
        yield f"metadata.{group}"
        yield from _aligned([
            (
                f"  {visible(name, _ID_SIZE)}", _value(one), _origin(one["set_by"]),
                f"before: {', '.join(_value(old) for old in reversed(one['history']))}" if one["history"] else "",
            )
            for name, one in fields.items()
        ])  # fmt: skip
    yield ""
    yield "metadata.auto"
    yield from _aligned([(f"  {name}", _text(value)) for name, value in profile["auto"].items()])


def _id_lines(label: str, ids: Sequence[str], further: int) -> Iterator[str]:
    if ids:
        more = f" and {further:,} more" if further else ""
        yield f"  {label}  {', '.join(visible(one, _ID_SIZE) for one in ids)}{more}"


def _story_row(event: dict[str, Any]) -> tuple[str, ...]:
    name = f"{visible(event['type'], _ID_SIZE)} {_text(event['name']) if event['name'] else ''}".strip()
    was = f"as {visible(event['anonymous_id'], _ID_SIZE)}" if event["anonymous_id"] else ""
    page = visible(event["url"] or "", _VALUE_SIZE)
    return (f"  {time_text(event['at'])}", event["way"], name, page, f"exchange {event['exchange']}", was)


def _origin(origin: dict[str, Any]) -> str:
    return f"{visible(origin['type'], _ID_SIZE)} of exchange {origin['exchange']}"


def _value(one: dict[str, Any]) -> str:
    return f"{visible(one['value'], _VALUE_SIZE)} (cut)" if one["is_cut"] else _text(one["value"])


def _text(value: Any) -> str:
    return visible(json.dumps(value, ensure_ascii=False), _VALUE_SIZE)


def _summary(values: dict[str, dict[str, Any]]) -> str:
    pairs = (f"{visible(name, _ID_SIZE)}={_text(value)}" for group in values.values() for name, value in group.items())
    return visible(" ".join(pairs), _SUMMARY_SIZE)


def _aligned(rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Yield rows as lines with aligned columns."""
    rows = list(rows)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
