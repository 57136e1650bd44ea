"""Starts the emulator of a pytest process."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import pytest

from pendo_contracts.plans.loading import load_plan
from pendo_contracts.plans.plan_errors import PlanError
from pendo_contracts.rules.settings_file import load_rule_settings, load_setting_files
from pendo_emulator.errors import EmulatorError
from pendo_emulator.pytest_parts.settings import find_file
from pendo_emulator.pytest_parts.space_check import SpaceCheck
from pendo_emulator.server import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.plans.plan import Plan
    from pendo_emulator.pytest_parts.session_report import SessionReport

PLUGIN: Final = "pendo-space-check"


@contextmanager
def start_emulator(config: pytest.Config, session: SessionReport) -> Iterator[Emulator]:
    """Run an emulator with the settings of the tests, and check the requests of each test from now on."""
    check = SpaceCheck(session, fail=config.getini("pendo_check") == "error")
    if not config.pluginmanager.has_plugin(PLUGIN):
        config.pluginmanager.register(check, PLUGIN)
    rules, plan = load_rule_settings(folder=config.rootpath), _load_plan(config)
    try:
        started = Emulator(agent=find_file(config, "pendo_agent"), rules=rules, plan=plan)
    except EmulatorError as error:
        raise pytest.UsageError(f"--pendo-agent: {error}") from error
    with started as emulator:
        emulator.preload()
        yield emulator


def _load_plan(config: pytest.Config) -> Plan | None:
    """Return the tracking plan of the tests, None without one; a wrong plan ends the tests with its problems."""
    path = find_file(config, "pendo_plan") or load_setting_files(folder=config.rootpath).get("plan")
    try:
        return load_plan(path) if path else None
    except PlanError as error:
        raise pytest.UsageError(str(error)) from error
