"""The application of an API key: an emulated subscription has one."""

from __future__ import annotations

from typing import Final

# The id of a subscription's first web application (documented).
DEFAULT_APP: Final = -323232
