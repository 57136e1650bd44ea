"""Reads the JSON text of a plan, with the line and column of an error."""

from __future__ import annotations

import json
import re
from typing import Any, Final, NoReturn

from pendo_contracts.common.safe_text import cut
from pendo_contracts.plans.plan_errors import PlanError, PlanProblem

_BOM: Final = "\ufeff"


def read_json(text: str, place: str) -> Any:
    """Return the value of a JSON text; raise PlanError for a syntax error and for a name that an object has twice."""
    repeated: list[str] = []

    def to_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) < len(pairs):
            seen: set[str] = set()
            repeated.extend(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        return members

    try:
        value = json.loads(text.removeprefix(_BOM), object_pairs_hook=to_object, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        where = f"{place}: line {error.lineno}, column {error.colno}"
        raise PlanError([PlanProblem(where, f"not JSON: {error.msg}; correct the syntax")]) from error
    except RecursionError as error:
        raise PlanError([PlanProblem(place, "nested too deeply; a plan has a few levels")]) from error
    except ValueError as error:
        raise PlanError([PlanProblem(place, f"not JSON: {error}")]) from error
    if repeated:
        raise PlanError([_twice(text, place, name) for name in dict.fromkeys(repeated)])
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number of JSON")


def _twice(text: str, place: str, name: str) -> PlanProblem:
    pattern = re.compile(re.escape(json.dumps(name, ensure_ascii=False)) + r"\s*:")
    lines = [str(text.count("\n", 0, match.start()) + 1) for match in pattern.finditer(text)]
    found = f" (lines {', '.join(lines[:5])})" if lines else ""
    return PlanProblem(place, f"{cut(name)!r} is written twice in one object{found}; keep one of them")
