"""TextRedactor: replaces the words of texts and values, and lists what it keeps."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final

from pendo_contracts.redaction.characters import DIGITS
from pendo_contracts.redaction.escapes import rewrite_unescaped
from pendo_contracts.redaction.pseudonyms import Pseudonyms
from pendo_contracts.redaction.vocabulary import RESERVED, TOP_LEVELS, is_junk, is_public_field
from pendo_contracts.rules.identity.javascript_white_space import trim
from pendo_contracts.wire.visitor_ids import ANONYMOUS_PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# A shorter value that is no id says too little about anybody.
SHORTEST: Final = 5

_CUSTOMER: Final = ".customer.pendo.io"
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "[::1]", ""})
_PIECE: Final = re.compile(
    r"""
      (?P<authority>(?:https?|wss?)://[^/?#\s"'<>\\`;,|]*)
    | (?P<vendor>(?<![\w.-])(?:[\w-]+\.)*(?:pendo\.[a-z]{2,}|segment\.(?:com|io|build)|segmentapis\.com)(?![\w-]|\.\w))
    | (?P<uuid>(?<![^\W_])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![^\W_]))
    | (?P<moment>(?<!\d)\d{4}-[01]\d-[0-3]\d
          (?:[T\ ][0-2]\d:[0-5]\d(?::[0-5]\d)?(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?)?(?![^\W_]))
    | (?P<day>(?<!\d)[0-3]\d/[0-3]\d/\d{4}(?!\d))
    | (?P<address>(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]))
    | (?P<address6>\[[0-9a-f:.]{2,45}\])
    | (?P<version>(?<![^\W_])v?\d{1,4}\.\d{1,4}\.\d{1,4}_[a-z]+(?:-[a-z0-9]+)?(?:_ext)?(?![^\W_]))
    | (?P<prefix>_PENDO_T_)
    | (?P<top_level>(?<=[^\W_]\.)(?:{top_levels})(?![\w-]|\.\w))
    | (?P<placeholder>(?:VISITOR|ACCOUNT)-UNIQUE-ID)
    | (?P<hexadecimal>(?<![^\W_])(?=[0-9a-f]*\d)(?=\d*[a-f])[0-9a-f]{16,}(?![^\W_]))
    | (?P<word>[^\W_]+)
    """.replace("{top_levels}", "|".join(sorted(TOP_LEVELS))),
    re.VERBOSE | re.IGNORECASE,
)
_NUMBERED: Final = re.compile(r"([^\W\d_]{2,})(\d+)")
_AUTHORITY: Final = re.compile(r"(\w+://)((?:[^@]*@)?)(\[[^\]]*\]|[^:]*)(.*)", re.DOTALL)
_ZONE: Final = re.compile(r"(?:Z|[+-]\d\d:?\d\d)\Z")
# The first digits of month, day, hour, minute and second in ISO 8601, by their place.
_CLOCK: Final = {5: "01", 8: "0123", 11: "012", 14: "012345", 17: "012345"}
_PORT: Final = re.compile(r":\d{1,5}|:\*")


class TextRedactor:
    """Replaces the words of texts; a word has the same pseudonym in each text.

    `ids` are the ids with fewer than SHORTEST characters, in small letters: they are replaced although they are short.
    `kept` are the values that stay as they are, each with the reason; `replaced` are the others.
    """

    def __init__(self, key: bytes | None = None) -> None:
        self._pseudonyms = Pseudonyms(key, RESERVED)
        self.ids: set[str] = set()
        self.kept: dict[str, str] = {}
        self.replaced: set[str] = set()
        self._public_names: dict[str, bool] = {}
        self._replacements: Mapping[str, Callable[[str], str]] = {
            "authority": self._authority,
            "vendor": self._vendor,
            "uuid": self._uuid,
            "moment": self._moment,
            "day": self._day,
            "address": self._address,
            "address6": self._address6,
            "version": self._keep_version,
            "prefix": str,
            "top_level": self._top_level,
            "placeholder": str,
            "hexadecimal": self._pseudonyms.hexadecimal,
            "word": self._word,
        }

    def add_id(self, value: str) -> None:
        """Note an id, so that a short one is replaced wherever it is a value."""
        if len(value) < SHORTEST and (folded := _folded_id(value)) and not is_junk(folded):
            self.ids.add(folded)

    def value(self, value: str, *, is_id: bool = False) -> str:
        """Return the pseudonym of a value; a value that the rules are about, and a short one that is no id, stays."""
        folded = _folded_id(value)
        if is_junk(folded) or is_junk(trim(value).lower()):
            return self.keep(value, "a missing value or a placeholder")
        if len(value) < SHORTEST and not is_id and folded not in self.ids:
            return self.keep(value, "short, and no id")
        result = self.text(value)
        if result == value:
            return self.keep(value, "has no word that can be replaced")
        self.replaced.add(value)
        return result

    def name(self, name: str) -> str:
        """Return the name of a member: unchanged if it is a common word, otherwise its pseudonym."""
        # Names that differ only in case are a finding: what one of them gets, the others get too.
        if self._public_names.setdefault(name.lower(), is_public_field(name)):
            return self.keep(name, "name of a field")
        if len(name) < SHORTEST and name.lower() not in self.ids:
            return self.keep(name, "short, and no id")
        return self.text(name)

    def text(self, text: str) -> str:
        """Replace each word of a text; everything else, and the length, stays."""
        return rewrite_unescaped(text, self._plain)

    def host(self, netloc: str) -> str:
        """Return a host with port; hosts of Pendo, of Segment and of this machine stay."""
        return rewrite_unescaped(netloc, self._host)

    def _host(self, netloc: str) -> str:
        found = _AUTHORITY.fullmatch(f"https://{netloc}")
        if found is None:
            return self._plain(netloc)
        user, host, rest = found.group(2), found.group(3), found.group(4)
        shown = host if host.lower().rstrip(".") in _LOCAL else self._plain(host)
        return self._plain(user) + shown + (rest if _PORT.fullmatch(rest) else self._plain(rest))

    def keep(self, value: str, reason: str) -> str:
        """Note a value that stays as it is, and return it."""
        if value:
            self.kept.setdefault(value, reason)
        return value

    def _plain(self, text: str) -> str:
        return _PIECE.sub(self._piece, text)

    def _piece(self, found: re.Match[str]) -> str:
        kind, piece = found.lastgroup or "", found[0]
        return self._replacements[kind](piece)

    def _word(self, piece: str) -> str:
        if numbered := _NUMBERED.fullmatch(piece):
            # Names with a number stay similar to each other.
            return self._word(numbered[1]) + self._word(numbered[2])
        result = self._pseudonyms.word(piece)
        return self.keep(piece, "a common part of addresses") if result == piece and len(piece) >= SHORTEST else result

    def _authority(self, piece: str) -> str:
        scheme, mark, rest = piece.partition("://")
        return scheme + mark + self.host(rest)

    def _vendor(self, piece: str) -> str:
        if piece.lower().endswith(_CUSTOMER):
            end = len(piece) - len(_CUSTOMER)
            return self._plain(piece[:end]) + self.keep(piece[end:], "part of a host of Pendo")
        return self.keep(piece, "a host of Pendo or Segment, or one that looks like it")

    def _uuid(self, piece: str) -> str:
        """Replace a UUID; its version and its variant stay."""
        digits = piece.replace("-", "")
        fixed = digits[12], digits[16]
        result = list(self._pseudonyms.hexadecimal(digits[:12] + digits[13:16] + digits[17:]))
        result.insert(12, fixed[0])
        result.insert(16, fixed[1])
        parts = "".join(result)
        return "-".join((parts[:8], parts[8:12], parts[12:16], parts[16:20], parts[20:]))

    def _moment(self, piece: str) -> str:
        """Replace a date, with a time or without; the century and the offset stay."""
        zone = found[0] if (found := _ZONE.search(piece, 16)) else ""
        local = piece[: len(piece) - len(zone)]
        alphabets = [
            _CLOCK.get(place, DIGITS) if character.isdecimal() and place > 1 else character
            for place, character in enumerate(local)
        ]
        return self._pseudonyms.choice(local, alphabets, lambda text: _is_moment(text) or not _is_moment(local)) + zone

    def _day(self, piece: str) -> str:
        """Replace a date with slashes; a number that can be a month is replaced by one that can be a month."""
        alphabets = ["0123", DIGITS, "/", "0123", DIGITS, "/", piece[6], piece[7], DIGITS, DIGITS]
        first, second = (range(1, 13) if 1 <= int(piece[at : at + 2]) <= 12 else range(13, 32) for at in (0, 3))
        return self._pseudonyms.choice(
            piece, alphabets, lambda text: int(text[:2]) in first and int(text[3:5]) in second
        )

    def _address(self, piece: str) -> str:
        if piece in _LOCAL:
            return piece
        alphabets = ["." if character == "." else DIGITS for character in piece]
        return self._pseudonyms.choice(piece, alphabets, lambda text: _is_address(text) or not _is_address(piece))

    def _address6(self, piece: str) -> str:
        if piece in _LOCAL:
            return piece
        return re.sub(r"[0-9A-Fa-f]+", lambda found: self._pseudonyms.hexadecimal(found[0]), piece)

    def _keep_version(self, piece: str) -> str:
        return self.keep(piece, "a version of the agent")

    def _top_level(self, piece: str) -> str:
        return self.keep(piece, "the last part of a host's name") if len(piece) >= SHORTEST else piece


def _folded_id(value: str) -> str:
    """Return an id without white space at its ends and without the prefix of anonymous ids, in small letters."""
    return trim(trim(value).removeprefix(ANONYMOUS_PREFIX)).lower()


def _is_moment(text: str) -> bool:
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return False
    return int(text[11:13] or 0) < 24


def _is_address(text: str) -> bool:
    parts = text.split(".")
    return all(int(part) < 256 and (part == "0" or part[0] != "0") for part in parts)
