"""Reads the facts about an installation from a finished case file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pendo_contracts.common.safe_text import cut
from pendo_emulator.inspection.evidence.identities import in_order
from pendo_emulator.inspection.inspection import Facts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pendo_emulator.inspection.evidence.case_clock import Moment
    from pendo_emulator.inspection.evidence.case_file import CaseFile

MAX_LISTED: Final = 200
MAX_ID: Final = 1_000


def read_facts(case: CaseFile, recorder: str) -> Facts:
    """Return the facts; lists are in the order of appearance and bounded."""
    scripts = list(dict.fromkeys(traffic.target.host for traffic in case.deliveries.of("script")))
    data = list(dict.fromkeys(traffic.target.host for traffic in case.deliveries.of("data", "webhook", "server")))
    visitors, accounts = in_order(case.identities.visitors), in_order(case.identities.accounts)
    pages = [load.url for load in case.pages.pages()]
    keys = _by_moment(case.api_keys)
    lists = {"visitors": visitors, "accounts": accounts, "pages": pages, "scriptHosts": scripts, "dataHosts": data}
    further = {name: len(values) - MAX_LISTED for name, values in lists.items() if len(values) > MAX_LISTED}
    snippets = dict.fromkeys(name for load in case.pages.documents for name in load.document.snippets)
    return Facts(
        recorder, case.clock.entries, _shown(case.clock.first), _shown(case.clock.last), keys[0] if keys else "",
        tuple(keys), _region(case), _listed(scripts), _listed(data), tuple(_by_moment(case.versions)), tuple(snippets),
        _listed(pages), _listed(visitors), _listed(accounts), case.deliveries.requests(), dict(case.events),
        case.metadata.profiles(), further,
    )  # fmt: skip


def _region(case: CaseFile) -> str:
    """Return the region where data goes; without data, that of the script."""
    if regions := _by_moment(case.regions):
        return regions[0]
    if any(True for _ in case.deliveries.of("data")):
        return ""
    elsewhere = (traffic.target.region for traffic in case.deliveries.of("webhook", "server", "script"))
    return next(filter(None, elsewhere), "")


def _by_moment(seen: dict[str, Moment]) -> list[str]:
    return sorted(seen, key=lambda value: seen[value])


def _listed(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(cut(value, MAX_ID) for value in values)[:MAX_LISTED]


def _shown(time: int) -> int:
    return time if time >= 10**11 else 0
