"""A position in a template that moves forward over patterns and signs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pendo_destination.mapping.liquid.error import quote_excerpt, template_error
from pendo_destination.mapping.liquid.tokenizer import BLANKS

if TYPE_CHECKING:
    import re

    from liquid.token import Token

    from pendo_destination.errors import ConfigurationError


class Scanner:
    """Scans a token's source from the start of the token to its end."""

    def __init__(self, token: Token) -> None:
        self.source = token.source
        self.position = token.start_index

    def peek(self) -> str:
        """Skip blanks and return the next character; "" at the end."""
        self.position = len(self.source) - len(self.source[self.position :].lstrip(BLANKS))
        return self.source[self.position : self.position + 1]

    def match(self, pattern: re.Pattern[str]) -> str:
        """Skip blanks, then return the text that matches a pattern and move behind it; "" without a match."""
        self.peek()
        match = pattern.match(self.source, self.position)
        if match is None:
            return ""
        self.position = match.end()
        return match.group()

    def skip_past(self, sign: str) -> bool:
        """Move behind the next occurrence of a sign, or to the end; return whether the sign was found."""
        index = self.source.find(sign, self.position)
        self.position = index + 1 or len(self.source)
        return index >= 0

    def quote_rest(self) -> str:
        """Quote the text from here to the end."""
        return quote_excerpt(self.source[self.position :])

    def error(self, message: str) -> ConfigurationError:
        """Return the error for this position."""
        return template_error("TokenizationError", message, self.source, self.position)
