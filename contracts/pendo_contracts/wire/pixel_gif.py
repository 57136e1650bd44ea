"""The 1x1 GIF that the data host sends as the answer to an image beacon."""

from __future__ import annotations

import base64
from typing import Final

# A complete, transparent image of 1x1 pixels. The agent's <img> beacons count as delivered only if the browser can
# decode the body as an image (observed in the published agent).
PIXEL_GIF: Final = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
