import json
from contextlib import chdir
from functools import partial

import pytest
from click.testing import CliRunner

from pendo_contracts.wire.region import REGIONS
from pendo_destination.cli import main
from pendo_destination.destinations.classic import ClassicIntegration
from pendo_destination.destinations.classic_migration import CHANGES, migrate
from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.destinations.pendo_web.settings import script_url
from pendo_destination.javascript.json import stringify
from pendo_destination.runtime.configuration import find_configuration_problems, read_configuration
from pendo_destination.runtime.destination_instance import DestinationInstance, compile_plugins
from pendo_destination.runtime.recording_pendo import RecordingPendo
from pendo_destination.runtime.stored_identity import StoredIdentity

KEY = {"apiKey": "k"}
IDENTIFY = {"type": "identify", "userId": "u", "anonymousId": "a", "traits": {"plan": "pro"}}
GROUP = {"type": "group", "userId": "u", "anonymousId": "a", "groupId": "g", "traits": {"seats": 5}}
KNOWN = {"type": "group", "groupId": "g", "traits": {"seats": 5}}


ACCOUNT, NO_ACCOUNT = {"id": "g", "seats": 5}, {"id": None}
VISITOR = {"id": "u", "plan": "pro"}

# subject, events, the last identify of the classic destination, the last identify of Pendo Web (Actions)
COMPARED = [
    (
        "identify",
        [KNOWN, IDENTIFY],
        {"visitor": VISITOR, "account": ACCOUNT},
        {"visitor": VISITOR, "account": {"id": "g"}},
    ),
    (
        "group",
        [IDENTIFY, GROUP],
        {"visitor": VISITOR, "account": ACCOUNT},
        {"visitor": {"id": "u"}, "account": ACCOUNT},
    ),
    ("no group known", [IDENTIFY], {"visitor": VISITOR, "account": NO_ACCOUNT}, {"visitor": VISITOR}),
    (
        "accumulation",
        [GROUP | {"traits": {"parentAccount": {"id": "p"}}}, GROUP],
        {"visitor": {"id": "u"}, "account": ACCOUNT, "parentAccount": {"id": "p"}},
        {"visitor": {"id": "u"}, "account": ACCOUNT},
    ),
    (
        "a trait named id",
        [{"type": "identify", "anonymousId": "a", "traits": {"id": "trait"}}],
        {"visitor": {"id": "trait"}, "account": NO_ACCOUNT},
        {"visitor": {}},
    ),
    (
        "anonymous identify",
        [{"type": "identify", "anonymousId": "a"}],
        {"visitor": {"id": "_PENDO_T_a"}, "account": NO_ACCOUNT},
        {"visitor": {}},
    ),
    (
        "anonymous group",
        [{"type": "group", "anonymousId": "a", "groupId": "g"}],
        {"visitor": {"id": "_PENDO_T_undefined"}, "account": {"id": "g"}},
        {"visitor": {}, "account": {"id": "g"}},
    ),
    (
        "parentAccount",
        [GROUP | {"traits": {"parent_account": {"id": "p"}}}],
        {"visitor": {"id": "u"}, "account": {"id": "g"}, "parentAccount": {"id": "p"}},
        {"visitor": {"id": "u"}, "account": {"id": "g", "parent_account": {"id": "p"}}},
    ),
    (
        "dates",
        [IDENTIFY | {"traits": {"since": "2026-01-02"}}],
        {"visitor": {"id": "u", "since": "2026-01-02T00:00:00.000Z"}, "account": NO_ACCOUNT},
        {"visitor": {"id": "u", "since": "2026-01-02"}},
    ),
]


def last_identify(create, events):
    """Deliver events and return the options of the last identify, without options that classic always adds."""
    recorder, analytics = RecordingPendo(), StoredIdentity()
    destination = create(recorder.connect)
    destination.load(analytics)
    for event in events:
        analytics.update(event)
        destination.deliver(event)
    options = json.loads(stringify(recorder.take()[-1].args[0]))
    return {name: value for name, value in options.items() if name not in {"apiKey", "usePendoAgentAPI"}}


