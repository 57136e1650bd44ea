"""The ids of visitor and account, and their changes."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pendo_contracts.wire.visitor_ids import ANONYMOUS_PREFIX
from pendo_destination.javascript.values import UNDEFINED, Undefined, is_nullish, text, trim

if TYPE_CHECKING:
    from pendo_destination.agent.environment.config import Config
    from pendo_destination.agent.environment.page_and_browser import IdMaker
    from pendo_destination.agent.environment.storage import Storage

PLACEHOLDER_VISITOR: Final = "VISITOR-UNIQUE-ID"
DELIMITER: Final = "::"

Id = str | Undefined | None


def is_valid_id(value: Any) -> bool:
    """Return whether the agent accepts a value as an id; it accepts numbers and the texts "null" and "undefined"."""
    if isinstance(value, str):
        return bool(trim(value)) and value != DELIMITER
    return not (is_nullish(value) or isinstance(value, (bool, dict, list, dt.datetime)))


def is_anonymous(visitor_id: Any) -> bool:
    """Return whether a value looks like an id that the agent generated; a page may also set such an id."""
    return isinstance(visitor_id, str) and visitor_id.startswith(ANONYMOUS_PREFIX)


def make_anonymous_id(make_id: IdMaker) -> str:
    """Return a new id for an unknown visitor."""
    return ANONYMOUS_PREFIX + make_id(11)


class IdentityChange(NamedTuple):
    """The ids before and after a call."""

    old_visitor_id: Id
    old_account_id: Id
    visitor_id: Id
    account_id: Id

    @property
    def visitor_changed(self) -> bool:
        """Whether the visitor's id has changed."""
        return self.old_visitor_id != self.visitor_id

    @property
    def account_changed(self) -> bool:
        """Whether the account's id has changed."""
        return self.old_account_id != self.account_id

    @property
    def reportable(self) -> bool:
        """Whether the change causes an `identify` event: an anonymous visitor became known, or the account is new.

        A change from one known visitor to another is not reported (observed in the published agent).
        """
        return self._became_known or (is_valid_id(self.account_id) and self.account_changed)

    @property
    def _became_known(self) -> bool:
        known = is_valid_id(self.visitor_id) and self.visitor_id != PLACEHOLDER_VISITOR
        return is_anonymous(self.old_visitor_id) and known and not is_anonymous(self.visitor_id)


class Identity:
    """The current ids: in memory for this page and, unless persistence is off, in storage for later pages."""

    def __init__(self, config: Config, storage: Storage, make_id: IdMaker) -> None:
        self._config, self._storage, self._make_id = config, storage, make_id
        self._visitor_id: Id = UNDEFINED
        self._account_id: Id = UNDEFINED
        self._old_visitor_id: Id = UNDEFINED
        if not config.persistent:
            self._delete_stored_ids()

    @property
    def visitor_id(self) -> Id:
        """The visitor's id; UNDEFINED on the first page of a browser until an id is set or generated."""
        if self._visitor_id is UNDEFINED and self._config.persistent:
            stored = self._read("visitorId")
            if is_valid_id(stored) and (is_anonymous(stored) or not self._config.force_anonymous):
                self.set_visitor_id(stored)
        return self._visitor_id

    def ensure_visitor_id(self) -> str:
        """Return the visitor's id; generate and keep an anonymous one if there is none."""
        visitor_id = self.visitor_id
        if isinstance(visitor_id, str):
            return visitor_id
        anonymous = make_anonymous_id(self._make_id)
        self.set_visitor_id(anonymous)
        return anonymous

    def set_visitor_id(self, visitor_id: Any) -> None:
        """Set a valid id; numbers become text."""
        visitor_id = text(visitor_id)
        if visitor_id == self._visitor_id:
            return
        self._visitor_id = visitor_id
        if self._config.persistent:
            self._write("visitorId", visitor_id)

    @property
    def account_id(self) -> Id:
        """The account's id. If there is none: None, or UNDEFINED if ids are not read from storage."""
        recalled = self._config.persistent and not self._config.force_anonymous
        if recalled and not is_valid_id(self._account_id):
            self._account_id = self._read("accountId")
        return self._account_id

    def set_account_id(self, account_id: Any) -> None:
        """Set a valid id; any other value clears the account's id."""
        if is_valid_id(account_id):
            self._account_id = text(account_id)
            if self._config.persistent:
                self._write("accountId", self._account_id)
            return
        self._account_id = UNDEFINED
        if self._config.persistent:
            self._storage.clear("accountId")

    @property
    def old_visitor_id(self) -> Id:
        """The visitor's id before its last change; None without a change."""
        if self._old_visitor_id is UNDEFINED and self._config.persistent:
            self._old_visitor_id = self._read("oldVisitorId")
        return self._old_visitor_id

    def set_old_visitor_id(self, visitor_id: Id) -> None:
        """Store the id before a change, even if persistence is off (observed in the published agent)."""
        if visitor_id:
            self._old_visitor_id = visitor_id
            self._write("oldVisitorId", visitor_id)

    def clear(self) -> IdentityChange:
        """Delete the ids of visitor and account; continue as a new anonymous visitor."""
        old_visitor_id, old_account_id = self.visitor_id, self.account_id
        self._delete_stored_ids()
        self._visitor_id = self._account_id = UNDEFINED
        return IdentityChange(old_visitor_id, old_account_id, self.ensure_visitor_id(), self.account_id)

    def read_metadata_hash(self) -> str | None:
        """Return the hash of the metadata that were reported last."""
        return self._read("meta")

    def write_metadata_hash(self, crc: int) -> None:
        """Store the hash of the metadata that are reported now."""
        self._write("meta", crc)

    def delete_metadata_hash(self) -> None:
        """Delete the hash, so that the next metadata are reported even if they are the same."""
        self._storage.clear("meta", self._config.storage_suffix)

    def _delete_stored_ids(self) -> None:
        for name in ("visitorId", "accountId", "oldVisitorId"):
            self._storage.clear(name, self._config.storage_suffix)

    def _read(self, name: str) -> str | None:
        """Read a value by the configured suffix, or else the value stored by API key before a suffix was configured."""
        suffix = self._config.storage_suffix
        if not suffix:
            return self._storage.read(name)
        value = self._storage.read(name, suffix) or self._storage.read(name)
        self._storage.clear(name)
        return value

    def _write(self, name: str, value: str | int) -> None:
        self._storage.write(name, value, lifetime=self._config.identity_lifetime, suffix=self._config.storage_suffix)
