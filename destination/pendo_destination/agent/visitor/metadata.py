"""Metadata of visitor, account and parent account, and the check whether Pendo already has them."""

from __future__ import annotations

import datetime as dt
import json
import zlib
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from pendo_destination.agent.visitor.identity import (
    DELIMITER,
    PLACEHOLDER_VISITOR,
    Identity,
    IdentityChange,
    is_valid_id,
)
from pendo_destination.javascript.json import stringify
from pendo_destination.javascript.values import UNDEFINED, text

if TYPE_CHECKING:
    from pendo_destination.agent.environment.config import Config
    from pendo_destination.agent.environment.page_and_browser import Environment

KINDS: Final = ("visitor", "account", "parentAccount")

_write_sorted: Final = json.JSONEncoder(sort_keys=True, default=str).encode

Options = dict[str, Any]


def is_object(value: Any) -> bool:
    """Return whether a value is an object in JavaScript; arrays, dates and functions are objects."""
    return isinstance(value, (dict, list, dt.datetime)) or callable(value)


class MetadataUpdate(Struct, frozen=True):
    """The result of new metadata: the props of the `meta` event, and their JSON.

    `reportable` says that the metadata are new to Pendo, `state_changed` that they are new to guides.
    """

    props: Options
    props_json: str
    reportable: bool
    state_changed: bool


class Metadata:
    """The current metadata. An update replaces them, it does not merge (observed in the published agent).

    `state` is the metadata for guides; `hash` is the CRC-32 of the last update on this page.
    """

    def __init__(self, config: Config, environment: Environment, identity: Identity) -> None:
        self._config, self._environment, self._identity = config, environment, identity
        self._latest: Options = {}
        self.hash: int | None = None
        self.state: Options = {
            "visitor": {},
            "account": {},
            "parentAccount": {},
            "date": None,
            "version": None,
            "selfHosted": config.self_hosted,
        }

    @property
    def defined_state(self) -> Options:
        """The metadata for requests for guides, without undefined members, which JSON leaves out."""
        return {name: value for name, value in self.state.items() if value is not UNDEFINED}

    def prepare(self, options: Any) -> Options:
        """Return options as metadata: JSON copies of the three objects, with ids, language, date and version.

        Raises RecursionError for circular values.
        """
        members = options if isinstance(options, dict) else {}
        visitor, account, parent = (_as_dict(members.get(kind)) for kind in KINDS)
        _join_parent(account, parent)
        if visitor.get("id") == PLACEHOLDER_VISITOR:
            del visitor["id"]
        visitor["id"] = text(visitor["id"]) if is_valid_id(visitor.get("id")) else self._identity.ensure_visitor_id()
        visitor["language"] = self._environment.browser.locale
        return {
            "visitor": _copy(visitor),
            "account": _copy(account),
            "parentAccount": _copy(parent),
            "date": self._environment.date,
            "version": self._config.version,
            **({"selfHosted": True} if self.state["selfHosted"] is True else {}),
        }

    def replace(self, prepared: Options) -> Options:
        """Replace the current metadata by prepared metadata; return the previous state."""
        before = self.state.copy()
        self._latest.update(prepared)
        self._apply(prepared)
        return before

    def finish_update(self, prepared: Options, before: Options) -> MetadataUpdate:
        """Set the current ids in prepared metadata; compare with the metadata reported last and the previous state."""
        prepared["visitor"]["id"] = self._identity.visitor_id
        prepared["account"]["id"] = self._identity.account_id
        props_json = text(stringify(prepared))
        crc = zlib.crc32(props_json.encode())
        last = self._identity.read_metadata_hash() if self.hash is None else str(self.hash)
        self.hash = crc
        if reportable := last != str(crc):
            self._identity.write_metadata_hash(crc)
        return MetadataUpdate(prepared, props_json, reportable, _differ(self.state, before))

    def identify(self, change: IdentityChange) -> None:
        """Set the ids of a change in the current metadata."""
        self._latest["visitor"] = {**self._latest.get("visitor", {}), "id": change.visitor_id}
        self._latest["account"] = {**self._latest.get("account", {}), "id": change.account_id}
        self._apply(self._latest)

    def clear_account(self) -> None:
        """Remove the account's metadata."""
        self._latest.pop("account", None)
        self.state["account"] = {}

    def reset(self, visitor_id: Any) -> None:
        """Remove all metadata except the visitor's id; the next change of identity restores them."""
        self.state.update(
            visitor={"id": visitor_id}, account={}, parentAccount={}, date=None, version=None, selfHosted=None
        )

    def _apply(self, options: Options) -> None:
        self.state.update((name, options[name]) for name in self.state if name in options)
        self.state["selfHosted"] = options.get("selfHosted", UNDEFINED)


def _differ(state: Options, before: Options) -> bool:
    """Return whether two states differ, regardless of the order of members; in Python, True equals 1."""
    return state != before or _write_sorted(state) != _write_sorted(before)


def _as_dict(value: Any) -> Options:
    if isinstance(value, list):
        return {str(index): item for index, item in enumerate(value)}
    return dict(value) if isinstance(value, dict) else {}


def _join_parent(account: Options, parent: Options) -> None:
    """Write the id of an account with a parent as `<parent>::<account>`, unless it has a parent's id already."""
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
    copy: Options = json.loads(text(stringify(members))) if members else {}
    return copy
