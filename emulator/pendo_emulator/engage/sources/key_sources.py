"""The sources of pipelines for one API key: a function for each source that returns its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.engage.pipeline import ExpressionContext
from pendo_emulator.engage.pipeline.expressions.context import App
from pendo_emulator.engage.pipeline.sources.row_selection import select_rows
from pendo_emulator.engage.rows.row_event import CLICKS, LOADS, TRACKS
from pendo_emulator.engage.sources.date_fields import DEFINED_FIELD, DateFields
from pendo_emulator.engage.sources.default_app import DEFAULT_APP
from pendo_emulator.engage.sources.definitions import (
    FEATURE,
    PAGE,
    feature_objects,
    page_objects,
    track_objects,
    track_type,
)
from pendo_emulator.engage.sources.event_sources import ID_FIELDS, STORED, EventSource, View, all_events, event_rows
from pendo_emulator.engage.sources.profile_sources import ProfileSources
from pendo_emulator.engage.sources.raw_sources import raw_rows
from pendo_emulator.engage.sources.single_sources import guides_seen, polls_seen, single_rows
from pendo_emulator.engage.sources.visitor_history import VisitorHistory
from pendo_emulator.engage.store.deletions import Deletions
from pendo_emulator.engage.store.segments import Segments

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pendo_emulator.engage.pipeline import Source
    from pendo_emulator.engage.pipeline.row import Row, Rows
    from pendo_emulator.engage.pipeline.running import OpenSource
    from pendo_emulator.profiles.profile import Kind
    from pendo_emulator.recorder.recorder import Recorder

_WEB: Final = "web"
# What steps look up, and no pipeline can have as its source: Pendo has no source for segments (observed).
INTERNAL: Final = frozenset({"segments"})
# The columns that show whether a row is deleted.
_IDS: Final = frozenset({"visitorId", "accountId"})


class KeySources:
    """The rows of one API key, as derived so far; `now` is in milliseconds since 1970.

    With `shows_exchanges`, rows of events have the column `exchanges`: the numbers of the first exchanges behind them.
    `columns` are the columns of events that are read, None for all.

    Call `recorder.profiles.catch_up.catch_up` before, so that the rows contain every recorded exchange.
    """

    def __init__(self, recorder: Recorder, api_key: str, now: int, *, shows_exchanges: bool = False) -> None:
        catch_up = recorder.profiles.catch_up
        self._api_key, self._now, self._shows_exchanges = api_key, now, shows_exchanges
        self.columns: frozenset[str] | None = None
        self._settings = catch_up.row_settings(api_key)
        self._rows, self._reader = catch_up.event_rows, catch_up.reader
        self._objects = recorder.engage_objects
        self._deleted = Deletions(self._objects, api_key, self._settings.deleted_after_days).deleted(now)
        self.dates = DateFields(self._objects, api_key, self._settings.zone)
        self._profiles = ProfileSources(self._reader, api_key, self._settings, self._defined_fields)

    @property
    def context(self) -> ExpressionContext:
        """What expressions depend on: the time, the time zone and the applications."""
        settings = self._settings
        return ExpressionContext(self._now, settings.zone, (App(DEFAULT_APP),), settings.strict_time_series)

    def table(self) -> dict[str, OpenSource]:
        """Return a function for each source; its rows are without deleted visitors and accounts."""
        table = self._complete_table()
        if not any(self._deleted):
            return table
        return {name: self._without_deleted(open_) for name, open_ in table.items()}

    def visitor(self, id_: str) -> Row | None:
        """Return the row of a visitor, None if there is none or if it is deleted."""
        row = None if self._deleted.has("visitor", id_) else self._profiles.visitor(id_)
        return None if row is None else next(self.dates.convert("visitor", [row]))

    def account(self, id_: str) -> Row | None:
        """Return the row of an account, None if there is none or if it is deleted."""
        row = None if self._deleted.has("account", id_) else self._profiles.account(id_)
        return None if row is None else next(self.dates.convert("account", [row]))

    def _visitors(self, *, only_unprocessed: bool = False) -> Rows:
        return self.dates.convert("visitor", self._profiles.visitors(only_unprocessed=only_unprocessed))

    def _accounts(self, *, only_unprocessed: bool = False) -> Rows:
        return self.dates.convert("account", self._profiles.accounts(only_unprocessed=only_unprocessed))

    def _complete_table(self) -> dict[str, OpenSource]:
        return {
            "visitors": lambda source: select_rows(self._visitors(), source),
            "accounts": lambda source: select_rows(self._accounts(), source),
            "doNotProcessVisitors": lambda source: select_rows(self._visitors(only_unprocessed=True), source),
            "doNotProcessAccounts": lambda source: select_rows(self._accounts(only_unprocessed=True), source),
            **dict.fromkeys(STORED, self._events),
            "guideEvents": lambda source: select_rows(self._single(source, polls=False), source),
            "pollEvents": lambda source: select_rows(self._single(source, polls=True), source),
            "emailEvents": _no_rows,
            "guidesSeen": self._guides_seen,
            "guidesSeenEver": self._guides_seen,
            "pollsSeen": self._polls_seen,
            "pollsSeenEver": self._polls_seen,
            "singleEvents": self._raw,
            "rawEvents": self._raw,
            "pages": lambda source: select_rows(self._all(PAGE), source),
            "features": lambda source: select_rows(self._all(FEATURE), source),
            "guides": lambda source: select_rows(self._all("guide"), source),
            "groups": lambda source: select_rows(self._all("group"), source),
            "trackTypes": lambda source: select_rows(self.track_types(), source),
            "apps": lambda source: select_rows(_APPS, source),
            "segments": lambda _: self._segments(),
            "vocItems": _no_rows,
            "votes": _no_rows,
        }

    def _without_deleted(self, open_: OpenSource) -> OpenSource:
        visitors, accounts = self._deleted
        return lambda source: (
            row for row in open_(source)
            if row.get("visitorId") not in visitors and row.get("accountId") not in accounts
        )  # fmt: skip

    def track_types(self) -> list[dict[str, Any]]:
        """Return the documents of the track types, ordered by name."""
        return [track_type(one) for one in self._rows.track_types(self._api_key)]

    def history(self, visitor: str) -> VisitorHistory:
        """Return what a visitor did."""
        objects = {
            LOADS: self._objects_of("pageEvents"), CLICKS: self._objects_of("featureEvents"),
            TRACKS: self._objects_of("trackEvents"),
        }  # fmt: skip
        return VisitorHistory(self._rows, self._api_key, visitor, objects, self._settings.zone)

    def _events(self, source: Source) -> Rows:
        if not _has_events(source) or not self._has_definitions(source.name):
            return ()
        event_source = EventSource(
            STORED[source.name], ID_FIELDS[source.name], self._objects_of(source.name),
            parameters=source.name == "pageEvents",
        )  # fmt: skip
        return event_rows(self._rows, self._api_key, event_source, source, self._view())

    def _has_definitions(self, name: str) -> bool:
        """Return whether events of this source can belong to an object."""
        kind = {"pageEvents": PAGE, "featureEvents": FEATURE}.get(name)
        return kind is None or bool(self._all(kind))

    def _objects_of(self, name: str) -> Any:
        match name:
            case "pageEvents":
                return page_objects(self._all(PAGE))
            case "featureEvents":
                return feature_objects(self._all(FEATURE), self._all(PAGE))
            case "trackEvents":
                return track_objects
            case _:
                return all_events

    def _view(self) -> View:
        delay = self._settings.visible_after
        until = self._now - delay * 1000 if delay else None
        columns = self.columns
        if columns is not None and any(self._deleted):
            columns |= _IDS
        return View(self._settings.zone, self._profiles.merged_visitors(), until, self._shows_exchanges, columns)

    def _single(self, source: Source, *, polls: bool) -> Rows:
        return single_rows(self._rows, self._api_key, source, self._view(), polls=polls) if _has_events(source) else ()

    def _guides_seen(self, source: Source) -> Rows:
        return guides_seen(select_rows(self._single(source, polls=False), source))

    def _polls_seen(self, source: Source) -> Rows:
        return polls_seen(select_rows(self._single(source, polls=True), source))

    def _raw(self, source: Source) -> Rows:
        return raw_rows(self._reader, self._api_key, source, self._view()) if _has_events(source) else ()

    def _all(self, kind: str) -> list[dict[str, Any]]:
        return list(self._objects.all(self._api_key, kind).values())

    def _segments(self) -> Iterable[Row]:
        segments = Segments(self._objects, self._api_key, lambda: self._now)
        return [{"id": one["id"], "visitors": segments.members(one["id"])} for one in segments.all()]

    def _defined_fields(self, kind: Kind) -> frozenset[str]:
        prefix = f"{kind}.agent."
        defined = self._objects.all(self._api_key, DEFINED_FIELD)
        kept = (id_ for id_, one in defined.items() if not one.get("deleted"))
        return frozenset(id_.removeprefix(prefix) for id_ in kept if id_.startswith(prefix))


_APPS: Final[list[Row]] = [{"id": DEFAULT_APP, "appId": DEFAULT_APP, "name": "Default app", "platform": _WEB}]


def _no_rows(_: Source) -> Rows:
    return ()


def _has_events(source: Source) -> bool:
    """Return whether a source's parameters select events of the only application, which is one of the web."""
    if source.app_ids is not None and DEFAULT_APP not in source.app_ids:
        return False
    classes = source.parameters.get("eventClass")
    if isinstance(classes, list) and _WEB not in classes:
        return False
    return source.parameters.get("blacklist") != "only"
