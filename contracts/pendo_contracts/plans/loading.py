"""Loads a tracking plan from a file or a folder, in any of the supported forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.plans.json_text import read_json
from pendo_contracts.plans.native_plan import read_native
from pendo_contracts.plans.plan_errors import PlanError, PlanProblem

if TYPE_CHECKING:
    from pathlib import Path

    from pendo_contracts.plans.plan import Plan

MAX_BYTES: Final = 64 * 1024 * 1024


def load_plan(path: Path) -> Plan:
    """Return the plan in a file or a folder; raise PlanError with every problem and its place."""
    return read_plan(read_json(read_text(path), str(path)), str(path))


def read_plan(document: Any, place: str) -> Plan:
    """Return the plan of a JSON document; raise PlanError with every problem, each with the place."""
    return read_native(document, place)


def read_text(path: Path) -> str:
    """Return the text of a file of a plan; raise PlanError if it cannot be read."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise PlanError([PlanProblem(str(path), f"larger than {MAX_BYTES:,} bytes; a plan is a small file")])
        return path.read_text("utf-8")
    except OSError as error:
        raise PlanError(
            [PlanProblem(str(path), f"cannot be read: {error.strerror}; give a file or a folder")]
        ) from error
    except UnicodeDecodeError as error:
        raise PlanError([PlanProblem(str(path), f"not UTF-8 at byte {error.start}; save it as UTF-8")]) from error
