"""The rows of visitors and accounts, built from the saved states of their profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.wire.visitor_ids import is_anonymous
from pendo_emulator.engage.sources.default_app import DEFAULT_APP
from pendo_emulator.profiles.presentation import auto_of_account, auto_of_visitor
from pendo_emulator.profiles.states import decode_account, decode_visitor

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from pendo_emulator.engage.pipeline.row import Row
    from pendo_emulator.engage.rows.row_settings import RowSettings
    from pendo_emulator.profiles.profile import Kind
    from pendo_emulator.profiles.profile_reader import ProfileReader
    from pendo_emulator.profiles.states import ProfileState, VisitorState

# The group of an application's own values; a minus sign becomes an underscore (documented).
APP_GROUP: Final = f"auto_{DEFAULT_APP}".replace("-", "_")
PAGE: Final = 1_000
_PER_APP: Final = ("firstvisit", "lastvisit", "lastupdated")
# The fields that a do-not-process visitor keeps (observed: most of the group is missing; which stay is assumed).
_OF_UNPROCESSED: Final = ("id", "idhash", "nid")


class ProfileSources:
    """The visitors and accounts of one API key as rows, ordered by id.

    `defined_fields` returns the fields of the group `agent` that a client defined, for subscriptions that block others.
    """

    def __init__(
        self,
        reader: ProfileReader,
        api_key: str,
        settings: RowSettings,
        defined_fields: Callable[[Kind], Collection[str]],
    ) -> None:
        self._reader, self._api_key, self._settings = reader, api_key, settings
        self._defined_fields = defined_fields

    def visitors(self, *, only_unprocessed: bool = False) -> Iterator[Row]:
        """Yield the visitors, without anonymous ones that were merged into another visitor or are only named by it."""
        allowed = self._allowed_fields("visitor")
        for id_, document in self._documents("visitor"):
            state = decode_visitor(document)
            if (only_unprocessed and not state.do_not_process) or self._is_hidden(state):
                continue
            metadata = _metadata(state, auto_of_visitor(id_, state), allowed)
            yield {"visitorId": id_, "metadata": metadata}

    def accounts(self, *, only_unprocessed: bool = False) -> Iterator[Row]:
        """Yield the accounts; with parent accounts, only children and accounts without children (documented)."""
        allowed = self._allowed_fields("account")
        for id_, document in self._documents("account"):
            state = decode_account(document)
            is_parent = bool(state.children) and (self._settings.parent_accounts or not state.visitor_count)
            if is_parent or (only_unprocessed and not state.do_not_process):
                continue
            yield {"accountId": id_, "metadata": _metadata(state, auto_of_account(id_, state), allowed)}

    def visitor(self, id_: str) -> Row | None:
        """Return the row of a visitor, None if there is none or if it is not listed."""
        document = self._reader.documents(self._api_key, "visitor", [id_]).get(id_)
        if document is None:
            return None
        state = decode_visitor(document)
        if self._is_hidden(state):
            return None
        return {
            "visitorId": id_,
            "metadata": _metadata(state, auto_of_visitor(id_, state), self._allowed_fields("visitor")),
        }

    def account(self, id_: str) -> Row | None:
        """Return the row of an account, None if there is none."""
        document = self._reader.documents(self._api_key, "account", [id_]).get(id_)
        if document is None:
            return None
        state = decode_account(document)
        return {
            "accountId": id_,
            "metadata": _metadata(state, auto_of_account(id_, state), self._allowed_fields("account")),
        }

    def merged_visitors(self) -> Mapping[str, str]:
        """Return by id of an anonymous visitor the visitor that it became; empty if visitors are not merged."""
        if not self._settings.merge_anonymous_visitors:
            return {}
        merged: dict[str, str] = {}
        for id_, document in self._documents("visitor"):
            if is_anonymous(id_) and (links := decode_visitor(document).became):
                merged[id_] = min(links, key=lambda link: (link.origin.at, link.id)).id
        return merged

    def _is_hidden(self, state: VisitorState) -> bool:
        """Return whether an anonymous visitor was merged into another one, or is only named by it."""
        if not state.became:
            return False
        return self._settings.merge_anonymous_visitors or not (state.story or state.metadata)

    def _allowed_fields(self, kind: Kind) -> frozenset[str] | None:
        return frozenset(self._defined_fields(kind)) if self._settings.block_undefined_fields else None

    def _documents(self, kind: Kind) -> Iterator[tuple[str, str]]:
        from pendo_emulator.profiles.profile_reader import Order  # noqa: PLC0415 - SQLAlchemy is slow to load

        after: tuple[int, str] | None = None
        while page := self._reader.page(self._api_key, kind, "", Order(PAGE, after=after)):
            yield from page.items()
            if len(page) < PAGE:
                return
            after = (0, next(reversed(page)))


def _metadata(state: ProfileState, auto: dict[str, Any], allowed: frozenset[str] | None) -> dict[str, Any]:
    """Return the metadata by group and lower-case name (observed); `allowed` are the kept fields of the agent."""
    groups: dict[str, Any] = {}
    for group, fields in state.metadata.items():
        groups[group] = {
            name: known.current.value
            for name, known in fields.items()
            if allowed is None or group != "agent" or name in allowed
        }
    if state.do_not_process:
        return {"auto": {name: auto[name] for name in _OF_UNPROCESSED if name in auto}, **groups}
    return {"auto": auto, APP_GROUP: {name: auto[name] for name in _PER_APP if name in auto}, **groups}