@pytest.mark.parametrize(("subject", "events", "classic", "actions"), COMPARED, ids=[row[0] for row in COMPARED])
def test_listed_changes_match_the_behaviour(subject, events, classic, actions):
    migrated = read_configuration(PENDO_WEB, migrate(KEY).settings)
    plugins = compile_plugins(PENDO_WEB, migrated.subscriptions)
    assert last_identify(partial(ClassicIntegration, KEY), events) == classic
    assert (
        last_identify(lambda connect: DestinationInstance(PENDO_WEB, KEY, plugins, connect, "browser"), events)
        == actions
    )
    assert subject in {change.subject for change in CHANGES}


@pytest.mark.parametrize("name", [None, *REGIONS])
def test_migrated_settings_are_valid_and_use_the_webhooks_region(name):
    migration = migrate(KEY, KEY | {"region": name} if name else None)
    assert find_configuration_problems(PENDO_WEB, migration.settings) == ()
    script = script_url(read_configuration(PENDO_WEB, migration.settings).settings)
    assert script == f"https://{REGIONS[name or 'io'].content_host}/agent/static/k/pendo.js"


@pytest.mark.parametrize(("cloud", "sends_track"), [(None, True), (KEY, False), (KEY | {"sendTrack": False}, True)])
def test_track_is_sent_by_one_destination_only(cloud, sends_track):
    migration = migrate(KEY, cloud)
    enabled = {s["partnerAction"]: s["enabled"] for s in migration.settings["subscriptions"]}
    assert enabled == {"track": sends_track, "identify": True, "group": True}
    assert any("Send Track Event is disabled" in warning for warning in migration.warnings) is not sends_track


def test_first_warning_is_to_turn_classic_off():
    for cloud in (None, KEY, KEY | {"region": "eu"}):
        assert migrate(KEY, cloud).warnings[0].startswith("turn the classic destination off")


@pytest.mark.parametrize(
    ("cloud", "text"),
    [
        ({"region": "eu"}, "the region is eu, as for the webhook"),
        ({"apiKey": "other"}, "uses another API key, other"),
        ({}, "only if its properties contain a groupId"),
    ],
)
def test_conflicting_settings_are_warned_about(cloud, text):
    assert any(text in warning for warning in migrate(KEY, KEY | cloud).warnings)


@pytest.fixture
def run(tmp_path):
    def command(classic, webhook="{}", words=()):
        (tmp_path / "classic.json").write_text(classic)
        (tmp_path / "webhook.json").write_text(webhook)
        with chdir(tmp_path):
            return CliRunner().invoke(main, ["migrate", "classic.json", *words])

    return command


def test_command_prints_settings_and_lists_changes_on_stderr(run):
    done = run(json.dumps(KEY))
    assert done.exit_code == 0
    assert json.loads(done.stdout) == migrate(KEY).settings
    for change in CHANGES:
        assert f"{change.subject}\n    before  {change.before}\n    after   {change.after}\n" in done.stderr
        assert f"    source  {change.source}\n" in done.stderr


def test_command_writes_settings_to_a_file(run, tmp_path):
    done = run(json.dumps(KEY), json.dumps(KEY | {"region": "eu"}), ["--webhook", "webhook.json", "-o", "actions.json"])
    assert (done.exit_code, done.stdout) == (0, "")
    assert json.loads((tmp_path / "actions.json").read_text())["region"] == "https://cdn.eu.pendo.io"


def test_all_invalid_settings_are_listed_with_their_paths(run):
    done = run('{"regon": "eu"}', '{"apiKey": 5, "region": "mars"}', ["--webhook", "webhook.json"])
    assert (done.exit_code, done.stdout) == (2, "")
    for place in ("classic.json/apiKey", "classic.json/regon", "webhook.json/apiKey", "webhook.json/region"):
        assert f"{place}: " in done.stderr


@pytest.mark.parametrize("text", ["{", "[]", "5", ""])
def test_settings_that_are_not_an_object_are_an_error(run, text):
    done = run(text)
    assert (done.exit_code, "classic.json" in done.stderr) == (2, True)
