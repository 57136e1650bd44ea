"""Runs a pipeline on the rows of one API key."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pendo_emulator.engage.pipeline import Limits, read_request, run_request
from pendo_emulator.engage.sources.key_sources import INTERNAL, KeySources
from pendo_emulator.engage.sources.read_columns import read_columns

if TYPE_CHECKING:
    from pendo_emulator.engage.pipeline import Request, Result
    from pendo_emulator.engage.pipeline.running import Observe
    from pendo_emulator.recorder.recorder import Recorder

# In seconds: Pendo's limit (documented).
MAX_SECONDS: Final = 300.0


class Answer(NamedTuple):
    """A request, its result, and the time at which it ran, in milliseconds since 1970."""

    request: Request
    result: Result
    now: int


def run_for_key(
    recorder: Recorder,
    api_key: str,
    document: Any,
    *,
    timeout: float = MAX_SECONDS,
    observe: Observe | None = None,
    shows_exchanges: bool = False,
) -> Answer:
    """Run a request document on rows that contain every exchange recorded before.

    `observe` is called with the rows after each step. Raises PipelineError for a wrong request or one that exceeds a
    limit, NotCaughtUpError if the rows are not complete after `timeout` seconds, and StoreError if the store cannot be
    used.
    """
    recorder.profiles.catch_up.catch_up(api_key, timeout)
    now = recorder.now()
    sources = KeySources(recorder, api_key, now, shows_exchanges=shows_exchanges)
    table, limits = sources.table(), Limits(seconds=MAX_SECONDS)
    request = read_request(document, sources.context, limits=limits, source_names=table.keys() - INTERNAL)
    if observe is None and not shows_exchanges:
        sources.columns = read_columns(document)
    return Answer(request, run_request(request, table, limits=limits, clock=time.monotonic, observe=observe), now)
