"""Segments through the Engage API: uploads, patches, changes and exports."""

import pytest


@pytest.fixture
def segment(engage):
    """Return the id of a segment with one visitor."""
    return engage.request("POST", "segment/upload", json={"name": "trial", "visitors": [" v-0 "]}).json()["segmentId"]


def members(engage, segment):
    job = engage.request("POST", f"segment/{segment}/visitors").json()["jobId"]
    assert engage.get(f"segment/{segment}/visitors/{job}/status").json()["status"] == "finish"
    return engage.get(f"segment/{segment}/visitors/{job}/results/csv").text.split("\r\n")[1:-1]


def patch(engage, segment, *operations):
    entries = [{"op": name, "path": "/visitors", "value": value} for name, value in operations]
    return engage.request("PATCH", f"segment/{segment}/visitor", json={"patch": entries})


def test_uploaded_segment_can_be_read(engage, segment):
    found = engage.get(f"segment/{segment}").json()
    assert (found["id"], found["name"], found["kind"], found["createdByApi"]) == (segment, "trial", "Segment", True)
    assert engage.get("segment").json() == [found]
    assert engage.get(f"segment/{segment}/status").json()["totalTagged"] == 1
    assert members(engage, segment) == ["v-0"]


def test_state_of_an_upload_is_kept_for_four_hours(pendo, engage, segment):
    objects = pendo.emulator.recorder.engage_objects
    found = objects.get(pendo.api_key, "segment-members", segment)
    earlier = found | {"uploadedAt": found["uploadedAt"] - 4 * 60 * 60 * 1000 - 1}
    objects.put(pendo.api_key, "segment-members", segment, earlier)
    engage.request("PUT", f"segment/{segment}", json={"name": "renamed"})
    answer = engage.get(f"segment/{segment}/status")
    assert (answer.status_code, answer.text) == (404, "Entity not found")
    engage.request("PUT", f"segment/{segment}", json={"visitors": ["v-1", "v-2"]})
    assert engage.get(f"segment/{segment}/status").json()["totalTagged"] == 2


def test_segments_with_the_same_name_have_different_ids(engage, segment):
    again = engage.request("POST", "segment/upload", json={"name": "trial", "visitors": []}).json()["segmentId"]
    assert again != segment
    assert {one["id"] for one in engage.get("segment").json()} == {segment, again}


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": "x"}, {"name": "x", "visitors": [1]}, []])
def test_upload_needs_a_name_and_visitors(engage, body):
    assert engage.request("POST", "segment/upload", json=body).status_code == 400


def test_patch_answers_with_a_status_for_each_operation(engage, segment):
    answer = patch(engage, segment, ("add", ["v-1", "v-2"]), ("remove", ["v-1", "nobody"]), ("replace", []))
    assert [(one["operation"], one["status"]) for one in answer.json()["multistatus"]] == [
        ("add", 200), ("remove", 200), ("replace", 400),
    ]  # fmt: skip
    assert members(engage, segment) == ["v-0", "v-2"]


@pytest.mark.parametrize("operations", [[("add", ["x"])] * 11, [("add", ["x"] * 501), ("remove", ["x"] * 500)]])
def test_patch_beyond_the_limits_is_answered_413(engage, segment, operations):
    assert patch(engage, segment, *operations).status_code == 413
    assert members(engage, segment) == ["v-0"]


def test_single_visitors_are_added_and_removed(engage, segment):
    assert engage.request("PUT", f"segment/{segment}/visitor/a%2Fb").status_code == 200
    assert members(engage, segment) == ["v-0", "a/b"]
    assert engage.request("DELETE", f"segment/{segment}/visitor/v-0").status_code == 200
    assert members(engage, segment) == ["a/b"]


def test_segment_is_replaced_and_deleted(engage, segment):
    assert engage.request("PUT", f"segment/{segment}", json={"name": "paid", "visitors": ['"a",b']}).status_code == 200
    assert engage.get(f"segment/{segment}").json()["name"] == "paid"
    assert members(engage, segment) == ['"""a"",b"']
    assert engage.request("PUT", f"segment/{segment}", json={}).status_code == 400
    assert engage.request("DELETE", f"segment/{segment}").status_code == 200
    answer = engage.get(f"segment/{segment}")
    assert (answer.status_code, answer.text) == (404, "Entity not found")


def test_segment_of_the_set_up_cannot_be_changed(pendo, engage):
    document = {"id": "s", "name": "everyone", "kind": "Segment", "shared": True}
    pendo.emulator.recorder.engage_objects.put(pendo.api_key, "segment", "s", document, "set-up")
    changes = [("PUT", ""), ("DELETE", ""), ("PATCH", "/visitor"), ("PUT", "/visitor/v"), ("DELETE", "/visitor/v")]
    assert [engage.request(method, f"segment/s{path}", json={}).status_code for method, path in changes] == [403] * 5


def test_clearing_a_key_deletes_what_clients_made(pendo, engage, segment):
    pendo.emulator.recorder.engage_objects.put(pendo.api_key, "page", "p", {"id": "p"}, "set-up")
    pendo.clear()
    assert engage.get(f"segment/{segment}").status_code == 404
    assert engage.get("page").json() == [{"id": "p"}]
