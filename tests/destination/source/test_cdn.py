import pytest
from flask import Flask

from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.runtime.configuration import Configuration
from pendo_destination.source.cdn import create_cdn, find_bundles

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


@pytest.mark.parametrize("path", ["/analytics.js/v1/X/analytics.min.js", "/v1/projects/X/settings",
                                  "/analytics-next/bundles/../secret", "/analytics-next/bundles/none.js"])  # fmt: skip
def test_unknown_paths_give_404(get, path):
    assert get(path).status_code == 404


def test_folder_without_the_library_is_rejected(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"dist/umd/standalone\.js"):
        find_bundles(tmp_path)
