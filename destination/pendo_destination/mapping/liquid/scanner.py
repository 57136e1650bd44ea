"""A place in a template, and what can be taken there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pendo_destination.mapping.liquid.error import excerpt, failure
from pendo_destination.mapping.liquid.tokens import BLANKS

if TYPE_CHECKING:
    import re

    from liquid.token import Token

    from pendo_destination.mapping.directive import DirectiveError


class Scanner:
    """Goes from the start of a token to its end."""

    def __init__(self, token: Token) -> None:
        self.source = token.source
        self.position = token.start_index

    def ahead(self) -> str:
        """Skip blanks and tell which character is next; at the end it is ""."""
        self.position = len(self.source) - len(self.source[self.position :].lstrip(BLANKS))
        return self.source[self.position : self.position + 1]

    def take(self, pattern: re.Pattern[str]) -> str:
        """Skip blanks and take what matches a pattern, or nothing."""
        self.ahead()
        found = pattern.match(self.source, self.position)
        self.position = found.end() if found else self.position
        return found.group() if found else ""

    def skip_past(self, sign: str) -> bool:
        """Skip everything up to a sign, or to the end if it does not come."""
        found = self.source.find(sign, self.position)
        self.position = found + 1 or len(self.source)
        return found >= 0

    def rest(self) -> str:
        """Quote what is left."""
        return excerpt(self.source[self.position :])

    def failure(self, message: str) -> DirectiveError:
        """Describe a failure at this place."""
        return failure("TokenizationError", message, self.source, self.position)
