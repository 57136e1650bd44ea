"""Opens the space of a test, with the faults, the rules and the plan of its marks."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from pendo_contracts.plans.loading import load_plan
from pendo_contracts.plans.plan_errors import PlanError
from pendo_emulator.api_key_space import Space
from pendo_emulator.control.filter_check import UnknownFilterError, check_finding_filters
from pendo_emulator.faults.profiles import UnknownProfileError
from pendo_emulator.pytest_parts.marks import ALLOW, FAULT, PLAN, read_allowed_rule, read_plan_path
from pendo_emulator.pytest_parts.settings import is_on
from pendo_emulator.pytest_parts.space_check import SPACE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.baseline.hide_known import Known
    from pendo_contracts.plans.plan import Plan
    from pendo_emulator.server import Emulator


@contextmanager
def open_space(item: pytest.Item, emulator: Emulator, known: Known | None) -> Iterator[Space]:
    """Give a test its own API key; raise UsageError for a wrong mark."""
    allowed = frozenset(_read_allowed(marker) for marker in item.iter_markers(ALLOW))
    space = Space.fresh(emulator, known, allowed=allowed, strict=is_on(item.config, "pendo_strict"))
    for marker in item.iter_markers(FAULT):
        try:
            space.fault(*marker.args, **marker.kwargs)
        except TypeError as error:
            raise pytest.UsageError(f"the mark {FAULT} takes only keyword arguments: {error}") from error
        except UnknownProfileError as error:
            raise pytest.UsageError(f"the mark {FAULT} is wrong: {error}") from error
    item.stash[SPACE] = space
    plan_marker = item.get_closest_marker(PLAN)
    if plan_marker is None:
        yield space
        return
    plans, before = emulator.recorder.plan, emulator.recorder.plan.get()
    plans.set(_load_marked_plan(item, plan_marker))
    try:
        yield space
    finally:
        if before:
            plans.set(before)
        else:
            plans.delete()


def _read_allowed(marker: pytest.Mark) -> str:
    rule = read_allowed_rule(marker)
    try:
        check_finding_filters(None, rule)
    except UnknownFilterError as error:
        raise pytest.UsageError(f"the mark {ALLOW} is wrong: {error}") from error
    return rule


def _load_marked_plan(item: pytest.Item, marker: pytest.Mark) -> Plan:
    try:
        return load_plan(item.path.parent / read_plan_path(marker))
    except PlanError as error:
        raise pytest.UsageError(f"the mark {PLAN}: {error}") from error
