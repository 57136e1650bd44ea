"""Measures for how many mutations `contracts diff` finds an event that shows the change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pendo_contracts.contract import load_contract, names
from pendo_contracts.contract_diff.contract_set import make_contract_set
from pendo_contracts.contract_diff.difference import compare
from tests.stress.contract_diff.implied import is_implied
from tests.stress.contract_diff.mutations import mutations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stress.contract_diff.mutations import Mutation


def packaged_schemas() -> dict[str, Any]:
    """Return the packaged schemas by name."""
    return {name: load_contract(name).schema for name in names()}


def all_mutations() -> Iterator[Mutation]:
    """Yield the mutations of all packaged schemas, without those that provably change nothing."""
    schemas = packaged_schemas()
    for name, schema in schemas.items():
        yield from (mutation for mutation in mutations(name, schema) if not is_implied(mutation, schemas))


def is_found(mutation: Mutation) -> bool:
    """Return whether an event shows the mutation; check the event with both versions."""
    schemas = packaged_schemas()
    old, new = (
        make_contract_set("old", schemas),
        make_contract_set("new", schemas | {mutation.contract: mutation.schema}),
    )
    comparison = compare(old, new)
    for difference in comparison.differences:
        for one in difference.evidence:
            accepted = (old.contracts[one.contract].accepts(one.event), new.contracts[one.contract].accepts(one.event))
            assert accepted == ((True, False) if one.direction == "breaking" else (False, True))
    return any(difference.evidence for difference in comparison.differences)
