"""Redacts the texts of recorders about failures; their classification stays."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pendo_contracts.redaction.text_redactor import SHORTEST
from pendo_contracts.redaction.word_lists import words_of
from pendo_emulator.inspection.reading.outcomes import classify

if TYPE_CHECKING:
    from pendo_contracts.redaction.text_redactor import TextRedactor

REASON_MEMBERS: Final = (
    "_error", "_failureText", "_errorText", "errorText", "_blockedReason", "blockedReason", "_blocked_reason", "error",
    "_failure", "failureText", "comment", "statusText",
)  # fmt: skip

_CODE: Final = re.compile(
    r"[a-z]{0,5}:{0,2}(?:[A-Z][A-Z0-9]+_)[A-Z0-9_]+|csp|mixed-content|inspector|blocked:\w{1,20}|other|aborted"
)
_WORD: Final = re.compile(r"[^\W_]+")
_COMMON: Final = words_of(
    """
    a abort aborted active ad address administrator adblock agree an and answer appears are as at available be
    because been binding blocked blocker broken bad by call cancelled canceled cannot cert certificate chain change
    changed clear client closed code common connect connection connections content could csp date denied detected
    directive disconnect disconnected dns does domain econnrefused econnreset empty end enotfound eof err errno
    error exist expired extension failed failure file find following for forcibly found from getaddrinfo handshake
    has host hostname http https in insecure inspector internet interrupt into invalid io is it its known level
    load loading lookup lost match mismatch misses mixed name nelsen net network no nodename nor not ns nsurl
    nsurlerror nxdomain of offline on or origin other page peer pipe policy provided proxy protocol quic reached
    read refused remote request requests reset resolution resolve resolved response run secure security self send
    sent server service signed socket specified ssl status stopped stream suspended temporary that the this time
    timed timeout tls to tracking tunnel unable unexpected unknown unreachable untrusted uri url urlerror valid
    verify version violates was were while with within write wrong
    """
)
# A text for each class, if the redacted words are classified otherwise.
_TEXTS: Final = {
    "policy": "csp",
    "mixed": "mixed-content",
    "client": "net::ERR_BLOCKED_BY_CLIENT",
    "certificate": "net::ERR_CERT_INVALID",
    "name": "net::ERR_NAME_NOT_RESOLVED",
    "offline": "net::ERR_INTERNET_DISCONNECTED",
    "aborted": "net::ERR_ABORTED",
    "network": "net::ERR_CONNECTION_RESET",
    "unresolved": "NS_ERROR_CONTENT_BLOCKED",
    "failed": "failed",
}


def redact_reason(reason: str, text: TextRedactor) -> str:
    """Return a reason with pseudonyms for all words that are not usual in such texts."""
    if not reason.strip() or _CODE.fullmatch(reason):
        return reason
    shown = "".join(_redacted(piece, text) for piece in re.split(r"(\s+)", reason[:500]))
    outcome = classify(0, reason)
    if classify(0, shown) == outcome:
        return shown
    return _TEXTS.get(outcome, "failed")


def _redacted(piece: str, text: TextRedactor) -> str:
    """Return a piece without white space: unchanged if all its words are usual."""
    is_usual = all(
        word.lower() in _COMMON or (word.isdecimal() and len(word) < SHORTEST) for word in _WORD.findall(piece)
    )  # fmt: skip
    return piece if is_usual else text.text(piece)
