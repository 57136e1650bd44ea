import pytest

from pendo_contracts.wire.region import HOSTS, REGIONS, locate


def test_each_region_has_three_hosts():
    assert len(HOSTS) == 3 * len(REGIONS) == 21


def test_segment_surfaces_offer_different_regions():
    offered = {surface: [r.name for r in REGIONS.values() if surface in r.offered_by] for surface in
               ("actions", "classic", "webhook")}  # fmt: skip
    assert offered == {"actions": ["io", "eu", "us1", "jp"], "classic": ["io"], "webhook": ["io", "eu"]}


@pytest.mark.parametrize(
    ("netloc", "region", "role"),
    [
        ("cdn.eu.pendo.io", "eu", "content"),
        ("US1.CDN.pendo.io:443", "us1", "content"),
        ("data.jpn.pendo.io", "jp", "data"),
        ("app.pendo.io.", "io", "app"),
    ],
)
def test_host_lookup_ignores_case_port_and_final_dot(netloc, region, role):
    place = locate(netloc)
    assert (place.name, place.role) == (region, role)


@pytest.mark.parametrize(
    ("netloc", "kind"),
    [
        ("content.customer.example", "cname"),
        ("127.0.0.1:8080", "local"),
        ("[::1]:8080", "local"),
        ("cdn.us1.pendo.io", "unlisted"),
    ],
)
def test_other_hosts_are_classified(netloc, kind):
    assert locate(netloc).kind == kind


def test_unknown_pendo_host_gets_a_suggestion():
    assert "did you mean us1.cdn.pendo.io?" in locate("cdn.us1.pendo.io").explain()
