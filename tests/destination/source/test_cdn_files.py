from pathlib import Path

import pytest
from flask import Flask
from msgspec.structs import replace

from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.runtime.configuration import Configuration
from pendo_destination.source.app import create_app
from pendo_destination.source.cdn_files import create_cdn, find_bundles, page_settings

SETTINGS = {"apiKey": "k", "region": "https://cdn.eu.pendo.io"}


@pytest.fixture
def bundles(tmp_path):
    (tmp_path / "dist/umd").mkdir(parents=True)
    (tmp_path / "dist/umd/standalone.js").write_text("library")
    (tmp_path / "dist/umd/chunk.js").write_text("chunk")
    return find_bundles(tmp_path)


@pytest.fixture
def get(bundles):
    app = Flask(__name__)
    app.register_blueprint(create_cdn({"W": Configuration(SETTINGS, PENDO_WEB.presets)}, bundles))
    return app.test_client().get


def test_library_and_chunks_are_served_from_the_users_copy(get):
    for path, text in (
        ("/analytics.js/v1/W/analytics.min.js", "library"),
        ("/analytics-next/bundles/chunk.js", "chunk"),
    ):
        with get(path) as response:
            assert response.text == text


def test_settings_load_our_plugin_and_send_events_to_this_server(get):
    settings = get("/v1/projects/W/settings").json
    (remote,) = settings["remotePlugins"]
    assert settings["integrations"]["Segment.io"]["apiHost"] == "localhost/v1"
    assert settings["integrations"][remote["creationName"]]["bundlingStatus"] == "bundled"
    assert remote["settings"]["subscriptions"][0]["partnerAction"] == "track"
    assert f"window['{remote['libraryName']}']" in get(remote["url"].removeprefix("http://localhost")).text


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        ({}, "http://127.0.0.1:8080/_host/cdn.eu.pendo.io"),
        ({"region": "http://127.0.0.1:8080/_host/cdn.pendo.io"}, "http://127.0.0.1:8080/_host/cdn.pendo.io"),
        ({"cnameContentHost": "content.shop.example"}, "http://127.0.0.1:8080/_host/content.shop.example"),
        ({"cnameContentHost": "https://content.shop.example"}, "http://127.0.0.1:8080/_host/content.shop.example"),
    ],
)
def test_settings_point_at_the_emulator(settings, url):
    configuration = Configuration(SETTINGS | settings, PENDO_WEB.presets)
    document = page_settings("W", configuration, "http://localhost", "http://127.0.0.1:8080/")
    assert document["remotePlugins"][0]["settings"][next(iter(settings), "region")] == url


def test_only_custom_subscriptions_are_marked():
    track, identify, _ = PENDO_WEB.presets
    subscriptions = (
        track, replace(track, subscribe='type="track"', name="Mine"), replace(track, subscribe='event = "E"'),
        replace(identify, mapping={**identify.mapping, "visitorId": "u"}), replace(track, partner_action="identify"),
    )  # fmt: skip
    document = page_settings("W", Configuration(SETTINGS, subscriptions), "http://localhost")
    shown = document["remotePlugins"][0]["settings"]["subscriptions"]
    assert [subscription["custom"] for subscription in shown] == [False, False, True, True, True]


@pytest.mark.parametrize("forwarded", [True, False])
def test_trusted_proxy_decides_the_urls(forwarded):
    app = create_app([], trust_proxy=forwarded)
    app.register_blueprint(create_cdn({"W": Configuration(SETTINGS, PENDO_WEB.presets)}, None))
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "segment.example:444"}
    document = app.test_client().get("/v1/projects/W/settings", headers=headers).json
    (remote,) = document["remotePlugins"]
    segment = document["integrations"]["Segment.io"]
    origin = "https://segment.example:444" if forwarded else "http://localhost"
    assert f"{segment['protocol']}://{segment['apiHost']}" == f"{origin}/v1"
    assert remote["url"].startswith(f"{origin}/")
    assert remote["settings"]["callsUrl"] == f"{origin}/_plugin/W/calls"


def test_pages_of_any_site_may_read_what_the_library_needs():
    app = create_app([])
    app.register_blueprint(create_cdn({"W": Configuration(SETTINGS, PENDO_WEB.presets)}, None))
    client = app.test_client()
    for response in (client.get("/v1/projects/W/settings"), client.post("/_plugin/W/calls", data=b"{")):
        assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in client.get("/next-integrations/actions/pendo-web-actions.js").headers


def test_relative_folder_of_the_library_works(bundles, monkeypatch):
    monkeypatch.chdir(bundles.parents[1])
    app = Flask(__name__)
    app.register_blueprint(create_cdn({"W": Configuration(SETTINGS, PENDO_WEB.presets)}, find_bundles(Path())))
    with app.test_client().get("/analytics.js/v1/W/analytics.min.js") as response:
        assert response.text == "library"


@pytest.mark.parametrize("path", ["/analytics.js/v1/X/analytics.min.js", "/v1/projects/X/settings",
                                  "/analytics-next/bundles/../secret", "/analytics-next/bundles/none.js"])  # fmt: skip
def test_unknown_paths_give_404(get, path):
    assert get(path).status_code == 404


def test_folder_without_the_library_is_rejected(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"dist/umd/standalone\.js"):
        find_bundles(tmp_path)


def test_links_out_of_the_library_are_not_followed(bundles, get, tmp_path):
    (tmp_path / "secret").write_text("secret")
    (bundles / "link.js").symlink_to(tmp_path / "secret")
    (bundles / "folder").symlink_to(tmp_path, target_is_directory=True)
    (bundles / "inside.js").symlink_to(bundles / "standalone.js")
    paths = ("link.js", "folder/secret", "inside.js")
    statuses = []
    for path in paths:
        with get(f"/analytics-next/bundles/{path}") as answer:
            statuses.append(answer.status_code)
    assert statuses == [404, 404, 200]
