"""White space as Unicode and JavaScript define it: U+FEFF counts, because JavaScript's `trim` removes it (ECMA-262)."""

from __future__ import annotations

from typing import Final

# The information separators U+001C to U+001F count too, because Java and Python remove them.
_WHITE_SPACE: Final = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)


def trim(text: str) -> str:
    """Remove white space at both ends."""
    return text.strip(_WHITE_SPACE)
