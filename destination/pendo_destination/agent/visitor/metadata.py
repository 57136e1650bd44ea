"""Metadata: what the page says about visitor, account and parent account, and when that is news."""

from __future__ import annotations

import datetime as dt
import json
import zlib
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pendo_destination.agent.visitor.identity import DELIMITER, PLACEHOLDER_VISITOR, Change, Identity, is_valid_id
from pendo_destination.javascript.json import stringify
from pendo_destination.javascript.values import UNDEFINED, text

if TYPE_CHECKING:
    from pendo_destination.agent.config import Config
    from pendo_destination.agent.page import Environment

KINDS: Final = ("visitor", "account", "parentAccount")

Options = dict[str, Any]


def is_object(value: Any) -> bool:
    """Tell whether JavaScript would call a value an object: arrays, dates and functions are."""
    return isinstance(value, (dict, list, dt.datetime)) or callable(value)


class Update(NamedTuple):
    """What became of new metadata: how a `meta` event would put it, and whether it is news to Pendo and to guides."""

    options: Options
    reportable: bool
    state_changed: bool


class Metadata:
    """The metadata in force. An update replaces what was there, it does not merge (observed in the published agent).

    `state` is what guides are asked with; `hash` is the CRC-32 of the last update on this page.
    """

    def __init__(self, config: Config, environment: Environment, identity: Identity) -> None:
        self._config, self._environment, self._identity = config, environment, identity
        self._given: Options = {}
        self.hash: int | None = None
        self.state: Options = {
            "visitor": {},
            "account": {},
            "parentAccount": {},
            "date": None,
            "version": None,
            "selfHosted": config.self_hosted,
        }

    def prepare(self, options: Any) -> Options:
        """Write options as metadata: the three objects as JSON copies, with settled ids, language, date and version.

        Raises RecursionError for circular values.
        """
        given = options if isinstance(options, dict) else {}
        visitor, account, parent = (_members(given.get(kind)) for kind in KINDS)
        _join(account, parent)
        if visitor.get("id") == PLACEHOLDER_VISITOR:
            del visitor["id"]
        visitor["id"] = text(visitor["id"]) if is_valid_id(visitor.get("id")) else self._identity.settle_visitor_id()
        visitor["language"] = self._environment.browser.locale
        return {
            "visitor": _copy(visitor),
            "account": _copy(account),
            "parentAccount": _copy(parent),
            "date": self._environment.date,
            "version": self._config.version,
            **({"selfHosted": True} if self.state["selfHosted"] is True else {}),
        }

    def replace(self, prepared: Options) -> str:
        """Put prepared metadata in force; return the fingerprint of what was in force before."""
        before = self._fingerprint()
        self._given.update(prepared)
        self._enforce(prepared)
        return before

    def settle(self, prepared: Options, before: str) -> Update:
        """Give prepared metadata the ids that are in force by now and tell what of it is news."""
        prepared["visitor"]["id"] = self._identity.visitor_id
        prepared["account"]["id"] = self._identity.account_id
        crc = zlib.crc32(text(stringify(prepared)).encode())
        last = self._identity.read_hash() if self.hash is None else str(self.hash)
        self.hash = crc
        if reportable := last != str(crc):
            self._identity.write_hash(crc)
        return Update(prepared, reportable, self._fingerprint() != before)

    def identify(self, change: Change) -> None:
        """Give the metadata in force the ids of a change."""
        self._given["visitor"] = {**self._given.get("visitor", {}), "id": change.visitor_id}
        self._given["account"] = {**self._given.get("account", {}), "id": change.account_id}
        self._enforce(self._given)

    def clear_account(self) -> None:
        """Drop the account's metadata."""
        self._given.pop("account", None)
        self.state["account"] = {}

    def reset(self, visitor_id: Any) -> None:
        """Drop all metadata but the visitor's id; the next change of identity brings them back."""
        self.state.update(
            visitor={"id": visitor_id}, account={}, parentAccount={}, date=None, version=None, selfHosted=None
        )

    def _enforce(self, options: Options) -> None:
        self.state.update((name, options[name]) for name in self.state if name in options)
        self.state["selfHosted"] = options.get("selfHosted", UNDEFINED)

    def _fingerprint(self) -> str:
        """Write the state so that only equal states look alike; the order of members does not count."""
        return json.dumps(self.state, sort_keys=True, default=str)


def _members(value: Any) -> Options:
    if isinstance(value, list):
        return {str(index): item for index, item in enumerate(value)}
    return dict(value) if isinstance(value, dict) else {}


def _join(account: Options, parent: Options) -> None:
    """Know an account that has a parent as `<parent>::<account>`, unless its id says so already."""
    if not is_valid_id(account.get("id")):
        return
    account["id"] = text(account["id"])
    if not is_valid_id(parent.get("id")):
        return
    if DELIMITER in account["id"]:
        parent["id"] = account["id"].split(DELIMITER)[0]
    else:
        account["id"] = f"{text(parent['id'])}{DELIMITER}{account['id']}"


def _copy(members: Options) -> Options:
    copy: Options = json.loads(text(stringify(members)))
    return copy
