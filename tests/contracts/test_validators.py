"""The compiled validator, which judges, and the reference validator, which explains, agree on every value."""

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import pytest

from pendo_contracts.contract import load_contract, names, to_pointer

FIXTURES = Path(__file__).parents[2] / "fixtures" / "contracts"
CHANGES_PER_FIXTURE = 20
STRANGERS: list[Any] = [
    *(None, True, False, 0, 0.0, 1, 1.0, -1, 0.5, 12345678901234567890, 10**30, 1795376101241),
    *([], {}, [[]], [None], {"id": 1}, {"$ref": "x"}),
    *("", " ", "\n", "\u00a0", "x", "é🚀", "\uff11\uff12", "5\n", "A" * 16, "A" * 16 + "\n", "A" * 17),
    *("track", "log", "eJw", "eJw=", "eJw\n", "2.291.4_prod\n", "1795376101241", "1795376101241\n", "22/11/2026"),
]

Found = set[tuple[str, str, str]]


@pytest.mark.parametrize("name", names())
def test_both_validators_agree_on_fixtures_and_mutations(name: str) -> None:
    dice = Random(name)
    for value in fixtures(name):
        assert_agreement(name, value)
        for _ in range(CHANGES_PER_FIXTURE):
            assert_agreement(name, changed(value, dice))


def assert_agreement(name: str, value: Any) -> None:
    compiled, reference = by_compiled(name, value), by_reference(name, value)
    assert compiled == reference, value
    assert load_contract(name).accepts(value) is (not reference), value


def by_compiled(name: str, value: Any) -> Found:
    return {
        (to_pointer(error.instance_path), str(error.schema_path[-1]), rule(error.evaluation_path))
        for error in load_contract(name).compiled.iter_errors(value)
    }


def by_reference(name: str, value: Any) -> Found:
    return {
        (to_pointer(error.absolute_path), str(error.validator), rule(error.absolute_schema_path))
        for error in load_contract(name).reference.iter_errors(value)
    }


def rule(path: Any) -> str:
    """Return an evaluation path without `$ref`, because only the compiled validator includes it."""
    return to_pointer(step for step in path if step != "$ref")


def fixtures(name: str) -> Iterator[Any]:
    yield from (json.loads(file.read_text("utf-8")) for file in sorted((FIXTURES / name / "kept").iterdir()))
    yield from (json.loads(file.read_text("utf-8"))["value"] for file in sorted((FIXTURES / name / "broken").iterdir()))


def changed(value: Any, dice: Random) -> Any:
    """Copy a value and remove, replace or add one to three of its members."""
    copy = [deepcopy(value)]
    for _ in range(dice.randint(1, 3)):
        holder = dice.choice(list(holders(copy)))
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        key = dice.choice(keys) if keys else None
        stranger = deepcopy(dice.choice(STRANGERS))
        if key is None or dice.random() < 0.2:
            add(holder, dice.choice(["x", "id", "type", "visitorId", "source"]), stranger)
        elif dice.random() < 0.3 and holder is not copy:
            del holder[key]
        else:
            holder[key] = stranger
    return copy[0]


def add(holder: Any, key: str, value: Any) -> None:
    holder.update({key: value}) if isinstance(holder, dict) else holder.append(value)


def holders(value: Any) -> Iterator[Any]:
    """Yield all objects and lists in a value."""
    if isinstance(value, (dict, list)):
        yield value
        for inner in value.values() if isinstance(value, dict) else value:
            yield from holders(inner)
