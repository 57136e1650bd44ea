"""Outcome: the word, the sentence and the exit code with which a check ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from msgspec import Struct

from pendo_contracts.common.safe_text import plural

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_contracts.report.report import Report

Owner: TypeAlias = Literal["pendo-emulator", "command"]

KEPT: Final = 0
BROKEN: Final = 1
NOTHING: Final = 4


class Outcome(Struct, frozen=True):
    """The result of a check in one line, with its exit code.

    `word` is KEPT only with exit code 0. `text` is a sentence for people. `owner` says where the exit code comes from:
    from the check, or from the command whose requests were checked. `command_exit_code` is the command's own exit code,
    None if no command ran.
    """

    word: str
    exit_code: int
    text: str
    owner: Owner = "pendo-emulator"
    command_exit_code: int | None = None


def conclude(report: Report, *, strict: bool = False, allow_empty: bool = False) -> Outcome:
    """Return the outcome of a check: exit code 1 for a broken contract, 4 if nothing was judged, otherwise 0.

    `strict` also returns 1 for warnings and for requests that were unreadable, not received or not judged, but 4 if
    nothing was judged. `allow_empty` returns 0 instead of 4.
    """
    counted = count_requests(report)
    if not report.good:
        return Outcome(_broken_word(report), BROKEN, f"{counted}: {_faults(report)}")
    if report.requests == 0 and not allow_empty:
        word, text = _nothing(report)
        return Outcome(word, NOTHING, f"{text}; use --allow-empty if that is fine")
    if strict and not report.flawless:
        return Outcome("STRICT", BROKEN, f"{counted}: {_kept(report)}, but --strict fails for {_blemishes(report)}")
    if report.requests == 0:
        word, text = _nothing(report)
        return Outcome(word, KEPT, text)
    aside = _not_counted(report)
    return Outcome("KEPT", KEPT, f"{counted}: {_kept(report)}{f'; not counted: {aside}' if aside else ''}")


def count_requests(report: Report) -> str:
    """Return the numbers of requests and events of a report as text."""
    events = sum(row.received for row in report.rows)
    return f"{_number(report.requests, 'request')}, {_number(events, 'event')}"


def _broken_word(report: Report) -> str:
    if report.count("error"):
        return "BROKEN"
    return "LOST" if report.lost else "WAIVERS"


def _faults(report: Report) -> str:
    """Return what fails a check, as text; errors that are known are not counted."""
    known = report.known
    if known and known.errors:
        errors = report.count("error")
        broken = f"{_number(errors, 'new error')} and {known.errors:,} known" if errors else ""
    else:
        rules = _number(report.rule_errors, "error of a rule", "errors of rules") if report.rule_errors else ""
        broken = ", ".join(filter(None, (f"{report.broken:,} broken" if report.broken else "", rules)))
    problems = len(known.problems) if known else 0
    parts = (
        broken,
        f"{_number(report.lost, 'event')} lost" if report.lost else "",
        _number(problems, "problem of the waivers", "problems of the waivers") if problems else "",
    )
    return ", ".join(filter(None, parts))


def _kept(report: Report) -> str:
    errors = report.known.errors if report.known else 0
    return f"no new error, and {errors:,} known" if errors else "every contract kept"


def _nothing(report: Report) -> tuple[str, str]:
    """Return the word and the sentence for a report without judged requests."""
    if report.unreadable:
        number = report.unreadable_count
        return "UNREADABLE", f"{_number(number, 'entry', 'entries')} could not be read, and nothing else was judged"
    if report.not_received:
        return "NOT RECEIVED", f"{_requests(report.not_received)} got no answer, and nothing else was judged"
    if report.not_judged or report.uncovered:
        return "NOTHING JUDGED", f"no contract was applied to {_requests(report.not_judged, report.uncovered)}"
    return "NOTHING RECEIVED", "there was no request to Pendo"


def _not_counted(report: Report) -> str:
    parts = (
        _number(report.unreadable_count, "unreadable entry", "unreadable entries") if report.unreadable else "",
        f"{_requests(report.not_received)} not received" if report.not_received else "",
        f"{_requests(report.not_judged)} not judged" if report.not_judged else "",
    )
    return ", ".join(filter(None, parts))


def _blemishes(report: Report) -> str:
    warnings = report.count("warning")
    return ", ".join(filter(None, (_number(warnings, "warning") if warnings else "", _not_counted(report))))


def _requests(*counts: Mapping[str, int]) -> str:
    return _number(sum(sum(reasons.values()) for reasons in counts), "request")


def _number(count: int, noun: str, nouns: str = "") -> str:
    return f"{count:,} {plural(count, noun, nouns)}"
