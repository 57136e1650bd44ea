"""A simulated browser, clock and Pendo for the tests of the agent."""

from urllib.parse import unquote, urlsplit

import pytest

from pendo_contracts.wire import jzb
from pendo_contracts.wire.envelope import Response
from pendo_contracts.wire.pixel_gif import PIXEL_GIF
from pendo_destination.agent import Agent, BrowserState, Page
from pendo_destination.errors import UnreachableError

IMAGE = Response(200, {}, PIXEL_GIF)
NO_GUIDES = Response(200, {}, b'{"guides":[]}')
PAGE = Page("https://app.example/home")


class Simulation:
    """An agent's environment; `answer` maps an envelope to a Response, True (a success) or False (no response)."""

    def __init__(self):
        self.now = 1_700_000_000_000
        self.browser = BrowserState()
        self.sent = []
        self.answer = lambda _: True

    def new_agent(self, page=PAGE, **hosted):
        """Load a page."""
        hosted = {"apiKey": "key", "env": "prod", "dataHost": "data.example", **hosted}
        return Agent(hosted, self.transport, page, browser=self.browser, clock=lambda: self.now)

    def start_agent(self, options=None, **hosted):
        """Load a page, initialize its agent and run the first tick."""
        agent = self.new_agent(**hosted)
        agent.initialize({"visitor": {"id": "v1"}} if options is None else options)
        agent.run_pending()
        return agent

    def transport(self, envelope):
        self.sent.append(envelope)
        match self.answer(envelope):
            case False:
                raise UnreachableError("no host answers")
            case True:
                return NO_GUIDES if "/guide.json/" in envelope.url else IMAGE
            case response:
                return response

    def pass_time(self, agent, seconds):
        """Advance the clock and run the agent's timers when they are due."""
        end = self.now + int(seconds * 1000)
        while agent.next_due is not None and agent.next_due <= end:
            self.now = max(self.now, agent.next_due)
            agent.run_pending()
        self.now = end

    def requests(self, endpoint="ptm.gif", **params):
        """Return the requests to an endpoint that have these query parameters."""
        return [
            envelope
            for envelope in self.sent
            if urlsplit(envelope.url).path.split("/")[2] == endpoint and params.items() <= query(envelope).items()
        ]

    def events(self, *types, **params):
        """Return the sent events of these types, by default of all types."""
        events = [event for envelope in self.requests(**params) for event in payload(envelope)]
        return [event for event in events if event["type"] in types or not types]


def query(envelope):
    pairs = (pair.partition("=") for pair in urlsplit(envelope.url).query.split("&"))
    return {name: unquote(value) for name, _, value in pairs}


def payload(envelope):
    return jzb.decode(jzb.parse(envelope.body)["events"] if envelope.body else query(envelope)["jzb"])


@pytest.fixture
def simulation():
    return Simulation()


@pytest.fixture(scope="session", name="query")
def _query():
    return query


@pytest.fixture(scope="session", name="payload")
def _payload():
    return payload


@pytest.fixture(scope="session")
def new_simulation():
    """Create a simulation for every example of a property."""
    return Simulation
