"""A single wrong field of a valid value is reported, and the report points to the field."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pendo_contracts.contract import file_name, load_contract, names, to_pointer

FIXTURES = Path(__file__).parents[2] / "fixtures/contracts"
ENOUGH = 0.99
WRONG: tuple[Any, ...] = (None, True, -1, 0.5, 10**30, "", " ", "not/valid?", "x" * 3000, [], [None], {})

Path_ = tuple[str | int, ...]
Mutation = tuple[Any, set[str]]

# Contracts of what is sent to Pendo; the others are those of the emulator's own documents.
SENT = [name for name in names() if not file_name(name).startswith("schemas/settings/")]
# A Segment call needs one of two ids, so either of them, or the call, can be called wrong.
IDS = {"", "/userId", "/anonymousId"}


def mutations(value: Any, path: Path_ = ()) -> Iterator[Mutation]:
    """Yield each value with one mutation, and the right pointers: an extra member is wrong itself, or its object is."""
    here = to_pointer(path)
    if path:
        yield from ((wrong, {here}) for wrong in WRONG if wrong != value or type(wrong) is not type(value))
        if isinstance(value, dict):
            yield {"x": 1}, {here, f"{here}/x"}
    if isinstance(value, dict):
        yield {**value, "unexpectedMember": 1}, {here, f"{here}/unexpectedMember"}
        for name, item in value.items():
            yield {other: value[other] for other in value if other != name}, {here}
            yield from (({**value, name: wrong}, pointers) for wrong, pointers in mutations(item, (*path, name)))
    elif isinstance(value, list):
        for place, item in enumerate(value[:2]):
            wrongs = mutations(item, (*path, place))
            yield from (([*value[:place], wrong, *value[place + 1 :]], pointers) for wrong, pointers in wrongs)


@pytest.mark.parametrize("name", SENT)
def test_wrong_field_is_reported_where_it_is(name: str) -> None:
    contract = load_contract(name)
    forbidden, elsewhere = 0, []
    for file in sorted((FIXTURES / name / "kept").iterdir()):
        for mutated, pointers in mutations(json.loads(file.read_text("utf-8"))):
            if contract.accepts(mutated):
                continue
            forbidden += 1
            found = {violation.pointer for violation in contract.violations(mutated)}
            if name.startswith("segment-") and pointers & IDS:
                pointers |= IDS  # noqa: PLW2901 - the set belongs to this mutation
            if not pointers & found:
                elsewhere.append((file.stem, sorted(pointers), sorted(found)))
    assert forbidden
    assert len(elsewhere) <= (1 - ENOUGH) * forbidden, elsewhere[:20]
