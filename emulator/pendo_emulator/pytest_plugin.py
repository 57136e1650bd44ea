"""The pytest plugin: fixtures, marks and options; it imports the emulator only if a test uses it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import pytest

from pendo_emulator.pytest_parts.marks import (
    ALLOW,
    FAULT,
    MARKS,
    PLAN,
    REGION,
    list_idle_marks,
    read_allowed_rule,
    read_plan_path,
    read_regions,
)

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from pendo_contracts.baseline.hide_known import Known
    from pendo_contracts.plans.plan import Plan
    from pendo_contracts.report import Report
    from pendo_contracts.wire.region import Region
    from pendo_emulator.api_key_space import Space
    from pendo_emulator.pytest_parts.segment_source import SegmentSource
    from pendo_emulator.pytest_parts.session_report import SessionReport
    from pendo_emulator.server import Emulator

CHECKS: Final = ("error", "off")
PLUGIN: Final = "pendo-space-check"

_FILES: Final = {
    "baseline": "JSON file with known findings, which do not fail a test",
    "waivers": "YAML file with findings that are accepted until a date",
}
_USED: Final = "pendo_used_waivers"
_KNOWN_KEY: Final = pytest.StashKey["Known | None"]()
_USED_KEY: Final = pytest.StashKey[set[str]]()
_PROBLEMS_KEY: Final = pytest.StashKey[tuple[str, ...]]()
_REPORT: Final = "pendo_session_report"
_REPORT_KEY: Final = pytest.StashKey["SessionReport"]()
_STRICT: Final = "warnings of a test fail it, too"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the plugin, and ini options of the same names."""
    group = parser.getgroup("pendo-emulator")
    for name, text in (*_FILES.items(), ("plan", "tracking plan by which track events and metadata are judged")):
        group.addoption(f"--pendo-{name}", metavar="FILE", help=f"{text}.")
        parser.addini(f"pendo_{name}", f"{text}; relative to the folder of the ini file")
    text = "file or folder with your copy of Pendo's agent, served instead of the stand-in"
    group.addoption("--pendo-agent", metavar="PATH", help=f"{text}.")
    parser.addini("pendo_agent", f"{text}; relative to the folder of the ini file")
    group.addoption("--pendo-strict", action="store_true", help=f"{_STRICT.capitalize()}.")
    parser.addini("pendo_strict", _STRICT, type="bool", default=False)
    text = "write the report on the requests of all tests to FILE; may be repeated"
    group.addoption("--pendo-report", metavar="FORMAT:FILE", action="append", default=[], help=f"{text}.")
    parser.addini("pendo_report", f"{text}, one FORMAT:FILE in each line", type="linelist")
    text = "error (default): a broken contract fails the test that sent the request; off: only assert_kept() does"
    parser.addini("pendo_check", text, default="error")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marks, and check the settings."""
    for _, text in MARKS.values():
        config.addinivalue_line("markers", text)
    if (check := config.getini("pendo_check")) not in CHECKS:
        raise pytest.UsageError(f"pendo_check is {check!r}: it must be {' or '.join(CHECKS)}")
    if reports := _list_reports(config):
        from pendo_contracts.commands.report_formats import FORMATS  # noqa: PLC0415 - only with a report

        for text in reports:
            name, _, file = text.partition(":")
            if name not in FORMATS or not file:
                formats = ", ".join(FORMATS)
                raise pytest.UsageError(f"--pendo-report is {text!r}: write FORMAT:FILE; the formats are {formats}")


def _list_reports(config: pytest.Config) -> list[str]:
    reports: list[str] = config.getoption("pendo_report") or config.getini("pendo_report")
    return reports


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that uses pendo_region once for each region, or for those of its marks."""
    if "pendo_region" not in metafunc.fixturenames:
        return
    from pendo_contracts.wire.region import REGIONS  # noqa: PLC0415 - imported only if a test uses it

    markers = list(metafunc.definition.iter_markers(REGION))
    names = read_regions(markers[0], tuple(REGIONS)) if markers else tuple(REGIONS)
    metafunc.parametrize("pendo_region", [REGIONS[name] for name in names], ids=names, indirect=True)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Report a collection error for a test with a mark but without the fixture that the mark needs.

    Such a mark would have no effect.
    """
    report = yield
    idle: dict[tuple[str, str], list[str]] = {}
    for item in report.result or ():
        for mark in list_idle_marks(item) if isinstance(item, pytest.Item) else ():
            idle.setdefault(mark, []).append(item.name)
    if idle:
        report.outcome, report.result = "failed", []
        report.longrepr = "\n".join(
            f"{collector.nodeid}: the mark {mark} on {', '.join(names)} has no effect, because the test does not use"
            f" the fixture {fixture}: add it to the test's arguments or remove the mark"
            for (mark, fixture), names in idle.items()
        )
    return report


def pytest_testnodedown(node: Any) -> None:
    """Collect the report and the used waivers of a process of pytest-xdist."""
    output = getattr(node, "workeroutput", {})
    if text := output.get(_REPORT):
        _session_report(node.config).add_json(text)
    if (used := output.get(_USED)) is not None:
        node.config.stash.setdefault(_USED_KEY, set()).update(used)


pytest_testnodedown = pytest.hookimpl(optionalhook=True)(pytest_testnodedown)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the session if a waiver is wrong, expired or unused; unused ones only if all tests ran."""
    config = session.config
    if (output := getattr(config, "workeroutput", None)) is not None and _REPORT_KEY in config.stash:
        output[_REPORT] = config.stash[_REPORT_KEY].as_json()
    known = config.stash.get(_KNOWN_KEY, None)
    if output is not None:
        if _KNOWN_KEY in config.stash:
            output[_USED] = sorted(known.used) if known else []
        return
    if known is None and _USED_KEY in config.stash:
        known = _read_known(config)
    if known is None:
        return
    from dataclasses import replace  # noqa: PLC0415 - only with a baseline or waivers

    from pendo_contracts.baseline.hide_known import list_problems  # noqa: PLC0415 - the same

    others: set[str] = config.stash.get(_USED_KEY, set())
    used = known.used | others
    problems = list_problems(replace(known, used=used, complete=_is_complete(session)))
    config.stash[_PROBLEMS_KEY] = problems
    if problems and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the matrix of regions and events, write the reports, and print the problems of the waivers."""
    if _REPORT_KEY in config.stash or _list_reports(config):
        report = _session_report(config).report()
        _print_matrix(terminalreporter, report)
        _write_reports(terminalreporter, config, report)
    if problems := config.stash.get(_PROBLEMS_KEY, ()):
        terminalreporter.section("problems of the Pendo waivers", red=True)
        for problem in problems:
            terminalreporter.write_line(problem)


def _session_report(config: pytest.Config) -> SessionReport:
    """Return the report on all tests of this process, and of its workers."""
    if _REPORT_KEY not in config.stash:
        from pendo_emulator.pytest_parts.session_report import SessionReport  # noqa: PLC0415 - slow to load

        config.stash[_REPORT_KEY] = SessionReport()
    return config.stash[_REPORT_KEY]


def _print_matrix(terminal: pytest.TerminalReporter, report: Report) -> None:
    if not (report.rows or report.findings):
        return
    from pendo_contracts.report import as_text  # noqa: PLC0415 - slow to load

    terminal.section("Pendo")
    terminal.write_line(as_text(report).rstrip())


def _write_reports(terminal: pytest.TerminalReporter, config: pytest.Config, report: Report) -> None:
    files = _list_reports(config)
    if not files:
        return
    from pendo_contracts.commands.report_formats import render  # noqa: PLC0415 - only with a report
    from pendo_contracts.common.crash_safe_files import write_atomically  # noqa: PLC0415 - the same
    from pendo_contracts.report import conclude  # noqa: PLC0415 - the same

    outcome = conclude(report, strict=_is_strict(config), allow_empty=True)
    for text in files:
        name, _, file = text.partition(":")
        path = config.invocation_params.dir / file
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, render(name, report, outcome))
        except OSError as error:
            terminal.write_line(f"cannot write the Pendo report to {path}: {error.strerror}", red=True)


def _is_strict(config: pytest.Config) -> bool:
    return bool(config.getoption("pendo_strict") or config.getini("pendo_strict"))


def _find_file(config: pytest.Config, name: str) -> Path | None:
    """Return the path of an option, or of the ini option of the same name."""
    option, setting = config.getoption(name), config.getini(name)
    if option:
        return config.invocation_params.dir / str(option)
    folder = config.inipath.parent if config.inipath else config.rootpath
    return folder / str(setting) if setting else None


def _is_complete(session: pytest.Session) -> bool:
    """Return whether all tests ran, so that a waiver without a finding is not needed."""
    options, arguments = session.config.option, session.config.args
    selected = any(getattr(options, name, None) for name in ("keyword", "markexpr", "lf", "stepwise", "deselect"))
    ended_early = session.shouldstop or session.shouldfail
    return not (selected or ended_early or any("::" in argument for argument in arguments))


def _read_known(config: pytest.Config) -> Known | None:
    """Read the baseline and the waivers of the options, of the ini file or of the settings."""
    from pendo_contracts.commands.known_findings import (  # noqa: PLC0415 - imported only if a test uses the emulator
        KnownFiles,
        KnownFilesError,
        read_known,
    )

    files = {name: _find_file(config, f"pendo_{name}") for name in _FILES}
    try:
        options = read_known(
            KnownFiles(files["baseline"], waivers=files["waivers"]),
            None,
            datetime.now(UTC).date(),
            complete=False,
            folder=config.rootpath,
        )
    except KnownFilesError as error:
        raise pytest.UsageError(error.message) from error
    return options.known if options else None


@pytest.fixture(scope="session")
def _pendo_known(pytestconfig: pytest.Config) -> Known | None:
    """Read the baseline and the waivers once in each pytest process."""
    known = pytestconfig.stash[_KNOWN_KEY] = _read_known(pytestconfig)
    return known


@pytest.fixture(scope="session")
def pendo_server(pytestconfig: pytest.Config) -> Iterator[Emulator]:
    """Run an emulator on a free port, one per pytest process.

    Its rules have the settings of `[tool.pendo-emulator]` in the pyproject.toml of the tests or above them. Its
    tracking plan is that of --pendo-plan, of the ini option pendo_plan, or else of these settings.
    """
    from pendo_contracts.rules.settings_file import load_rule_settings  # noqa: PLC0415 - imported only if a test uses it
    from pendo_emulator.errors import EmulatorError  # noqa: PLC0415 - the same
    from pendo_emulator.pytest_parts.space_check import SpaceCheck  # noqa: PLC0415 - the same
    from pendo_emulator.server import Emulator  # noqa: PLC0415 - the same

    fail = pytestconfig.getini("pendo_check") == "error"
    check = SpaceCheck(_session_report(pytestconfig), fail=fail)
    if not pytestconfig.pluginmanager.has_plugin(PLUGIN):
        pytestconfig.pluginmanager.register(check, PLUGIN)
    rules, plan = load_rule_settings(folder=pytestconfig.rootpath), _load_plan(pytestconfig)
    try:
        started = Emulator(agent=_find_file(pytestconfig, "pendo_agent"), rules=rules, plan=plan)
    except EmulatorError as error:
        raise pytest.UsageError(f"--pendo-agent: {error}") from error
    with started as emulator:
        emulator.preload()
        yield emulator


def _load_plan(config: pytest.Config) -> Plan | None:
    """Return the tracking plan of the tests, None without one; a wrong plan ends the tests with its problems."""
    from pendo_contracts.plans.loading import load_plan  # noqa: PLC0415 - imported only if a test uses it
    from pendo_contracts.plans.plan_errors import PlanError  # noqa: PLC0415 - the same
    from pendo_contracts.rules.settings_file import load_setting_files  # noqa: PLC0415 - the same

    path = _find_file(config, "pendo_plan") or load_setting_files(folder=config.rootpath).get("plan")
    try:
        return load_plan(path) if path else None
    except PlanError as error:
        raise pytest.UsageError(str(error)) from error


@pytest.fixture
def pendo(request: pytest.FixtureRequest, pendo_server: Emulator, _pendo_known: Known | None) -> Iterator[Space]:
    """Give the test its own API key, so that other tests see neither its requests nor its faults.

    Its marks add faults, allow rules, or replace the tracking plan while it runs. After its end, a broken contract
    fails the test, unless the ini option pendo_check is `off`.
    """
    from pendo_emulator.api_key_space import Space  # noqa: PLC0415 - imported only if a test uses it
    from pendo_emulator.pytest_parts.space_check import SPACE  # noqa: PLC0415 - the same

    node: pytest.Item = request.node
    allowed = frozenset(_read_allowed(marker) for marker in node.iter_markers(ALLOW))
    space = Space.fresh(pendo_server, _pendo_known, allowed=allowed, strict=_is_strict(request.config))
    for marker in node.iter_markers(FAULT):
        try:
            space.fault(*marker.args, **marker.kwargs)
        except TypeError as error:
            raise pytest.UsageError(f"the mark {FAULT} takes only keyword arguments: {error}") from error
    node.stash[SPACE] = space
    plan_marker = node.get_closest_marker(PLAN)
    if plan_marker is None:
        yield space
        return
    plans, before = pendo_server.recorder.plan, pendo_server.recorder.plan.get()
    plans.set(_load_marked_plan(node, plan_marker))
    yield space
    if before:
        plans.set(before)
    else:
        plans.delete()


def _read_allowed(marker: pytest.Mark) -> str:
    from pendo_emulator.control.filter_check import (  # noqa: PLC0415 - imported only if a test uses it
        UnknownFilterError,
        check_finding_filters,
    )

    rule = read_allowed_rule(marker)
    try:
        check_finding_filters(None, rule)
    except UnknownFilterError as error:
        raise pytest.UsageError(f"the mark {ALLOW} is wrong: {error}") from error
    return rule


def _load_marked_plan(item: pytest.Item, marker: pytest.Mark) -> Plan:
    from pendo_contracts.plans.loading import load_plan  # noqa: PLC0415 - only tests with the mark need it
    from pendo_contracts.plans.plan_errors import PlanError  # noqa: PLC0415 - the same

    try:
        return load_plan(item.path.parent / read_plan_path(marker))
    except PlanError as error:
        raise pytest.UsageError(f"the mark {PLAN}: {error}") from error


@pytest.fixture
def segment_source(request: pytest.FixtureRequest, pendo: Space) -> Iterator[SegmentSource]:
    """Serve Segment's Tracking API on a free port; its events go to the test's space through Pendo Web (Actions).

    It has the attributes `url` and `write_key`. `stop()` sends all waiting events; the end of the test calls it.
    """
    from pendo_emulator.pytest_parts.segment_source import SegmentSource  # noqa: PLC0415 - only if a test uses it
    from pendo_emulator.pytest_parts.space_check import SOURCE  # noqa: PLC0415 - the same

    with SegmentSource(pendo) as source:
        request.node.stash[SOURCE] = source
        yield source


@pytest.fixture
def pendo_region(request: pytest.FixtureRequest) -> Region:
    """Run the test once for each of Pendo's regions, or for those of the mark pendo_region."""
    region: Region = request.param
    return region
