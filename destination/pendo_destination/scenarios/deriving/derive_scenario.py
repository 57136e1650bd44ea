"""Derives the text of a scenario file from a recording and its inspection."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import yaml

from pendo_contracts.common.safe_text import cut, plural
from pendo_contracts.wire.region import REGIONS, locate
from pendo_destination.scenarios.deriving.derived_steps import derive_steps
from pendo_destination.scenarios.deriving.obstacles import find_obstacles
from pendo_destination.scenarios.running.har_log import LAST_MOMENT

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pendo_destination.scenarios.deriving.recorded_case import RecordedCase

PATIENCE: Final = 1_000
MAX_VALUE_DEPTH: Final = 60
LATE_SCRIPT: Final = 5_000
SYMPTOM: Final = "Write here what people see in Pendo."

_NOT_RECORDED: Final = (
    "Derived from a recording, which does not have the code of the page, the settings of Segment and of Pendo, and why"
    " a host gave its answers."
)
_PATH: Final = "/agent/static/"
_TEXT: Final = 2_000
_WIDTH: Final = 120


def derive_scenario(case: RecordedCase, inspection: Mapping[str, Any], findings: Collection[str]) -> dict[str, Any]:
    """Return the document of a scenario that repeats a recording.

    `inspection` is the document of `pendo-emulator inspect --json` about it, and `findings` are the names of the rules
    that find something in it. What cannot be known is named in the member `possible`.
    """
    cause = inspection["causes"][0]
    obstacles = find_obstacles(case, cause["cause"])
    derived = derive_steps(case)
    page, late = _page(case, derived.url), _load_late(case)
    steps = derived.with_pauses(case.pages[0].time if case.pages else case.started, case.ended)
    document: dict[str, Any] = {
        "title": cut(cause["sentence"], 190),
        "symptom": SYMPTOM,
        "why": cut(cause["sentence"], _TEXT),
        "see": cut("; ".join(dict.fromkeys(shown["text"] for shown in cause["evidence"])) or cause["sentence"], _TEXT),
        "fix": cut(cause["fix"], _TEXT),
        "possible": _unknown(case, obstacles.notes, derived.left_out, inspection),
        "source": "Observed: derived from a recording.",
        "clock": _moment(case.started),
        "page": page | ({"snippet": False} if late or not case.scripts else {}),
    }
    if host := _data_host(case):
        document["subscription"] = {"data_host": host}
    if not any({"pendo", "server"} & {*step} for step in steps):
        steps = _steps_without_events(case, obstacles.faults)
    document |= {"faults": obstacles.faults} if obstacles.faults else {}
    document |= {"blocked": obstacles.blocked} if obstacles.blocked else {}
    document["steps"] = [*late, *_further_scripts(case), *steps] or [{"wait": 3}]
    if late and "wait" in steps[0]:
        document["steps"] = [*late, *steps[1:]]
    document["expect"] = {
        "cause": cause["cause"], "certainty": cause["certainty"], "findings": sorted(findings),
    }  # fmt: skip
    return document


class _Dumper(yaml.SafeDumper):
    """Writes a value that is used twice in full, because scenario files have no aliases."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def as_yaml(document: Mapping[str, Any]) -> str:
    """Return the text of a scenario file."""
    text: str = yaml.dump(_writable(document), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH)
    return text


def _writable(value: Any, depth: int = 0) -> Any:
    """Return a value that can be written and read again: without lone surrogates, and not too deep."""
    if depth > MAX_VALUE_DEPTH:
        return "..."
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_writable(name): _writable(item, depth + 1) for name, item in value.items()}
    return [_writable(item, depth + 1) for item in value] if isinstance(value, list) else value


def _moment(milliseconds: int) -> str:
    """Return a time in UTC; a capture can have times since its own start, and impossible ones."""
    moment = datetime.fromtimestamp(min(max(milliseconds, 0), LAST_MOMENT) / 1000, UTC)
    return moment.isoformat(timespec="milliseconds")[:-6] + "Z"


def _page(case: RecordedCase, url: str) -> dict[str, Any]:
    """Return the page: that of the first event if it is in the recording, otherwise the first one."""
    first = next((page for page in case.pages if page.url.partition("#")[0] == url.partition("#")[0]), None)
    first = first or next(iter(case.pages), None)
    page: dict[str, Any] = {}
    if address := url or (first.url if first else ""):
        page["url"] = address
    if first and first.policy:
        page["policy"] = first.policy
    if case.scripts:
        page["script_host"] = _script_host(case)
    return page


def _script_host(case: RecordedCase) -> str:
    """Return what is before the path of the script; a folder on the page's own host is an address without scheme."""
    script = case.scripts[0]
    before = script.envelope.url.partition(_PATH)[0]
    if script.host in {urlsplit(page.url).hostname for page in case.pages}:
        return urlsplit(before).path.strip("/") or before
    return before


def _load_late(case: RecordedCase) -> list[dict[str, Any]]:
    """Return the steps that load the script long after the page, as after a consent dialogue."""
    if not case.scripts or not case.pages:
        return []
    waited = case.scripts[0].envelope.received_at - case.pages[0].time
    if waited < LATE_SCRIPT:
        return []
    return [{"wait": round(waited / 1000, 1)}, {"load_script": _script_host(case)}]


def _further_scripts(case: RecordedCase) -> list[dict[str, Any]]:
    """Return a step for a second script on the first page."""
    limit = case.pages[1].time if len(case.pages) > 1 else case.ended + 1
    first_page = [one for one in case.scripts if one.envelope.received_at < limit and one.status == 200]
    return [{"load_script": _script_host(case)}] if len(first_page) > 1 else []


def _data_host(case: RecordedCase) -> str:
    """Return the data host of the recording if it is not that of the script's region."""
    hosts = [answer.host for answer in case.answers if answer.endpoint in {"ptm.gif", "guide.json"}]
    if not hosts:
        return ""
    region = locate(case.scripts[0].host).region if case.scripts else None
    expected = (region or REGIONS["io"]).data_host
    return hosts[0] if hosts[0] != expected or region is None else ""


def _steps_without_events(case: RecordedCase, faults: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the steps of a recording without events: the page may start the agent, and stays open for a while."""
    steps: list[dict[str, Any]] = []
    if any(page.starts for page in case.pages) or not case.scripts or case.scripts[0].status != 200:
        steps.append({"pendo": ["initialize", {}]})
        if case.scripts and case.scripts[0].status == 200 and not faults:
            faults += [{"endpoint": name, "disable_agent": True} for name in ("pendo.js", "config.json")]
    if case.scripts and case.ended - case.scripts[0].envelope.received_at >= PATIENCE:
        url = case.pages[-1].url if case.pages else "https://app.shop.example/next"
        steps += [{"wait": 3}, {"open": url}]
    return [*steps, {"wait": 3}]


def _unknown(case: RecordedCase, notes: list[str], left_out: Mapping[str, int], inspection: Mapping[str, Any]) -> str:
    """Return what the recording does not prove."""
    texts = [
        _NOT_RECORDED,
        *(f"Not exact: {note}." for note in notes),
    ]
    texts += [f"{count} {plural(count, 'event')} of the type {kind} left out." for kind, count in left_out.items()]
    texts += [f"{case.further} further requests left out."] if case.further else []
    texts += [f"Possible too: {cause['sentence']}" for cause in inspection["possible"]]
    return cut(" ".join(texts), _TEXT)
