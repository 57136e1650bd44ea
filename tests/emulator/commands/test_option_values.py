"""Options list names that their modules define: the helps do not import these modules."""

from pendo_emulator.commands._shared.server_options import LOG_FORMATS
from pendo_emulator.commands.ca import STORE_NAMES
from pendo_emulator.observability.access_log import FORMATS
from pendo_emulator.tls.trust_store import TRUST_STORES


def test_options_list_every_log_format_and_trust_store():
    assert tuple(FORMATS) == LOG_FORMATS
    assert tuple(TRUST_STORES) == STORE_NAMES
