"""What an expression depends on other than its row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo


@dataclass(frozen=True, slots=True)
class App:
    """An application of the subscription; `platform` is `web`, `extension`, `ios` or `android`."""

    id: int
    platform: str = "web"


@dataclass(frozen=True, slots=True)
class ExpressionContext:
    """The time at which a pipeline runs, and the settings of its subscription.

    `now` is in Unix milliseconds. Days, weeks and months begin in `time_zone`, the subscription's (documented). `apps`
    are the applications that `expandAppIds` selects from. `needs_time_series` is whether a timed source without a
    timeSeries is an error.
    """

    now: int
    time_zone: tzinfo = UTC
    apps: tuple[App, ...] = ()
    needs_time_series: bool = False
