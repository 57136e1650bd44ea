"""Fails a test whose requests break contracts, and shows what arrived."""

from __future__ import annotations

import os
from itertools import islice
from typing import TYPE_CHECKING, Final

import pytest

from pendo_contracts.report import as_text, headline
from pendo_emulator.control.arrival_descriptions import SHOWN, list_arrivals
from pendo_emulator.errors import NotKeptError
from pendo_emulator.storage.query import Query

if TYPE_CHECKING:
    from collections.abc import Generator

    from pendo_contracts.report import Report
    from pendo_emulator.api_key_space import Space
    from pendo_emulator.pytest_parts.segment_source import SegmentSource
    from pendo_emulator.pytest_parts.session_report import SessionReport

SPACE: Final[pytest.StashKey[Space]] = pytest.StashKey()
SOURCE: Final[pytest.StashKey[SegmentSource]] = pytest.StashKey()


class SpaceCheck:
    """A plugin that a process registers when its first test uses the emulator.

    `fail` says whether a broken contract fails the test that sent the request.
    """

    def __init__(self, session: SessionReport, *, fail: bool) -> None:
        self._session, self._fail = session, fail

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, None, None]:
        """Check the requests of a test that passed; describe them if it failed."""
        space = item.stash.get(SPACE, None)
        if space is None:
            yield
            return
        try:
            yield
        except (Exception, pytest.fail.Exception, pytest.skip.Exception) as error:
            self._stop_source(item)
            if not isinstance(error, pytest.skip.Exception):
                self._describe(item, space)
            self._add(item, space.report())
            raise
        self._stop_source(item)
        report = space.report()
        self._add(item, report)
        if self._fail and not space.keeps(report):
            self._describe(item, space)
            raise NotKeptError(f"{headline(report)}\n{as_text(report)}")

    def _add(self, item: pytest.Item, report: Report) -> None:
        file = os.path.relpath(item.path, item.config.invocation_params.dir)
        self._session.add(item.nodeid, report, file, (item.location[1] or 0) + 1)

    def _stop_source(self, item: pytest.Item) -> None:
        """Stop the test's Segment source, so that its waiting events are checked too."""
        if source := item.stash.get(SOURCE, None):
            source.stop()

    def _describe(self, item: pytest.Item, space: Space) -> None:
        recorder = space.emulator.recorder
        arrivals = list_arrivals(recorder.read_all(Query(api_key=space.api_key)))
        broken_first = sorted(arrivals, key=lambda arrival: arrival.good)
        lines = [f"{'kept  ' if one.good else 'BROKEN'} {one.describe()}" for one in islice(broken_first, SHOWN)]
        if (more := len(broken_first) - SHOWN) > 0:
            lines.append(f"... and {more:,} more")
        item.add_report_section("call", "Pendo", "\n".join(lines) or "nothing arrived")
