"""Settings of the rules: which tables are valid, where they are searched, and what a wrong one is answered."""

import pytest

from pendo_contracts.rules.rule_settings import MAX_THRESHOLD, RuleSettingsError, create_rules, read_rule_settings
from pendo_contracts.rules.settings_file import SettingsFileError, load_rule_settings
from tests.contracts.rules.session_builder import beacon, broken_rules, event, findings, track

TWINS = (
    beacon(event()),
    beacon(event(visitor_id="Ada", browser_time=5000 + event()["browser_time"], frameId="Zq3vCZHQC0awDKEX")),
)


def severities(settings, *lines):
    return {finding.rule: finding.severity for finding in findings(*lines, settings=settings)}


def test_rule_can_be_off_or_have_another_severity_or_threshold():
    assert severities(read_rule_settings({"id-twins": "off"}), *TWINS) == {}
    assert severities(read_rule_settings({"id-twins": "error"}), *TWINS) == {"id-twins": "error"}
    small = {"track-properties-size": {"severity": "note", "max_bytes": 9}}
    assert severities(read_rule_settings(small), beacon(track(props={"n": 1}))) == {}
    assert severities(read_rule_settings(small), beacon(track(props={"n": 1000}))) == {"track-properties-size": "note"}


def test_only_named_rules_are_active_even_if_they_are_off():
    settings = read_rule_settings({"id-twins": "off", "junk-id": "error"}, ["id-twins"])
    assert [rule.name for rule in create_rules(settings)] == ["id-twins"]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"id-twin": "off"}, "there is no rule 'id-twin'; did you mean id-twins?"),
        ({"id-twins": "loud"}, "id-twins: 'loud' is not one of off, error, warning, note"),
        ({"id-twins": True}, "id-twins: True is not one of off, error, warning, note"),
        ({"id-twins": {"severity": ["note"]}}, "is not one of"),
        ({"id-twins": {"max_bytes": 3}}, "id-twins has no setting 'max_bytes'; it has severity"),
        (
            {"id-too-long": {"max_bytes": "3"}},
            "id-too-long: max_bytes must be a whole number from 0 to 1,000,000,000,000, not '3'",
        ),
        ({"id-too-long": {"max_bytes": -1}}, "must be a whole number"),
        ({"id-too-long": {"max_bytes": True}}, "must be a whole number"),
        (
            {"time-late": {"max_days": 10**12 + 1}},
            "max_days must be a whole number from 0 to 1,000,000,000,000, not 10",
        ),
        ({"time-late": {"max_days": 16**400}}, "max_days must be a whole number from 0 to"),
        (
            {"time-late": {"max_days": 16**9000}},
            "from 0 to 1,000,000,000,000, not an integer of more than 4,300 digits",
        ),
        ({"time-late": 16**9000}, "time-late: an integer of more than 4,300 digits is not one of off"),
        ({"time-late": {"max_days": ["x" * 9000]}}, "…$"),
        ("off", "not a table"),
        ([], "not a table"),
    ],
)
def test_wrong_tables_are_explained(table, message):
    with pytest.raises(RuleSettingsError, match=message.replace("?", r"\?")) as error:
        read_rule_settings(table)
    assert len(str(error.value)) < 300


def test_largest_thresholds_are_accepted():
    settings = read_rule_settings({rule.name: dict.fromkeys(rule.thresholds, MAX_THRESHOLD) for rule in create_rules()})
    assert severities(settings, *TWINS) == {"id-twins": "warning"}


def test_nearest_pyproject_with_the_table_is_used(tmp_path):
    inner = tmp_path / "a/b"
    inner.mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text('[tool.pendo-emulator.rules]\nid-twins = "off"\n', "utf-8")
    (tmp_path / "a/pyproject.toml").write_text("[tool.ruff]\n# pendo-emulator\n", "utf-8")
    settings = load_rule_settings(folder=inner)
    assert settings is not None
    assert settings.off == {"id-twins"}
    (inner / "pyproject.toml").write_text('[tool."pendo-emulator"]\n', "utf-8")
    settings = load_rule_settings(folder=inner)
    assert settings is not None
    assert settings.off == set()


def test_no_settings_mean_all_rules(tmp_path):
    assert load_rule_settings(folder=tmp_path) is None
    settings = load_rule_settings(names=["junk-id"], folder=tmp_path)
    assert settings is not None
    assert settings.names == {"junk-id"}


@pytest.mark.parametrize("text", ['[rules]\njunk-id = "off"', '[tool.pendo-emulator.rules]\njunk-id = "off"'])
def test_file_of_its_own_may_have_either_table(tmp_path, text):
    (tmp_path / "rules.toml").write_text(text, "utf-8")
    settings = load_rule_settings(tmp_path / "rules.toml")
    assert settings is not None
    assert settings.off == {"junk-id"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[rules", "rules.toml is not TOML: "),
        ("\xff", "rules.toml is not TOML: "),
        (f"x = {'[' * 5000}", "rules.toml is nested too deeply"),
        ("[rule]", "rules.toml: there is no setting 'rule'; write the rules below \\[rules\\]"),
        ("tool.pendo-emulator = 3", "rules.toml: tool.pendo-emulator is not a table"),
        ("rules = 3", "rules.toml: \\[rules\\]: the settings of the rules are not a table"),
        (
            '[tool.pendo-emulator.rules]\njunk = "off"',
            "\\[tool.pendo-emulator.rules\\]: there is no rule 'junk'",
        ),
        (
            "[tool.pendo-emulator]\nrule = 1",
            "'rule'; write the rules below \\[tool.pendo-emulator.rules\\]",
        ),
    ],
)
def test_wrong_files_are_explained(tmp_path, text, message):
    (tmp_path / "rules.toml").write_text(text, "latin-1")
    with pytest.raises(SettingsFileError, match=message):
        load_rule_settings(tmp_path / "rules.toml")
    with pytest.raises(SettingsFileError, match="No such file"):
        load_rule_settings(tmp_path / "none.toml")


def test_every_rule_can_be_switched_off():
    everything = {rule.name: "off" for rule in create_rules()}
    assert create_rules(read_rule_settings(everything)) == []
    assert broken_rules(*TWINS) == {"id-twins"}
