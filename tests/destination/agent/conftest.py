"""A page with an agent on it, a clock the test moves, and hosts that answer as the test says."""

from urllib.parse import unquote, urlsplit

import pytest

from pendo_contracts import jzb
from pendo_contracts.envelope import Response
from pendo_destination.agent import Agent, BrowserState, Page
from pendo_destination.errors import UnreachableError

GIF = Response(200, {}, b"GIF89a")
GUIDES = Response(200, {}, b'{"guides":[]}')
PAGE = Page("https://app.example/home")


class Scene:
    """What an agent sees of the world: `answer` maps an envelope to an Answer, to True (good) or to False (none)."""

    def __init__(self):
        self.now = 1_700_000_000_000
        self.browser = BrowserState()
        self.sent = []
        self.answer = lambda _: True

    def agent(self, page=PAGE, **hosted):
        """Load a page."""
        hosted = {"apiKey": "key", "env": "prod", "dataHost": "data.example", **hosted}
        return Agent(hosted, self.carry, page, browser=self.browser, clock=lambda: self.now)

    def page(self, options=None, **hosted):
        """Load a page, initialize its agent and let it say what it has to say."""
        agent = self.agent(**hosted)
        agent.initialize({"visitor": {"id": "v1"}} if options is None else options)
        agent.run_pending()
        return agent

    def carry(self, envelope):
        self.sent.append(envelope)
        match self.answer(envelope):
            case False:
                raise UnreachableError("nobody listens")
            case True:
                return GUIDES if "/guide.json/" in envelope.url else GIF
            case answer:
                return answer

    def pass_time(self, agent, seconds):
        """Let time pass, stopping wherever something is due."""
        end = self.now + int(seconds * 1000)
        while agent.next_due is not None and agent.next_due <= end:
            self.now = max(self.now, agent.next_due)
            agent.run_pending()
        self.now = end

    def requests(self, endpoint="ptm.gif", **params):
        """List the requests to an endpoint, with some parameters."""
        return [
            envelope
            for envelope in self.sent
            if urlsplit(envelope.url).path.split("/")[2] == endpoint and params.items() <= query(envelope).items()
        ]

    def events(self, *types, **params):
        """List the events that arrived, or those of some types."""
        found = [event for envelope in self.requests(**params) for event in payload(envelope)]
        return [event for event in found if event["type"] in types or not types]


def query(envelope):
    pairs = (pair.partition("=") for pair in urlsplit(envelope.url).query.split("&"))
    return {name: unquote(value) for name, _, value in pairs}


def payload(envelope):
    return jzb.decode(jzb.parse(envelope.body)["events"] if envelope.body else query(envelope)["jzb"])


@pytest.fixture
def scene():
    return Scene()


@pytest.fixture(scope="session", name="query")
def _query():
    return query


@pytest.fixture(scope="session", name="payload")
def _payload():
    return payload


@pytest.fixture(scope="session")
def new_scene():
    """Make a scene for every example of a property."""
    return Scene
