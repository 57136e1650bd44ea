"""Reports for the tests of formats: with every kind of content, with hostile values, with many findings."""

from functools import cache
from pathlib import Path

from pendo_contracts.checking.check import check_requests
from pendo_contracts.checking.recording_check import check_recordings
from pendo_contracts.report import Report
from tests.contracts.rules.session_builder import beacon, event, judged, track

ROOT = Path(__file__).parents[4]
HOSTILE = (
    "</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\x1b[31mred", "a\u202eb", "\ud800", "]]>",
    "`x` **b** [l](javascript:alert(1)) | <b>", "::error::x\r\n::set-output name=a::b", "{{ 7 * 7 }}{% raw %}", "\x00",
    '" onmouseover="alert(1)', "&lt;&amp;", "\ufffe",
)  # fmt: skip


@cache
def broken_report():
    """Return the report on the broken fixtures, with all kinds of findings."""
    return check_recordings(
        [ROOT / "fixtures/broken/requests.ndjson", *(ROOT / "fixtures/rules").glob("*/broken.ndjson")]
    )


@cache
def hostile_report():
    """Return a report whose every text from a sender is hostile."""
    lines = [
        beacon(
            event(text, visitor_id=text, account_id=text, url=text) | {text: text},
            track(text, {text: text}, visitor_id=text, url=text),
            post=True,
            key=f"k{number}",
            host=f"h{number}.example",
        )
        for number, text in enumerate(HOSTILE)
    ]
    report = check_requests(judged(lines))
    return Report(
        report.requests, report.broken, report.rows, report.findings, {"error": 3},
        tuple(f"{text}:1: {text}" for text in HOSTILE), dict.fromkeys(HOSTILE, 1), dict.fromkeys(HOSTILE, 2),
        dict.fromkeys(HOSTILE, 3), HOSTILE, dict.fromkeys(HOSTILE, 4),
    )  # fmt: skip


@cache
def large_report(count=5_000):
    """Return a report with `count` groups of findings."""
    events = [event(f"loud{number}", number=number) for number in range(count)]
    return check_requests(judged([beacon(*events[start : start + 500], post=True) for start in range(0, count, 500)]))


@cache
def small_report():
    """Return a report with one finding."""
    return check_requests(judged([beacon(event("load") | {"browser_time": "late"}, ct=1795376101259)]))


EMPTY = Report(0, 0, (), ())
REPORTS = {
    "broken": broken_report,
    "hostile": hostile_report,
    "small": small_report,
    "empty": lambda: EMPTY,
}
