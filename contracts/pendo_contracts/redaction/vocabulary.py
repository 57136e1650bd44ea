"""The words that redaction keeps: those of the rules, of addresses, and of the contracts."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

from pendo_contracts.redaction.word_lists import words_of
from pendo_contracts.report.public_words import public_names, public_words

# The texts of missing values, which are a finding as an id, and the ids of Pendo's example snippet.
JUNK: Final = frozenset({"", "null", "undefined", "nan", "none", "nil", "[object object]", "true", "false"})
PLACEHOLDERS: Final = frozenset({"visitor-unique-id", "account-unique-id"})
# The last parts of host names, which belong to nobody.
TOP_LEVELS: Final = words_of(
    """
    app at au be biz br ca ch cloud cn co com cz de dev dk es eu example fi fr gov gr hu ie in info int internal
    invalid io it jp jpn kr lan local localhost me mx net nl no nz org pl pt ro ru se shop test tv uk us xyz za
    """
)
# Words that are never replaced, and never the replacement of another word.
RESERVED: Final = (JUNK - {"", "[object object]"}) | {"object", "pendo", "http", "https", "www", "localhost"}
# Steps of a path that belong to Pendo, to Segment, or to nobody.
PATH_STEPS: Final = words_of(
    """
    a b g i p s t agent agentic api data designer guide guides in-app-designer latest plugin.js preloader.js
    projects releases settings static v1 v2 analytics.js analytics.min.js analytics-next index.html favicon.ico
    """
)

_WORD: Final = re.compile(r"[^\W\d_]+")
_COMMON: Final = words_of(
    """
    active account accounts address age amount annual app avatar birthday brand browser campaign card cart category
    city code color company count country coupon created currency customer date department description device
    discount domain email employee employees enabled end external feature first flag full gender group id industry
    invoice item items job join joined language last level license list locale location login mail manager medium
    member mobile mode monthly mrr name nested nick note notes number order organization owner page parent path
    payment phone plan platform position price product products properties quantity referrer region renewal revenue
    role seat seats segment session shipping shop signup size source spend start state status street sub
    subscription tag tags tax team tenant term tier time timezone title total traits trial type uid updated url
    user username value variant version visitor website workspace year zip zone
    """
)


@lru_cache(maxsize=10_000)
def is_public_field(name: str) -> bool:
    """Return whether the name of a member says nothing about a person or a customer."""
    if name in public_names() or name.lower() in _lower_names():
        return True
    words = _WORD.findall(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name))
    return not re.search(r"\d", name) and all(
        word.lower() in _COMMON or word.lower() in public_words() for word in words
    )


@cache
def _lower_names() -> frozenset[str]:
    return frozenset(map(str.lower, public_names()))


def is_junk(text: str) -> bool:
    """Return whether a text, in small letters, is a missing value or a placeholder."""
    return text in JUNK or text in PLACEHOLDERS
