"""One step of the derivation: what some requests change in the stored profiles and rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from pendo_emulator.engage.rows.row_changes import RowChanges
from pendo_emulator.profiles.api_writes import lower_case_id
from pendo_emulator.profiles.derivation import Derivation, Ids, collect_ids
from pendo_emulator.profiles.metadata_schema import decode_schema, encode_schema
from pendo_emulator.profiles.observation import observe
from pendo_emulator.profiles.states import decode_account, decode_visitor, encode_state
from pendo_emulator.storage.storable_text import storable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pendo_contracts.judged_request import JudgedRequest
    from pendo_emulator.engage.rows.row_settings import RowSettings
    from pendo_emulator.engage.store.event_rows import EventRowReader
    from pendo_emulator.profiles.observation import Observation
    from pendo_emulator.profiles.profile import Kind
    from pendo_emulator.profiles.profile_reader import Position, ProfileReader, Request
    from pendo_emulator.profiles.states import ProfileState

# The kind of the rows with the schemas of metadata.
SCHEMA: Final = "schema"
# Exchanges of the first step, and how often the steps of many exchanges can double. Large steps take less time in all,
# but recording waits while a step is written.
STEP: Final = 250
MAX_DOUBLINGS: Final = 3
# In seconds: the time to write a step below which the next one is larger, and above which it is smaller.
FAST_WRITE: Final = 0.05
SLOW_WRITE: Final = 0.25
# In characters of JSON: the states that stay in memory between two steps.
MAX_KEPT: Final = 8_000_000

ProfileRow = tuple[str, str, str, int, str, str]


class Changes(NamedTuple):
    """The rows to write, in the order of the columns of PROFILES and of EVENT_ROWS."""

    profiles: list[ProfileRow]
    event_rows: list[tuple[object, ...]]


class StepDerivation:
    """Derives the profiles and rows of one API key, step by step.

    The states of a step stay in memory for the next one, which often needs the same ones. They are used only if the
    next step begins at the position where the last one ended: another process can derive the same key.
    """

    def __init__(self, api_key: str, profiles: ProfileReader, event_rows: EventRowReader) -> None:
        self.api_key, self._profiles, self._event_rows = api_key, profiles, event_rows
        self._states = _States()
        self._position: Position | None = None

    def derive(self, position: Position, requests: Iterable[Request], settings: RowSettings) -> Changes:
        """Return what the requests after a position change."""
        if position != self._position:
            self._states = _States()
        self._position = None
        observed = [(request, seen) for number, request in requests for seen in observe(request, number)]
        if settings.lower_case_ids:
            observed = [(request, _in_lower_case(seen)) for request, seen in observed]
        observations = [seen for _, seen in observed]
        ids = collect_ids(observations)
        self._load(ids, needs_schemas=any(observation.metadata for observation in observations))
        derivation, changes = self._states.derivation, RowChanges(settings)
        last_seen = {id_: derivation.visitors[id_].last_seen for id_ in ids.visitors & derivation.visitors.keys()}
        _add_all(observed, derivation, changes)
        changes.merge(self._event_rows.documents(self.api_key, changes.keys(last_seen)))
        api_key = storable(self.api_key)
        rows: list[tuple[object, ...]] = [(api_key, *row) for row in changes.rows()]
        return Changes(list(self._states.changed_rows(api_key, ids)), rows)

    def continue_at(self, position: Position) -> None:
        """Keep the states for a step that begins at a position: the changes of the last step were written."""
        self._states.forget_oldest()
        self._position = position

    def _load(self, ids: Ids, *, needs_schemas: bool) -> None:
        visitors, accounts = self._states.derivation.visitors, self._states.derivation.accounts
        unknown = self._documents("visitor", ids.visitors - visitors.keys())
        visitors.update({id_: decode_visitor(document) for id_, document in unknown.items()})
        unknown = self._documents("account", ids.accounts - accounts.keys())
        accounts.update({id_: decode_account(document) for id_, document in unknown.items()})
        if needs_schemas and self._states.schemas is None:
            self._states.schemas = dict(self._documents(SCHEMA, {"visitor", "account"}))
            schemas = {kind: decode_schema(document) for kind, document in self._states.schemas.items()}
            self._states.derivation.schemas.update(schemas)

    def _documents(self, kind: str, ids: set[str]) -> Mapping[str, str]:
        return self._profiles.documents(self.api_key, kind, ids)


class StepSize:
    """The number of exchanges of the next step: as many as can be written in a short time."""

    def __init__(self, first: int) -> None:
        self.exchanges = self._first = first

    def adapt(self, seconds: float) -> None:
        """Choose the next size by the time that writing a step took."""
        if seconds < FAST_WRITE:
            self.exchanges = min(self.exchanges * 2, self._first << MAX_DOUBLINGS)
        elif seconds > SLOW_WRITE:
            self.exchanges = max(self.exchanges // 2, self._first)


class _States:
    """The states in memory, those used last at the end; `schemas` has the stored schemas, None if they are unknown."""

    def __init__(self) -> None:
        self.derivation = Derivation()
        self.schemas: dict[str, str] | None = None
        self._sizes: dict[tuple[Kind, str], int] = {}

    def changed_rows(self, api_key: str, ids: Ids) -> Iterator[ProfileRow]:
        """Yield the rows of the states with these ids, and of the schemas that changed."""
        yield from self._rows(api_key, "visitor", self.derivation.visitors, ids.visitors)
        yield from self._rows(api_key, "account", self.derivation.accounts, ids.accounts)
        for kind, schema in sorted(self.derivation.schemas.items()):
            text = encode_schema(schema)
            if self.schemas is None or self.schemas.get(kind) != text:
                self.schemas = {**(self.schemas or {}), kind: text}
                yield api_key, SCHEMA, kind, 0, text, ""

    def _rows(
        self, api_key: str, kind: Kind, states: Mapping[str, ProfileState], ids: set[str]
    ) -> Iterator[ProfileRow]:
        for id_ in sorted(ids & states.keys()):
            state = states[id_]
            document = encode_state(state)
            self._sizes.pop((kind, id_), None)
            self._sizes[kind, id_] = len(document)
            yield api_key, kind, id_, state.last_seen, document, state.search_text(id_)

    def forget_oldest(self) -> None:
        """Forget the states that were not used for the longest time, until MAX_KEPT is not exceeded."""
        excess = sum(self._sizes.values()) - MAX_KEPT
        while excess > 0:
            kind, id_ = oldest = next(iter(self._sizes))
            excess -= self._sizes.pop(oldest)
            (self.derivation.visitors if kind == "visitor" else self.derivation.accounts).pop(id_)


def _in_lower_case(observation: Observation) -> Observation:
    """Return an observation whose visitor ids are in lower case; ids of anonymous visitors stay as they are."""
    return observation._replace(
        visitor=lower_case_id(observation.visitor),
        metadata=tuple(
            write._replace(id=lower_case_id(write.id)) if write.kind == "visitor" else write
            for write in observation.metadata
        ),
    )


def _add_all(
    observed: Iterable[tuple[JudgedRequest, Observation]], derivation: Derivation, changes: RowChanges
) -> None:
    """Add observations to the profiles and the rows; an event of a do-not-process visitor is in no row."""
    for request, observation in observed:
        if derivation.is_processed(observation.visitor):
            changes.add(request, observation)
            derivation.add_processed(observation)
