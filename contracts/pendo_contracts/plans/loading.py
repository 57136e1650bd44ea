"""Loads a tracking plan from a file or a folder, in any of the supported forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.plans.csv_plan import read_csv
from pendo_contracts.plans.json_text import read_json
from pendo_contracts.plans.native_plan import read_native
from pendo_contracts.plans.plan_errors import PlanError, PlanProblem
from pendo_contracts.plans.schema_files import is_schema, read_schema_file, read_schema_folder
from pendo_contracts.plans.segment_plan import is_segment, read_segment

if TYPE_CHECKING:
    from pathlib import Path

    from pendo_contracts.plans.plan import Plan

MAX_BYTES: Final = 64 * 1024 * 1024

_CSV: Final = ".csv"


def load_plan(path: Path) -> Plan:
    """Return the plan in a file or a folder; raise PlanError with every problem and its place."""
    if path.is_dir():
        return read_schema_folder(path, read_text)
    text = read_text(path)
    if path.suffix.lower() == _CSV:
        return read_csv(text, str(path))
    document = read_json(text, str(path))
    return read_schema_file(path, document) if is_schema(document) else read_plan(document, str(path))


def read_plan(document: Any, place: str) -> Plan:
    """Return the plan of a native document or a Segment tracking plan.

    Raises PlanError with every problem; the place of each begins with `place`.
    """
    return read_segment(document, place) if is_segment(document) else read_native(document, place)


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
