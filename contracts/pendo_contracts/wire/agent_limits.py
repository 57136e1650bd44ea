"""Size limits of the agent's requests, in characters of jzb and credentials (observed in the published agent)."""

from __future__ import annotations

from typing import Final

# A larger request is not sent as a GET.
GET_LIMIT: Final = 1900

# A larger request is not sent at all.
POST_LIMIT: Final = 65_536
