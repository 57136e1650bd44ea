"""Answers questions about visitors and accounts from the profiles in the store, which it brings up to date first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, Literal, NamedTuple, TypeAlias, TypeVar

from pendo_emulator.profiles.catch_up import DERIVATION, TIMEOUT, CatchUp
from pendo_emulator.profiles.derivation_step import SCHEMA, STEP
from pendo_emulator.profiles.limits import ACCOUNT_ID_BYTES, VISITOR_ID_BYTES, cut_bytes
from pendo_emulator.profiles.metadata_schema import SchemaState, decode_schema
from pendo_emulator.profiles.presentation import account_profile, visitor_profile
from pendo_emulator.profiles.states import decode_account, decode_visitor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pendo_emulator.profiles.profile import AccountProfile, Kind, VisitorProfile
    from pendo_emulator.recorder.write_access import WriteAccess
    from pendo_emulator.storage.store import Store

Sort: TypeAlias = Literal["id", "latest"]
P = TypeVar("P", "VisitorProfile", "AccountProfile")


class Selection(NamedTuple):
    """Selects a page of profiles: those whose id or values contain `search`, in an order, after the previous page.

    `sort` is `id` (by code points) or `latest`: the profile that was seen last comes first. `after` is the `next` of
    the previous page.
    """

    search: str = ""
    sort: Sort = "id"
    after: tuple[int, str] | None = None
    limit: int = 100


class Page(NamedTuple, Generic[P]):
    """A page of profiles, and the `after` of the next page, None on the last one."""

    profiles: list[P]
    next: tuple[int, str] | None


_ALL = Selection()


class Profiles:
    """The visitors and accounts of all API keys.

    A question waits until the profiles contain every exchange that was recorded before it. Each method raises
    NotCaughtUpError if that takes more than `timeout` seconds, and StoreError if the store cannot be used.
    """

    def __init__(self, store: Store, access: WriteAccess, *, step: int = STEP, version: int = DERIVATION) -> None:
        self.catch_up = CatchUp(store, access, step=step, version=version)

    def visitor(self, api_key: str, id_: str, timeout: float = TIMEOUT) -> VisitorProfile | None:
        """Return the profile of a visitor, None if there is none.

        Its story begins with the events of the anonymous visitor before.
        """
        id_ = cut_bytes(id_, VISITOR_ID_BYTES)
        document = self._documents(api_key, "visitor", [id_], timeout).get(id_)
        if document is None:
            return None
        state = decode_visitor(document)
        earlier = self.catch_up.reader.documents(api_key, "visitor", {link.id for link in state.before})
        return visitor_profile(api_key, id_, state, {one: decode_visitor(text) for one, text in earlier.items()})

    def account(self, api_key: str, id_: str, timeout: float = TIMEOUT) -> AccountProfile | None:
        """Return the profile of an account, None if there is none."""
        id_ = cut_bytes(id_, ACCOUNT_ID_BYTES)
        document = self._documents(api_key, "account", [id_], timeout).get(id_)
        return account_profile(api_key, id_, decode_account(document)) if document is not None else None

    def visitors(self, api_key: str, selection: Selection = _ALL, timeout: float = TIMEOUT) -> Page[VisitorProfile]:
        """Return a page of visitors; each story has only the visitor's own events."""

        def build(id_: str, document: str) -> VisitorProfile:
            return visitor_profile(api_key, id_, decode_visitor(document))

        return self._page(api_key, "visitor", selection, timeout, build)

    def accounts(self, api_key: str, selection: Selection = _ALL, timeout: float = TIMEOUT) -> Page[AccountProfile]:
        """Return a page of accounts."""

        def build(id_: str, document: str) -> AccountProfile:
            return account_profile(api_key, id_, decode_account(document))

        return self._page(api_key, "account", selection, timeout, build)

    def schema(self, api_key: str, kind: Kind, timeout: float = TIMEOUT) -> SchemaState:
        """Return the fields of metadata that the visitors or accounts of a key have."""
        document = self._documents(api_key, SCHEMA, [kind], timeout).get(kind)
        return decode_schema(document) if document is not None else SchemaState()

    def existing(self, api_key: str, kind: Kind, ids: Iterable[str], timeout: float = TIMEOUT) -> frozenset[str]:
        """Return which of these visitors or accounts there are."""
        return frozenset(self._documents(api_key, kind, ids, timeout))

    def count(self, api_key: str, kind: Kind) -> int:
        """Count the visitors or accounts that have been derived so far."""
        return self.catch_up.reader.count(api_key, kind)

    def reset(self, api_key: str) -> int:
        """Delete the profiles of a key; return how many there were.

        The next question derives them again from the exchanges that remain.
        """
        return self.catch_up.reset(api_key)

    def close(self) -> None:
        """Stop deriving."""
        self.catch_up.close()

    def _documents(self, api_key: str, kind: str, ids: Iterable[str], timeout: float) -> Mapping[str, str]:
        self.catch_up.catch_up(api_key, timeout)
        return self.catch_up.reader.documents(api_key, kind, list(ids))

    def _page(
        self, api_key: str, kind: Kind, selection: Selection, timeout: float, build: Callable[[str, str], P]
    ) -> Page[P]:
        from pendo_emulator.profiles.profile_reader import Order  # noqa: PLC0415 - SQLAlchemy is slow to load

        self.catch_up.catch_up(api_key, timeout)
        limit = selection.limit
        order = Order(limit + 1, selection.sort == "latest", selection.after)
        documents = self.catch_up.reader.page(api_key, kind, selection.search, order)
        profiles = [build(id_, document) for id_, document in list(documents.items())[:limit]]
        more = len(documents) > limit
        return Page(profiles, (profiles[-1].last_seen, profiles[-1].id) if more else None)
