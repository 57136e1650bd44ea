"""Redaction: a report in which pseudonyms replace ids, e-mail addresses, names, API keys and pages."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from pendo_contracts.contract import from_pointer, to_pointer
from pendo_contracts.redaction.json_redactor import redact_number
from pendo_contracts.redaction.text_redactor import TextRedactor
from pendo_contracts.report.public_words import public_names, public_words
from pendo_contracts.wire.region import REGIONS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pendo_contracts.finding import Finding
    from pendo_contracts.report.finding_groups import FindingGroup
    from pendo_contracts.report.report import Report, Row

# A shorter value is replaced in a text only if it is a word of its own.
SHORTEST: Final = 4
PUBLIC_DIGITS: Final = 4
ANY_DIGITS: Final = 1_000

_HOST: Final = re.compile(r"[\w-]+(?:\.[\w-]+)*(?::\d+)?")
# What a report calls a host without a region.
_LABELS: Final = frozenset({"", "cname", "local", "unlisted"})
_QUOTED: Final = re.compile(
    r"""
      "(?P<json>(?:[^"\\]|\\.)*)(?P<end>"|$)
    | (?<!\w)'(?P<single>(?:[^'\\]|\\.)*)(?:'(?!\w)|$)
    | `(?P<code>[^`]*)`
    """,
    re.VERBOSE,
)
# Everything else in a text that can be a value.
_PIECE: Final = re.compile(
    r"""
      (?P<url>\w+://[^\s"'`<>]+)
    | (?P<mail>[\w.+%-]+@[\w.-]+)
    | (?P<number>\d+(?:,\d{3})*(?:\.\d+)?(?![\w-]))
    | (?P<word>[\w-]+(?:\.[\w-]+)*)
    """,
    re.VERBOSE,
)
_WORD: Final = re.compile(r"[^\W\d_]+")
_MAIL: Final = re.compile(r"[\w.+%-]+@[\w.-]+")
_SIGN: Final = re.compile(r"[^\w\s]")
_DIGIT: Final = re.compile(r"\d")
_ID: Final = re.compile(r"(?i)(?:^|_|\b)\w*id$")
_SHORTENED: Final = re.compile(r"…|[\d,]+ more")
# Numbers of an event that are times, sizes or counters.
_MEASURES: Final = frozenset({"browser_time", "timestamp", "bytes", "sequence", "load_time", "ct", "duration"})


class Redactor:
    """Replaces the values of senders by pseudonyms; a value has the same pseudonym in everything it redacts.

    A pseudonym has the length and the form of the value: those of `TextRedactor`, which capsules use too. The key is
    random, unless it is given to get the same pseudonyms again. Words of the contracts and rules, Pendo's hosts, files
    and fingerprints remain.
    """

    def __init__(self, key: bytes | None = None) -> None:
        self._texts = TextRedactor(key or None)

    def pseudonym(self, value: str) -> str:
        """Return the pseudonym of a value."""
        return self._texts.text(value)

    def redact(self, report: Report) -> Report:
        """Return a redacted copy of a report."""
        return replace(
            report,
            rows=tuple(self._row(row) for row in report.rows),
            findings=tuple(self._group(group) for group in report.findings),
            unreadable=tuple(self._unreadable(line) for line in report.unreadable),
            not_received=self._counts(report.not_received),
            not_judged=self._counts(report.not_judged),
            uncovered=self._counts(report.uncovered),
            notes=tuple(self.text(note) for note in report.notes),
            faults=self._counts(report.faults),
            **self._known(report),
        )

    def _known(self, report: Report) -> dict[str, Any]:
        """Return the redacted member `known`; the owner of a waiver is a person."""
        known: Any = getattr(report, "known", None)
        if known is None:
            return {}
        waived = (
            replace(
                waiver,
                scope={name: self._name(value) for name, value in waiver.scope.items()},
                owner=self.pseudonym(waiver.owner),
                reason=_MAIL.sub(lambda found: self.pseudonym(found[0]), waiver.reason),
                findings=tuple(self._group(group) for group in waiver.findings),
            )
            for waiver in known.waived
        )
        return {"known": replace(known, waived=tuple(waived))}

    def text(self, text: str, known: Collection[str] = (), *, digits: int = PUBLIC_DIGITS) -> str:
        """Return a text in which the only words are those of contracts and rules; quoted values become pseudonyms.

        `known` are values of the sender that the text may contain.
        A number of more than `digits` digits can be an id.
        """
        parts, end = [], 0
        for quoted in _QUOTED.finditer(text):
            parts += [self._unquoted(text[end : quoted.start()], known, digits=digits), self._quoted(quoted, known)]
            end = quoted.end()
        return "".join((*parts, self._unquoted(text[end:], known, digits=digits)))

    def _quoted(self, found: re.Match[str], known: Collection[str]) -> str:
        if found["json"] is not None:
            return f'"{self._value_of(_decode(found["json"]), known)}{found["end"]}'
        quote, value = ("`", found["code"]) if found["single"] is None else ("'", found["single"])
        return f"{quote}{self._value_of(value, known)}{quote}"

    def _value_of(self, value: str, known: Collection[str]) -> str:
        """Return a name of the contracts unchanged, otherwise a pseudonym: for a shortened value that of the value."""
        if value.endswith("…"):
            value = next((whole for whole in known if whole.startswith(value[:-1])), value)
        is_public = (value in public_names() or _SIGN.fullmatch(value)) and value not in known
        return value if is_public else self.pseudonym(value)

    def _unquoted(self, text: str, known: Collection[str], *, digits: int) -> str:
        whole = sorted(
            (value for value in known if len(value) >= SHORTEST and not value.isalpha()), key=len, reverse=True
        )
        parts = re.split(f"({'|'.join(map(re.escape, whole))})", text) if whole else [text]
        return "".join(
            self.pseudonym(part)
            if place % 2
            else _PIECE.sub(lambda found: self._piece(found, known, digits=digits), part)
            for place, part in enumerate(parts)
        )

    def _piece(self, found: re.Match[str], known: Collection[str], *, digits: int) -> str:
        piece = found[0]
        if found["number"]:
            return piece if "," in piece or len(piece.partition(".")[0]) <= digits else self.pseudonym(piece)
        return piece if found["word"] and piece not in known and self._is_public(piece) else self.pseudonym(piece)

    def _is_public(self, word: str) -> bool:
        if word in public_names():
            return True
        return not _DIGIT.search(word) and all(part.lower() in public_words() for part in _WORD.findall(word))

    def _row(self, row: Row) -> Row:
        return replace(row, place=self._host(row.place), type=self._name(row.type))

    def _group(self, group: FindingGroup) -> FindingGroup:
        return replace(
            group,
            findings=tuple(self._finding(finding) for finding in group.findings),
            example=self._example(group.example),
            original_fingerprint=group.fingerprint,
        )

    def _finding(self, finding: Finding) -> Finding:
        values = (finding.api_key, finding.visitor_id, finding.name, finding.page, finding.endpoint, finding.subject)
        known = {value for value in values if value not in public_names()} - {""}
        member = finding.pointer.rpartition("/")[2]
        digits = 0 if _ID.search(member) else ANY_DIGITS if member in _MEASURES else PUBLIC_DIGITS
        return replace(
            finding,
            place=self._host(finding.place),
            endpoint=self._name(finding.endpoint),
            api_key=self.pseudonym(finding.api_key),
            subject=self._name(finding.subject),
            pointer=to_pointer(self._step(step) for step in from_pointer(finding.pointer)),
            message=self._message(finding, known, digits),
            name=self.pseudonym(finding.name),
            visitor_id=self.pseudonym(finding.visitor_id),
            page=self.pseudonym(finding.page),
            host=self._host(finding.host),
            about=self.pseudonym(finding.about),
        )

    def _message(self, finding: Finding, known: Collection[str], digits: int) -> str:
        """Redact a message; the finding's place in the recording remains."""
        parts = finding.message.split(finding.where) if finding.where else [finding.message]
        return finding.where.join(self.text(part, known, digits=digits) for part in parts)

    def _name(self, name: str) -> str:
        return name if name in public_names() else self.pseudonym(name)

    def _step(self, step: str) -> str:
        return step if step.isdecimal() and len(step) < 5 else self._name(step)

    def _host(self, host: str) -> str:
        is_label = host in REGIONS or host in _LABELS
        return host if is_label else self._texts.host(host) if _HOST.fullmatch(host) else self.pseudonym(host)

    def _unreadable(self, line: str) -> str:
        where, colon, problem = line.partition(": ")
        return f"{where}{colon}{self.text(problem)}"

    def _counts(self, counts: Mapping[str, int]) -> Mapping[str, int]:
        return {self.text(reason): count for reason, count in counts.items()}

    def _example(self, example: str) -> str:
        return json.dumps(self._value(json.loads(example), "")) if example else ""

    def _value(self, value: Any, name: str) -> Any:
        """Redact a JSON value; `name` is the name of the member that contains it."""
        if isinstance(value, dict):
            return {self._member(key): self._value(item, key) for key, item in value.items()}
        if isinstance(value, list):
            return [self._value(item, name) for item in value]
        if isinstance(value, str):
            return value if _SHORTENED.fullmatch(value) else self._name(value)
        if isinstance(value, bool) or value is None or name in _MEASURES:
            return value
        is_id = bool(_ID.search(name)) or abs(value) >= 1000
        return redact_number(value, self._texts, is_id=is_id) if is_id else value

    def _member(self, name: str) -> str:
        return name if name == "…" else self._name(name)


def _decode(text: str) -> str:
    """Return the value of a JSON string without its quotes; a string that was cut inside an escape is kept as it is."""
    try:
        value: str = json.loads(f'"{text}"')
    except ValueError:
        return text
    return value
