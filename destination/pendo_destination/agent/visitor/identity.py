"""Identity: who the visitor is and which account they belong to, and what counts as a change of that."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pendo_contracts.visitor import ANONYMOUS_PREFIX
from pendo_destination.javascript.values import UNDEFINED, WHITESPACE, Undefined, is_nullish, text

if TYPE_CHECKING:
    from pendo_destination.agent.config import Config
    from pendo_destination.agent.page import Ids
    from pendo_destination.agent.visitor.storage import Storage

PLACEHOLDER_VISITOR: Final = "VISITOR-UNIQUE-ID"
DELIMITER: Final = "::"

_BLANK = re.compile(f"[{WHITESPACE}]*")

Id = str | Undefined | None


def is_valid_id(value: Any) -> bool:
    """Tell whether the agent takes a value for an id: numbers do, and the texts "null" and "undefined"."""
    if is_nullish(value) or isinstance(value, (bool, dict, list, dt.datetime)) or value == DELIMITER:
        return False
    return not (isinstance(value, str) and _BLANK.fullmatch(value))


def is_anonymous(visitor_id: Any) -> bool:
    """Tell whether an id looks like one that the agent made up; callers may give such an id, too."""
    return isinstance(visitor_id, str) and visitor_id.startswith(ANONYMOUS_PREFIX)


def make_anonymous_id(ids: Ids) -> str:
    """Make an id up for a visitor nobody has named."""
    return ANONYMOUS_PREFIX + ids(11)


class Change(NamedTuple):
    """Who was here before a call, and who is after it."""

    old_visitor_id: Id
    old_account_id: Id
    visitor_id: Id
    account_id: Id

    @property
    def of_visitor(self) -> bool:
        """Whether the visitor is another one."""
        return self.old_visitor_id != self.visitor_id

    @property
    def of_account(self) -> bool:
        """Whether the account is another one."""
        return self.old_account_id != self.account_id

    @property
    def reportable(self) -> bool:
        """Whether an `identify` event tells of it: an anonymous visitor became known, or there is a new account.

        One known visitor following another is not reported (observed in the published agent).
        """
        return self._named or (is_valid_id(self.account_id) and self.of_account)

    @property
    def _named(self) -> bool:
        known = is_valid_id(self.visitor_id) and self.visitor_id != PLACEHOLDER_VISITOR
        return is_anonymous(self.old_visitor_id) and known and not is_anonymous(self.visitor_id)


class Identity:
    """The ids in force: in memory for this page and, unless persistence is off, in storage for later ones."""

    def __init__(self, config: Config, storage: Storage, ids: Ids) -> None:
        self._config, self._storage, self._ids = config, storage, ids
        self._visitor_id: Id = UNDEFINED
        self._account_id: Id = UNDEFINED
        self._old_visitor_id: Id = UNDEFINED
        if not config.persistent:
            self._forget()

    @property
    def visitor_id(self) -> Id:
        """The visitor's id; UNDEFINED on the first page of a browser until one is given or made up."""
        if self._visitor_id is UNDEFINED and self._config.persistent:
            stored = self._read("visitorId")
            if is_valid_id(stored) and (is_anonymous(stored) or not self._config.force_anonymous):
                self.set_visitor_id(stored)
        return self._visitor_id

    def settle_visitor_id(self) -> str:
        """Name the visitor; make an anonymous id up and keep it where there is none."""
        visitor_id = self.visitor_id
        if isinstance(visitor_id, str):
            return visitor_id
        made_up = make_anonymous_id(self._ids)
        self.set_visitor_id(made_up)
        return made_up

    def set_visitor_id(self, visitor_id: Any) -> None:
        """Take a valid id; numbers become text."""
        visitor_id = text(visitor_id)
        if visitor_id == self._visitor_id:
            return
        self._visitor_id = visitor_id
        if self._config.persistent:
            self._write("visitorId", visitor_id)

    @property
    def account_id(self) -> Id:
        """The account's id; None where there is none, UNDEFINED where none may be remembered."""
        recalled = self._config.persistent and not self._config.force_anonymous
        if recalled and not is_valid_id(self._account_id):
            self._account_id = self._read("accountId")
        return self._account_id

    def set_account_id(self, account_id: Any) -> None:
        """Take a valid id; anything else clears it."""
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
        """Who was here before the last change of visitor; None where nobody was."""
        if self._old_visitor_id is UNDEFINED and self._config.persistent:
            self._old_visitor_id = self._read("oldVisitorId")
        return self._old_visitor_id

    def set_old_visitor_id(self, visitor_id: Id) -> None:
        """Remember who was here before, even where persistence is off (observed in the published agent)."""
        if visitor_id:
            self._old_visitor_id = visitor_id
            self._write("oldVisitorId", visitor_id)

    def clear(self) -> Change:
        """Forget visitor and account and start over as an anonymous visitor."""
        old_visitor_id, old_account_id = self.visitor_id, self.account_id
        self._forget()
        self._visitor_id = self._account_id = UNDEFINED
        return Change(old_visitor_id, old_account_id, self.settle_visitor_id(), self.account_id)

    def read_hash(self) -> str | None:
        """Read the hash of the metadata last reported."""
        return self._read("meta")

    def write_hash(self, crc: int) -> None:
        """Remember the hash of the metadata just reported."""
        self._write("meta", crc)

    def forget_hash(self) -> None:
        """Have the next metadata reported whatever they are."""
        self._storage.clear("meta", self._config.storage_suffix)

    def _forget(self) -> None:
        for name in ("visitorId", "accountId", "oldVisitorId"):
            self._storage.clear(name, self._config.storage_suffix)

    def _read(self, name: str) -> str | None:
        """Read under the configured suffix, else under the API key, where it would have been before the suffix."""
        value = self._storage.read(name, self._config.storage_suffix) or self._storage.read(name)
        if self._config.storage_suffix:
            self._storage.clear(name)
        return value

    def _write(self, name: str, value: str | int) -> None:
        self._storage.write(name, value, lifetime=self._config.identity_lifetime, suffix=self._config.storage_suffix)
