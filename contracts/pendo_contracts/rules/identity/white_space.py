"""White space as JavaScript's `trim` removes it, which includes U+FEFF (ECMA-262)."""

from __future__ import annotations

from typing import Final

_WHITE_SPACE: Final = (
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)


def trim(text: str) -> str:
    """Remove white space at both ends."""
    return text.strip(_WHITE_SPACE)
