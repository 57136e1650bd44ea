import json
import subprocess
import sys
from pathlib import Path

from pendo_contracts.wire.beacon import from_envelope
from pendo_destination import PENDO_WEB, OfflineTransport, Site, SiteConfig, read_configuration

DAY = Path(__file__).parents[2] / "fixtures" / "segment" / "day.ndjson"


def test_public_names_are_enough_to_send_events():
    transport = OfflineTransport()
    configuration = read_configuration(PENDO_WEB, {"apiKey": "k"})
    site = Site(SiteConfig.from_configuration(PENDO_WEB, configuration, transport))
    for line in DAY.read_text("utf-8").splitlines()[:50]:
        site.send(json.loads(line))
    site.close()
    assert site.undelivered == 0
    assert "track" in {event.type for envelope in transport.take() for event in from_envelope(envelope).events}


def test_importing_the_package_imports_none_of_its_modules():
    program = "import sys, pendo_destination; print(*(n for n in sys.modules if n.startswith('pendo_destination.')))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "\n"
